package command

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/igsource/igsource/metrics"
)

type metricsCommand struct {
	Object string `enum:"account,media," default:"" help:"Only the metrics of account or of media."`
	JSON   bool   `help:"Print the catalogue as JSON, removed metrics too."`
}

// Run prints the metric catalogue.
func (c *metricsCommand) Run(sys *System) error {
	objects := []metrics.Object{metrics.Account, metrics.Media}
	if c.Object != "" {
		objects = []metrics.Object{metrics.Object(c.Object)}
	}
	if c.JSON {
		all := []metrics.Metric{}
		for _, o := range objects {
			all = append(all, metrics.All(o)...)
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.Stdout, "%s\n", text)
		return nil
	}
	w := tabwriter.NewWriter(sys.Stdout, 0, 0, 2, ' ', 0)
	for i, o := range objects {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s metric\tperiods\tread as\tbreakdowns\tproduct types\tvalue\tremarks\n", o)
		var gone []string
		for _, m := range metrics.All(o) {
			switch m.Status {
			case metrics.Current:
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, words(m.Periods), words(m.Types), words(m.Breakdowns),
					words(m.ProductTypes), value(m), remarks(m))
			case metrics.Removed:
				gone = append(gone, fmt.Sprintf("%s (%s)", m.Name, strings.Join(end(m), ", ")))
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if len(gone) > 0 {
			fmt.Fprintf(sys.Stdout, "\nNo longer answered: %s.\n", strings.Join(gone, "; "))
		}
	}
	return nil
}

func value(m metrics.Metric) string {
	if m.Unit != "" {
		return m.Unit
	}
	return string(m.Value)
}

// remarks are what else to know of a metric, in short.
func remarks(m metrics.Metric) string {
	var out []string
	if m.Demographic {
		out = append(out, "timeframes "+words(m.Timeframes))
	}
	if !m.Additive && m.Object == metrics.Account && !m.Demographic && !m.Alone {
		out = append(out, "not additive")
	}
	if m.ReachDays > 0 {
		out = append(out, fmt.Sprintf("last %d days", m.ReachDays))
	}
	if m.MinFollowers > 0 {
		out = append(out, fmt.Sprintf("%d followers needed", m.MinFollowers))
	}
	if m.BreakdownRequired {
		out = append(out, "needs a breakdown")
	}
	if m.Alone {
		out = append(out, "stands alone")
	}
	if m.Login != "" {
		out = append(out, m.Login+" login only")
	}
	return strings.Join(out, ", ")
}

// end says when a metric ended and what replaced it.
func end(m metrics.Metric) []string {
	var out []string
	if m.Removed != "" {
		out = append(out, "since "+m.Removed)
	}
	if m.ReplacedBy != "" {
		by := m.ReplacedBy
		if len(m.ReplacedWith) > 0 {
			by += " by " + words(m.ReplacedWith)
		}
		out = append(out, "use "+by)
	}
	if len(out) == 0 {
		out = append(out, "removed")
	}
	return out
}

// words joins values with commas.
func words[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ",")
}
