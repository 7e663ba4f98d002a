// Igsource-duckdb is igsource with one more format, duckdb: igsource-duckdb --help.
package main

import (
	"github.com/igsource/igsource/cmd/igsource/program"
	_ "github.com/igsource/igsource/sink/duckdb"
)

func main() { program.Main() }
