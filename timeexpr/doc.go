// Package timeexpr reads dates as people write them.
package timeexpr
