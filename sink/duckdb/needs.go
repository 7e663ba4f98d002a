//go:build !duckdb_arrow || !cgo

package duckdb

var _ = this_package_needs_cgo_and_go_build_with_tags_duckdb_arrow
