//go:build unix

// Package killtest proves that a run of the command which kill -9 ends anywhere, and is started again, brings
// its target to what one undisturbed run gives, and asks the API for hardly more.
package killtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	_ "github.com/igsource/igsource"
	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/internal/pgserver"
	_ "github.com/igsource/igsource/sink/parquet"
	_ "github.com/igsource/igsource/sink/postgres"
	_ "github.com/igsource/igsource/sink/sqlite"
)

// childNow, in the environment, makes the tests' program the command, for which it is that time.
const childNow = "IGSOURCE_KILLTEST_NOW"

// requireServer is the variable of the environment that makes a missing server a failure.
const requireServer = "IGSOURCE_REQUIRE_POSTGRES"

var (
	seed = flag.Uint64("kill.seed", rand.Uint64(), "draw the points from this number, as a failure names it")
	only = flag.Int("kill.point", -1, "run only the point of this number")
)

// The server of all tests, nil where PostgreSQL is not installed.
var (
	testServer *pgserver.Server
	errServer  error
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childNow); text != "" {
		os.Exit(child(text))
	}
	testServer, errServer = pgserver.New()
	if errServer != nil && (os.Getenv(requireServer) != "" || !errors.Is(errServer, pgserver.ErrMissing)) {
		fmt.Fprintln(os.Stderr, "the tests' PostgreSQL server:", errServer)
		os.Exit(1)
	}
	code := m.Run()
	if testServer != nil {
		if err := testServer.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "the tests' PostgreSQL server:", err)
			code = max(code, 1)
		}
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// child is the command.
func child(now string) int {
	t, err := time.Parse(time.RFC3339, now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return command.ExitUser
	}
	return command.Main(context.Background(), os.Args[1:], command.System{Stdout: os.Stdout, Stderr: os.Stderr, Clock: &movedClock{now: t}})
}

// A movedClock goes as the machine's does, from another time on: whoever looks first sees just that.
type movedClock struct {
	now   time.Time
	once  sync.Once
	began time.Time
}

// Now implements clock.Clock.
func (c *movedClock) Now() time.Time {
	first := false
	c.once.Do(func() { c.began, first = time.Now(), true })
	if first {
		return c.now
	}
	return c.now.Add(time.Since(c.began))
}

// Sleep implements clock.Clock.
func (c *movedClock) Sleep(ctx context.Context, d time.Duration) error {
	return clock.System().Sleep(ctx, d)
}
