// Package figures prints what the benchmark programs measured, beside the gate and the aim of each figure, and takes
// the measurements that they have in common.
package figures

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// A Figure is one line of the table.
type Figure struct {
	What     string
	Measured float64 // 0 where Skip says why nothing was measured
	// Gate is what a figure must reach, Aim what it should.
	Gate, Aim float64
	Less      bool   // less is better
	Skip      string // why the figure is not judged; empty where it is
}

// Holds says whether the figure is within limit.
func (f Figure) Holds(limit float64) bool {
	if f.Less {
		return f.Measured <= limit
	}
	return f.Measured >= limit
}

// verdict says how the figure stands, and whether that is good enough.
func (f Figure) verdict() (text string, good bool) {
	switch {
	case f.Skip != "":
		return f.Skip, true
	case !f.Holds(f.Gate) && f.Less:
		return "ABOVE THE GATE", false
	case !f.Holds(f.Gate):
		return "BELOW THE GATE", false
	case !f.Holds(f.Aim):
		return "gate held", true
	}
	return "aim reached", true
}

// A Speed is how fast something was, in Unit.
type Speed struct {
	What  string
	Value float64
	Unit  string
}

// A Report is what a program has measured.
type Report struct {
	Figures []Figure
	Speeds  []Speed
	Notes   []string // lines below the tables
}

// Add appends what another report holds.
func (r *Report) Add(more Report) {
	r.Figures = append(r.Figures, more.Figures...)
	r.Speeds = append(r.Speeds, more.Speeds...)
	r.Notes = append(r.Notes, more.Notes...)
}

// Print writes the report to w and says whether all figures hold their gates.
func (r *Report) Print(w io.Writer) (held bool, err error) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\tmeasured\tgate\taim\t")
	held = true
	for _, f := range r.Figures {
		verdict, good := f.verdict()
		held = held && good
		measured := fmt.Sprintf("%.3g", f.Measured)
		if f.Skip != "" && f.Measured == 0 {
			measured = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%g\t%g\t%s\n", f.What, measured, f.Gate, f.Aim, verdict)
	}
	if len(r.Speeds) > 0 {
		fmt.Fprintln(t, "\t\t\t\t")
		fmt.Fprintln(t, "median speed\t\t\t\t")
	}
	for _, s := range r.Speeds {
		fmt.Fprintf(t, "%s\t%.0f %s\t\t\t\n", s.What, s.Value, s.Unit)
	}
	if err := t.Flush(); err != nil {
		return false, err
	}
	for _, n := range r.Notes {
		if _, err := fmt.Fprintln(w, n); err != nil {
			return false, err
		}
	}
	return held, nil
}

// Ratio is the median, over the rounds, of how many times longer slow took than fast. Both have a time a round.
func Ratio(slow, fast []time.Duration) float64 {
	list := make([]float64, len(slow))
	for i := range list {
		list[i] = slow[i].Seconds() / fast[i].Seconds()
	}
	return Median(list)
}

// Median sorts list, which is not empty, and returns its median.
func Median(list []float64) float64 {
	slices.Sort(list)
	n := len(list)
	if n%2 == 1 {
		return list[n/2]
	}
	return (list[n/2-1] + list[n/2]) / 2
}
