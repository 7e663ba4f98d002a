package plugin

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// maxGistSplits is how many incomplete splits a gist names.
const maxGistSplits = 5

// Gist is the report in a few lines for people, each ended by a newline: how the run went, what came,
// what it cost, what is absent and what failed.
func (r *Report) Gist() string {
	var b strings.Builder
	b.WriteString(string(r.Status))
	if r.Status != StatusFailed {
		for i, name := range r.tableNames() {
			sep := ", "
			if i == 0 {
				sep = ": "
			}
			t := r.Tables[name]
			b.WriteString(sep + name + " " + count(t.Rows, "row"))
			if t.Duplicates > 0 {
				b.WriteString(" (" + count(t.Duplicates, "duplicate") + " left out)")
			}
		}
	} else if r.Error != "" {
		b.WriteString(": " + r.Error)
	}
	b.WriteByte('\n')
	if c := r.Calls; c.Requests > 0 {
		fmt.Fprintf(&b, "calls: %s, %s", count(c.Requests, "request"), count(c.Counted, "counted call"))
		if c.Retries > 0 {
			b.WriteString(", " + counts(c.Retries, "retry", "retries"))
		}
		if c.WaitSeconds > 0 {
			fmt.Fprintf(&b, ", waited %s s", strconv.FormatFloat(c.WaitSeconds, 'f', -1, 64))
		}
		fmt.Fprintf(&b, ", %s\n", size(c.Bytes))
	}
	if len(r.Skipped) > 0 {
		b.WriteString("absent: " + strings.Join(r.absences(), "; ") + "\n")
	}
	if r.Status == StatusPartial {
		b.WriteString(r.incomplete())
	}
	return b.String()
}

// tableNames returns the tables as announced, or by name where that is not known.
func (r *Report) tableNames() []string {
	if len(r.order) == len(r.Tables) {
		return r.order
	}
	names := make([]string, 0, len(r.Tables))
	for n := range r.Tables {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// absences tells the skipped values by reason, the most frequent first.
func (r *Report) absences() []string {
	type absence struct {
		reason  string
		count   int64
		metrics []string
	}
	var all []*absence
	for _, s := range r.Skipped {
		i := slices.IndexFunc(all, func(a *absence) bool { return a.reason == s.Reason })
		if i < 0 {
			i = len(all)
			all = append(all, &absence{reason: s.Reason})
		}
		all[i].count += s.Count
		if s.Metric != "" && !slices.Contains(all[i].metrics, s.Metric) {
			all[i].metrics = append(all[i].metrics, s.Metric)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].count > all[j].count })
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = count(a.count, "value") + " " + strings.ReplaceAll(a.reason, "_", " ")
		if n := len(a.metrics); n > 3 {
			out[i] += fmt.Sprintf(" (%s and %s)", strings.Join(a.metrics[:3], ", "), count(int64(n-3), "more metric"))
		} else if n > 0 {
			out[i] += " (" + strings.Join(a.metrics, ", ") + ")"
		}
	}
	return out
}

// incomplete tells the splits that are not complete, a line each.
func (r *Report) incomplete() string {
	var b strings.Builder
	n := 0
	for _, s := range r.Splits {
		if s.Status == StatusComplete {
			continue
		}
		if n++; n > maxGistSplits {
			continue
		}
		name := s.ID
		if s.Source != "" {
			name = s.Source + " " + name
		}
		fmt.Fprintf(&b, "%s %s: %s\n", name, s.Status, s.Error)
	}
	if n > maxGistSplits {
		fmt.Fprintf(&b, "and %s more\n", count(int64(n-maxGistSplits), "split"))
	}
	return b.String()
}

func count(n int64, noun string) string { return counts(n, noun, noun+"s") }

func counts(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// size is a number of bytes in a unit that fits.
func size(n int64) string {
	switch {
	case n < 1000:
		return count(n, "byte")
	case n < 1000*1000:
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + " kB"
	case n < 1000*1000*1000:
		return strconv.FormatFloat(float64(n)/1000/1000, 'f', 1, 64) + " MB"
	}
	return strconv.FormatFloat(float64(n)/1000/1000/1000, 'f', 1, 64) + " GB"
}
