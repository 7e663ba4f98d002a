package instagram

import (
	"fmt"
	"slices"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
)

// mediaKinds are the properties that hold the parts of a choice of media metrics.
var mediaKinds = map[metrics.Kind]string{
	metrics.KindMetrics:      "mediaMetrics",
	metrics.KindBreakdown:    "breakdown",
	metrics.KindLogin:        "login",
	metrics.KindProductTypes: "mediaEdge",
}

// mediaOptions are the properties as the tables of media take them.
func (s *Source) mediaOptions() tables.MediaOptions {
	c := s.config
	o := tables.MediaOptions{
		Table: tables.AccountMediaTable, Metrics: c.MediaMetrics, Fields: c.Fields, Breakdown: c.Breakdown,
		Edge: c.MediaEdge, Login: c.Login, Shape: tables.Shape(c.Layout), Open: s.openKinds(mediaKinds),
	}
	if c.RequestType == MediaInsights {
		o.Table = tables.MediaInsightsTable
	}
	return o
}

// likelyMetrics are the metrics that every post has, and most media are posts.
func (s *Source) likelyMetrics() []string {
	o := s.mediaOptions()
	o.Table, o.Edge = tables.AccountMediaTable, tables.MediaEdge
	return o.Choice().MediaGroups().Common.Metrics
}

// openKinds are the parts of a choice that macros hold.
func (s *Source) openKinds(kinds map[metrics.Kind]string) []metrics.Kind {
	var open []metrics.Kind
	for kind, property := range kinds {
		if s.properties.IsMacro(property) {
			open = append(open, kind)
		}
	}
	slices.Sort(open)
	return open
}

// media judges the metrics, fields and edge of media.
func (j *judge) media() {
	if j.failed("mediaEdge") || j.failed("layout") || j.failed("login") {
		return // every other judgement hangs on them
	}
	o := j.mediaOptions()
	j.problems(o.Problems(), mediaKinds)
	if j.properties.IsMacro("fields") {
		return
	}
	failures, warnings := tables.CheckMediaFields(o)
	j.fieldRemarks(failures, warnings)
	if l, _, err := tables.Media(o); err == nil {
		for _, f := range l.Fields {
			if f.Separate {
				j.fail(plugin.Fail(fmt.Sprintf("%s fails the page of every media it does not suit.", f.Name),
					"Leave it out, and read it with a query.").OnElement("fields", f.Name))
			}
		}
	}
}

// mediaDates resolves fromDate and toDate of account_media, which are about posting times and may be left out.
func (j *judge) mediaDates() {
	if j.config.MediaEdge != tables.MediaEdge {
		j.ignoredDates("The edge " + j.config.MediaEdge + " cannot be read by posting time.")
		return
	}
	var days window
	fromOK := j.day("fromDate", j.config.FromDate, firstDay, &days.From)
	toOK := j.day("toDate", j.config.ToDate, j.today(), &days.To)
	given := j.properties.Given("fromDate") || j.properties.Given("toDate")
	if given && fromOK && toOK && j.inOrder(&days) {
		j.choice = choice{days: &days, whole: true}
	}
}
