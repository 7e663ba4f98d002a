package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
)

type metricsCommand struct {
	Object string `placeholder:"account|media" help:"Only the metrics of accounts, or of media."`
	JSON   bool   `help:"Print the catalogue as JSON, removed metrics too."`
}

// Run prints the metric catalogue.
func (c *metricsCommand) Run(sys *System) error {
	objects := []metrics.Object{metrics.Account, metrics.Media}
	if o := metrics.Object(c.Object); slices.Contains(objects, o) {
		objects = []metrics.Object{o}
	} else if c.Object != "" {
		return plugin.Userf("--object %s: give account or media", c.Object)
	}
	if c.JSON {
		all := []metrics.Metric{}
		for _, o := range objects {
			all = append(all, metrics.All(o)...)
		}
		return printJSON(sys.Stdout, all)
	}
	for i, o := range objects {
		if i > 0 {
			fmt.Fprintln(sys.Stdout)
		}
		rows := [][]string{{string(o) + " metric", "periods", "read as", "breakdowns", "product types", "value", "remarks"}}
		var gone []string
		for _, m := range metrics.All(o) {
			switch m.Status {
			case metrics.Current:
				rows = append(rows, []string{
					m.Name, words(m.Periods), words(m.Types), words(m.Breakdowns), words(m.ProductTypes), value(m), remarks(m),
				})
			case metrics.Removed:
				gone = append(gone, fmt.Sprintf("%s (%s)", m.Name, strings.Join(end(m), ", ")))
			}
		}
		if err := printRows(sys.Stdout, rows); err != nil {
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
