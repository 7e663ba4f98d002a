// Command bench measures how fast pages are decoded and how fast rows get into databases, against what is usual and
// against what is possible, and prints what was measured beside the gate and the aim of each figure. It exits with 1
// when a figure misses its gate.
//
// All ways of decoding run in one process, in another order each round; figures are medians over the rounds, and
// ratios are taken inside a round, so that a busy machine slows both sides alike. Bench starts itself again as the server
// that pages are read from over HTTPS, and as the processes whose memory is measured.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	_ "time/tzdata"

	"github.com/igsource/igsource/internal/figures"
)

// The parts of a measurement, as -only has them.
const (
	partPages     = "pages"
	partDatabases = "databases"
)

func main() {
	rounds := flag.Int("rounds", 11, "how often pages are read in every way; at least 9 for figures to go by")
	pages := flag.Int("pages", 32, "pages of 100 posts, and windows of an account")
	only := flag.String("only", "", "the one part to measure: "+partPages+" or "+partDatabases)
	role := flag.String("role", "", "for bench itself: what a process that it starts is to do")
	flag.Parse()
	if *rounds < 1 || *pages < 2 {
		fail("want at least 1 round and 2 pages")
	}
	if *only != "" && *only != partPages && *only != partDatabases {
		fail(fmt.Sprintf("there is no part %q: want %s or %s", *only, partPages, partDatabases))
	}
	ctx := context.Background()
	if *role != "" {
		if err := act(ctx, *role, *pages, os.Stdin, os.Stdout); err != nil {
			fail(fmt.Sprintf("%s: %v", *role, err))
		}
		return
	}
	report, err := measure(ctx, *only, *rounds, *pages)
	if err != nil {
		fail(err)
	}
	held, err := report.Print(os.Stdout)
	if err != nil {
		fail(err)
	}
	if !held {
		os.Exit(1)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "bench:", why)
	os.Exit(1)
}

// measure measures a part, or all where it is empty.
func measure(ctx context.Context, only string, rounds, pages int) (report figures.Report, err error) {
	if only != partDatabases {
		if report, err = reading(ctx, rounds, pages); err != nil {
			return report, err
		}
	}
	if only != partPages {
		more, err := databases(ctx)
		if err != nil {
			return report, err
		}
		report.Add(more)
	}
	return report, nil
}
