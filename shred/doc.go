// Package shred turns pages of JSON, as the Graph API writes them, into Arrow columns.
package shred
