package instagram

import (
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
)

// Reasons why a media has no value, told before those of accounts.
const (
	reasonNotForType       = "not_for_type"
	reasonAlbumChild       = "album_child"
	reasonBeforeConversion = "before_conversion"
	reasonTooFewViewers    = "too_few_viewers"
	reasonNotOnFacebook    = "not_on_facebook"
)

// mediaGap is what a refusal says of a media's insights.
func mediaGap(e *graphapi.Error) gap {
	g := gap{reasonRefusedMetric, e.Code, e.Subcode}
	switch e.Kind() {
	case graphapi.BeforeConversion:
		g.reason = reasonBeforeConversion
	case graphapi.TooFewViewers:
		g.reason = reasonTooFewViewers
	case graphapi.FatalMetric:
		g.reason = reasonNotOnFacebook
	}
	return g
}

// childGap is why a media that is there has no insights that can be found: it is part of an album.
func childGap(e *graphapi.Error) gap { return gap{reasonAlbumChild, e.Code, e.Subcode} }

// refusedOf are the metrics of asked that a refusal names. What a page asks inside its fields the error
// does not know, so a refusal that only says which names exist, or a place in the list, is held against asked.
func refusedOf(e *graphapi.Error, asked []string) []string {
	names := slices.DeleteFunc(e.RefusedMetrics(), func(m string) bool { return !slices.Contains(asked, m) })
	i, ok := e.RefusedIndex()
	if len(names) > 0 || !ok {
		return names
	}
	_, list, _ := strings.Cut(e.Message, ":")
	known := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '.' })
	names = without(asked, known)
	if (len(names) == 0 || len(names) == len(asked)) && i < len(asked) {
		return []string{asked[i]}
	}
	return names
}

// isUnknown says that the API refuses a metric because it has none of that name: it suits no media.
func isUnknown(e *graphapi.Error) bool {
	_, ok := e.RefusedIndex()
	return ok
}

// without returns names but for some.
func without(names, some []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(some, name) })
}

// conversionGap is the gap of everything older than a media that predates the conversion, the same as if it
// had been asked.
var conversionGap = gap{reasonBeforeConversion, 100, 2108006}

// mediaGaps are the reasons for the absent values of the rows of one sheet.
type mediaGaps struct {
	groups   metrics.MediaGroups
	measures []string
	none     []gap          // by row: why it has no insights at all, or none
	cells    map[cellAt]gap // by row and measure
	lost     map[int]bool   // rows whose failure has been told as such
}

type cellAt struct{ row, measure int }

// refuse notes why some metrics of a row are absent.
func (g *mediaGaps) refuse(row int, names []string, why gap) {
	for _, name := range names {
		g.cells[cellAt{row, slices.Index(g.measures, name)}] = why
	}
}

// why is the first reason that fits.
func (g *mediaGaps) why(row, measure int, productType string) gap {
	switch {
	case slices.Contains(g.groups.Of(productType).Lacks, g.measures[measure]):
		return gap{reason: reasonNotForType}
	case g.none[row].reason != "":
		return g.none[row]
	}
	if why, ok := g.cells[cellAt{row, measure}]; ok {
		return why
	}
	return gap{reason: reasonNoData}
}

// explain tells every absent value of the rows from first to last; has says which are there. What the
// catalogue knows is told once a metric and product type.
func (g *mediaGaps) explain(split string, first, last int, id, productType func(row int) string, has func(row, measure int) bool, note func(plugin.Note)) {
	type kind struct{ metric, productType string }
	lacking := make(map[kind]int64)
	var order []kind
	for row := first; row < last; row++ {
		if g.lost[row] {
			continue
		}
		t := productType(row)
		for m, name := range g.measures {
			if has(row, m) {
				continue
			}
			why := g.why(row, m, t)
			if why.reason == reasonNotForType {
				k := kind{name, t}
				if lacking[k] == 0 {
					order = append(order, k)
				}
				lacking[k]++
				continue
			}
			note(plugin.Skipped{
				Split: split, Metric: name, Reason: why.reason, Code: why.code, Subcode: why.subcode, Object: id(row), Count: 1,
			})
		}
	}
	for _, k := range order {
		note(plugin.Skipped{
			Split: split, Metric: k.metric, Reason: reasonNotForType, Group: k.productType, Object: k.productType, Count: lacking[k],
		})
	}
}
