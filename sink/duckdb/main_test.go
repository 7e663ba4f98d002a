//go:build duckdb_arrow

package duckdb

import (
	"cmp"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		children[cmp.Or(os.Getenv(childDoes), "run")](path)
	}
	goleak.VerifyTestMain(m)
}

// childPath, in the environment, makes the test's program a child of a test, which does something to that
// database; childDoes says what.
const (
	childPath = "IGSOURCE_DUCKDB_CHILD"
	childDoes = "IGSOURCE_DUCKDB_DOES"
)

// children are what the program does as a child, by name. They end it.
var children = map[string]func(path string){}
