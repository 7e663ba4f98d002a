package sink_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// asChild, where the system can kill a process, is what the tests' program does when it is a child: a run.
var asChild func(path string)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" && asChild != nil {
		asChild(path)
	}
	goleak.VerifyTestMain(m)
}
