package sqlite

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("IGSOURCE_SQLITE_CHILD"); path != "" {
		asChild(path)
	}
	goleak.VerifyTestMain(m)
}

// asChild is what the program does as the child of a test.
var asChild = func(string) {}
