package instagram_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// absence is why a media has no value of a metric.
type absence struct {
	reason        string
	code, subcode int
}

// oracle says from the world alone what a reading of media brings: rows, and why cells are null.
type oracle struct {
	world   *graphtest.World
	metrics []string
	// refused, when set, says what the API refuses beside what the world does.
	refused func(m graphtest.Media, metric string) (absence, bool)

	rows    [][]string
	skipped []plugin.SkippedReport
	lost    []string // ids
}

// chain adds the media of an account as its edge lists them.
func (o *oracle) chain(list []graphtest.Media) {
	old := false
	for _, m := range list {
		old = old || m.BeforeConversion && !m.Deleted
		o.add(m, m.Account, old)
	}
}

// given adds media that were given by id, in one split.
func (o *oracle) given(split string, list []graphtest.Media) {
	for _, m := range list {
		o.add(m, split, m.BeforeConversion)
	}
}

func (o *oracle) add(m graphtest.Media, split string, old bool) {
	if m.Deleted && !old {
		o.lost = append(o.lost, m.ID)
		return
	}
	row := []string{m.ID, m.Account, text(m.Type), text(m.ProductType), text(m.Permalink), moment(m.Timestamp)}
	for _, name := range o.metrics {
		value := insight(o.world.MediaInsight(m.ID, name))
		if o.refused != nil {
			if _, ok := o.refused(m, name); ok {
				value = plugintest.Null
			}
		}
		row = append(row, value)
		if value == plugintest.Null {
			o.skip(m, split, name, o.why(m, name, old))
		}
	}
	o.rows = append(o.rows, append(row, moment(now)))
}

// why is the first reason that fits.
func (o *oracle) why(m graphtest.Media, name string, old bool) absence {
	metric, _ := metrics.Lookup(metrics.Media, name)
	if !metric.For(m.ProductType) {
		return absence{reason: "not_for_type"}
	}
	if m.Parent != "" {
		return absence{"album_child", 100, 33}
	}
	if old {
		return absence{"before_conversion", 100, 2108006}
	}
	if o.refused != nil {
		if why, ok := o.refused(m, name); ok {
			return why
		}
	}
	e := o.world.MediaRefusal(m.ID, name)
	switch {
	case e == nil:
		return absence{reason: "no_data"}
	case e.Code == 10:
		return absence{"too_few_viewers", 10, 0}
	case e.Subcode == 2207086:
		return absence{"not_on_facebook", -1, 2207086}
	}
	return absence{"refused_metric", e.Code, e.Subcode}
}

func (o *oracle) skip(m graphtest.Media, split, metric string, why absence) {
	object := m.ID
	if why.reason == "not_for_type" {
		object = m.ProductType
	}
	at := slices.IndexFunc(o.skipped, func(s plugin.SkippedReport) bool {
		return s.Metric == metric && s.Reason == why.reason && s.Code == why.code && s.Subcode == why.subcode &&
			(why.reason != "not_for_type" || s.Objects[0] == object)
	})
	if at < 0 {
		at = len(o.skipped)
		o.skipped = append(o.skipped, plugin.SkippedReport{
			Split: split, Metric: metric, Reason: why.reason, Code: why.code, Subcode: why.subcode, Objects: []string{},
		})
	}
	s := &o.skipped[at]
	s.Count++
	if s.Split != split {
		s.Split = ""
	}
	if len(s.Objects) < 20 && !slices.Contains(s.Objects, object) {
		s.Objects = append(s.Objects, object)
	}
}

// inOrder sorts what is told of absent values: which came first is a matter of pages.
func inOrder(list []plugin.SkippedReport) []plugin.SkippedReport {
	out := append([]plugin.SkippedReport{}, list...)
	slices.SortFunc(out, func(a, b plugin.SkippedReport) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Subcode, b.Subcode), slices.Compare(a.Objects, b.Objects))
	})
	return out
}

var traces = regexp.MustCompile(`trace [\w-]+`)

// comparable is a report without what depends on the moment.
func comparable(r *plugin.Report) plugin.Report {
	c := *r
	c.Calls.Bytes = 0
	c.Splits = slices.Clone(r.Splits)
	for i := range c.Splits {
		c.Splits[i].Error = traces.ReplaceAllString(c.Splits[i].Error, "trace")
	}
	c.Error = traces.ReplaceAllString(c.Error, "trace")
	return c
}

// read runs the job at parallelism 1 and 16, which must not show, and returns what it gave.
func (j job) read(t *testing.T) (*plugintest.Memory, *plugin.Report) {
	t.Helper()
	j.parallelism = 1
	one, first, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, j.server.Stats().Calls, first.Calls.Counted)
	j.parallelism = 16
	many, second, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, comparable(first), comparable(second))
	require.Len(t, many.Tables(), len(one.Tables()))
	for _, table := range one.Tables() {
		require.Equal(t, one.Rows(table.Name), many.Rows(table.Name))
	}
	return one, first
}

// matches runs a job of account_media or media_insights and holds it against the oracle.
func (o *oracle) matches(t *testing.T, j job) *plugin.Report {
	t.Helper()
	sink, report := j.read(t)
	require.Equal(t, o.rows, sink.Rows(j.properties["requestType"]))
	require.Equal(t, inOrder(o.skipped), inOrder(report.Skipped))
	if len(o.lost) == 0 {
		require.Equal(t, plugin.StatusComplete, report.Status)
		return report
	}
	require.Equal(t, plugin.StatusPartial, report.Status)
	var told string
	for _, s := range report.Splits {
		told += s.Error
	}
	for _, id := range o.lost[:min(len(o.lost), 5)] {
		require.Contains(t, told, "media "+id)
	}
	return report
}

// mediaJob is a job on the first account of a world of n posts, and its oracle.
func mediaJob(t *testing.T, n int, change func(*graphtest.Account), names string, options ...graphtest.Option) (job, *oracle) {
	t.Helper()
	w := graphtest.NewWorld(103, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille = int64(n), 0
		change(a)
	}))
	j := job{world: w, server: graphtest.Start(t, w, options...), properties: mediaProperties(map[string]string{
		"accountId": w.AccountIDs()[0], "mediaMetrics": names,
	})}
	o := &oracle{world: w, metrics: strings.Split(names, ",")}
	return j, o
}

// each is a change of every media of an account.
func each(change func(*graphtest.Media)) func(*graphtest.Account) {
	return func(a *graphtest.Account) { a.EachMedia = change }
}
