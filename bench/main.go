// Command bench measures how fast pages are decoded, against what is usual and against what is possible, and prints
// what was measured beside the gate and the aim of each figure. It exits with 1 when a figure misses its gate.
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
	"text/tabwriter"
	_ "time/tzdata"
)

func main() {
	rounds := flag.Int("rounds", 11, "how often everything is run; at least 9 for figures to go by")
	pages := flag.Int("pages", 32, "pages of 100 posts, and windows of an account")
	role := flag.String("role", "", "for bench itself: what a process that it starts is to do")
	flag.Parse()
	if *rounds < 1 || *pages < 2 {
		fmt.Fprintln(os.Stderr, "bench: want at least 1 round and 2 pages")
		os.Exit(1)
	}
	ctx := context.Background()
	if *role != "" {
		if err := act(ctx, *role, *pages, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintf(os.Stderr, "bench, %s: %v\n", *role, err)
			os.Exit(1)
		}
		return
	}
	figures, speeds, notes, err := measure(ctx, *rounds, *pages)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if !report(figures, speeds, notes) {
		os.Exit(1)
	}
}

// A figure is one line of the table.
type figure struct {
	what      string
	measured  float64
	gate, aim float64
	less      bool // less is better
	skip      string
}

// holds says whether the figure is within limit.
func (f figure) holds(limit float64) bool {
	if f.less {
		return f.measured <= limit
	}
	return f.measured >= limit
}

// report prints the figures and says whether all hold their gates.
func report(figures []figure, speeds []speed, notes []string) bool {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tmeasured\tgate\taim\t")
	good := true
	for _, f := range figures {
		verdict := "aim reached"
		switch {
		case f.skip != "":
			verdict = f.skip
		case !f.holds(f.gate):
			verdict, good = "BELOW THE GATE", false
		case !f.holds(f.aim):
			verdict = "gate held"
		}
		fmt.Fprintf(w, "%s\t%.3g\t%g\t%g\t%s\n", f.what, f.measured, f.gate, f.aim, verdict)
	}
	fmt.Fprintln(w, "\t\t\t\t")
	fmt.Fprintln(w, "median speed\tMB/s\t\t\t")
	for _, s := range speeds {
		fmt.Fprintf(w, "%s\t%.0f\t\t\t\n", s.what, s.megabytes)
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return false
	}
	for _, n := range notes {
		fmt.Println(n)
	}
	return good
}
