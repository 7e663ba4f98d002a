package tables_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
)

var update = flag.Bool("update", false, "write the goldens of testdata anew")

// shape prints a table a column a line: name, type, ? where it may be null, role and the name behind it.
func shape(l tables.Layout) []string {
	var lines []string
	for i, c := range l.Table.Columns {
		line := c.Name + " " + c.Type.String()
		if c.Nullable {
			line += "?"
		}
		line += " | " + l.Roles[i].Role.String()
		if l.Roles[i].Name != "" {
			line += " " + l.Roles[i].Name
		}
		lines = append(lines, line)
	}
	return lines
}

// sound checks what holds of every layout.
func sound(t *testing.T, l tables.Layout) {
	t.Helper()
	require.NoError(t, l.Table.Check())
	require.Len(t, l.Roles, len(l.Table.Columns))
	for _, c := range l.Table.Columns {
		assert.Regexp(t, `^[A-Z].*[^.]\.$`, c.Doc, c.Name)
		assert.NotContains(t, c.Doc[:len(c.Doc)-1], ". ", "one sentence")
	}
	for _, k := range l.Table.Key {
		c, _ := l.Table.Column(k)
		if i := l.IndexOf(tables.Dimension, k); i < 0 && k != "hour" {
			assert.False(t, c.Nullable, k)
		}
	}
}

type options = tables.AccountInsightsOptions

func TestAccountInsights(t *testing.T) {
	for _, c := range []struct {
		name    string
		options options
		form    tables.Form
		shape   string
		key     string
	}{
		{
			"wide daily",
			options{Metrics: []string{"reach", "follower_count", "views", "reach"}, Period: metrics.Day},
			tables.Daily, `
				account_id utf8 | account id
				date date32 | date
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				reach int64? | measure reach
				follower_count int64? | measure follower_count
				views int64? | measure views`,
			"account_id, period, date",
		},
		{
			"wide weekly",
			options{Metrics: []string{"reach"}, Period: metrics.Week, Shape: tables.Wide},
			tables.Daily, `
				account_id utf8 | account id
				date date32 | date
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				reach int64? | measure reach`,
			"account_id, period, date",
		},
		{
			"wide daily by two dimensions",
			options{Metrics: []string{"views", "reach"}, Period: metrics.Day, Breakdown: []string{"media_product_type", "follow_type", "media_product_type"}},
			tables.Daily, `
				account_id utf8 | account id
				date date32 | date
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				media_product_type utf8? | dimension media_product_type
				follow_type utf8? | dimension follow_type
				views int64? | measure views
				reach int64? | measure reach`,
			"account_id, period, date, media_product_type, follow_type",
		},
		{
			"wide range",
			options{Metrics: []string{"reach", "likes"}, Period: metrics.Day, Range: true},
			tables.Ranged, `
				account_id utf8 | account id
				start_time timestamp[us, tz=UTC] | start time
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				reach int64? | measure reach
				likes int64? | measure likes`,
			"account_id, period, start_time, end_time",
		},
		{
			"wide range by dimension",
			options{Metrics: []string{"follows_and_unfollows"}, Period: metrics.Day, Breakdown: []string{"follow_type"}, Range: true},
			tables.Ranged, `
				account_id utf8 | account id
				start_time timestamp[us, tz=UTC] | start time
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				follow_type utf8? | dimension follow_type
				follows_and_unfollows int64? | measure follows_and_unfollows`,
			"account_id, period, start_time, end_time, follow_type",
		},
		{
			"wide demographics",
			options{Metrics: []string{"follower_demographics", "engaged_audience_demographics"}, Period: metrics.Lifetime, Breakdown: []string{"age", "gender"}, Range: true},
			tables.Demographic, `
				account_id utf8 | account id
				period utf8 | period
				timeframe utf8 | timeframe
				age utf8? | dimension age
				gender utf8? | dimension gender
				follower_demographics int64? | measure follower_demographics
				engaged_audience_demographics int64? | measure engaged_audience_demographics
				retrieved_at timestamp[us, tz=UTC] | retrieved at`,
			"account_id, period, timeframe, age, gender",
		},
		{
			"wide online followers",
			options{Metrics: []string{"online_followers"}, Period: metrics.Lifetime, Range: true},
			tables.Hourly, `
				account_id utf8 | account id
				date date32 | date
				end_time timestamp[us, tz=UTC] | end time
				period utf8 | period
				online_followers map<utf8, int64, items_nullable>? | measure online_followers`,
			"account_id, period, date",
		},
		{
			"long daily",
			options{Metrics: []string{"reach", "views"}, Period: metrics.Day, Shape: tables.Long},
			tables.Daily, `
				account_id utf8 | account id
				date date32 | date
				metric utf8 | metric name
				period utf8 | period
				end_time timestamp[us, tz=UTC] | end time
				value float64? | value`,
			"account_id, date, metric, period",
		},
		{
			"long daily by dimension",
			options{Metrics: []string{"views"}, Period: metrics.Day, Breakdown: []string{"follow_type"}, Shape: tables.Long},
			tables.Daily, `
				account_id utf8 | account id
				date date32 | date
				metric utf8 | metric name
				period utf8 | period
				end_time timestamp[us, tz=UTC] | end time
				follow_type utf8? | dimension follow_type
				value float64? | value`,
			"account_id, date, metric, period, follow_type",
		},
		{
			"long range by dimension",
			options{Metrics: []string{"views"}, Period: metrics.Day, Breakdown: []string{"follow_type"}, Range: true, Shape: tables.Long},
			tables.Ranged, `
				account_id utf8 | account id
				start_time timestamp[us, tz=UTC] | start time
				metric utf8 | metric name
				period utf8 | period
				end_time timestamp[us, tz=UTC] | end time
				follow_type utf8? | dimension follow_type
				value float64? | value`,
			"account_id, start_time, metric, period, end_time, follow_type",
		},
		{
			"long demographics",
			options{Metrics: []string{"follower_demographics"}, Period: metrics.Lifetime, Breakdown: []string{"city"}, Shape: tables.Long},
			tables.Demographic, `
				account_id utf8 | account id
				metric utf8 | metric name
				period utf8 | period
				timeframe utf8 | timeframe
				city utf8? | dimension city
				value float64? | value
				retrieved_at timestamp[us, tz=UTC] | retrieved at`,
			"account_id, metric, period, timeframe, city",
		},
		{
			"long online followers",
			options{Metrics: []string{"online_followers"}, Period: metrics.Lifetime, Shape: tables.Long},
			tables.Hourly, `
				account_id utf8 | account id
				date date32 | date
				metric utf8 | metric name
				period utf8 | period
				end_time timestamp[us, tz=UTC] | end time
				hour utf8? | hour
				value float64? | value`,
			"account_id, date, metric, period, hour",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := tables.AccountInsights(c.options)
			require.NoError(t, err)
			sound(t, l)
			assert.Equal(t, "account_insights", l.Table.Name)
			assert.Equal(t, c.form, l.Form)
			var want []string
			for line := range strings.Lines(strings.TrimSpace(c.shape)) {
				want = append(want, strings.TrimSpace(line))
			}
			assert.Equal(t, want, shape(l))
			assert.Equal(t, c.key, strings.Join(l.Table.Key, ", "))
			goldens(t, strings.ReplaceAll(c.name, " ", "_"), l.Table)
		})
	}
}

// goldens compares both printed schemas of a table with the files of testdata/name.
func goldens(t *testing.T, name string, table schema.Table) {
	t.Helper()
	for file, print := range map[string]func([]schema.Table) ([]byte, error){
		"arrow.json": schema.ArrowJSON, "cdap.json": schema.CDAPJSON,
	} {
		got, err := print([]schema.Table{table})
		require.NoError(t, err)
		path := filepath.Join("testdata", name, file)
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got)+"\n")
	}
}

func TestAccountInsightsWithoutTable(t *testing.T) {
	for name, c := range map[string]struct {
		options options
		want    string
	}{
		"no metric": {options{Period: metrics.Day}, "table account_insights: no metric is chosen"},
		"no period": {options{Metrics: []string{"reach"}}, "table account_insights: no period is chosen"},
		"no layout": {options{Metrics: []string{"reach"}, Period: metrics.Day, Shape: "tall"}, "table account_insights: tall is not a layout: choose wide or long"},
		"an unknown metric": {
			options{Metrics: []string{"reach", "veiws"}, Period: metrics.Day},
			"table account_insights: veiws is not a metric of accounts. Use views, which is the nearest name.",
		},
		"two problems": {
			options{Metrics: []string{"impressions"}, Period: "month"},
			"table account_insights: impressions was removed in v22.0, and from all versions on 2025-04-21. Use views. month is not a period of accounts. Choose day, week, days_28 or lifetime.",
		},
		"two forms": {
			options{Metrics: []string{"online_followers", "follower_demographics"}, Period: metrics.Lifetime, Breakdown: []string{}},
			"table account_insights: online_followers stands alone and cannot be read with other metrics. Read it in a configuration of its own. follower_demographics has no value without a breakdown. Name one or more of age, city, country and gender.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := tables.AccountInsights(c.options)
			assert.EqualError(t, err, c.want)
			assert.Zero(t, l)
		})
	}
}

func TestLayoutLookups(t *testing.T) {
	l, err := tables.AccountInsights(options{Metrics: []string{"views", "reach", "views"}, Period: metrics.Day, Breakdown: []string{"follow_type", "follow_type"}})
	require.NoError(t, err)
	assert.Equal(t, 1, l.Index(tables.Date))
	assert.Equal(t, -1, l.Index(tables.Hour))
	assert.Equal(t, 6, l.IndexOf(tables.Measure, "reach"))
	assert.Equal(t, -1, l.IndexOf(tables.Measure, "follow_type"))
	assert.Equal(t, []string{"views", "reach"}, l.Names(tables.Measure))
	assert.Equal(t, []string{"follow_type"}, l.Dimensions)
	require.Len(t, l.Metrics, 2)
	assert.Equal(t, "reach", l.Metrics[1].Name)
	assert.Equal(t, tables.Wide, l.Shape)
}

func TestWords(t *testing.T) {
	assert.Equal(t, "daily", tables.Daily.String())
	assert.Equal(t, "profile", tables.Profile.String())
	assert.Equal(t, "Form(0)", tables.Form(0).String())
	assert.Equal(t, "per media", tables.PerMedia.String())
	assert.Equal(t, "per child", tables.PerChild.String())
	assert.Equal(t, "Form(9)", tables.Form(9).String())
	assert.Equal(t, "account id", tables.AccountID.String())
	assert.Equal(t, "retrieved at", tables.RetrievedAt.String())
	assert.Equal(t, "Role(0)", tables.Role(0).String())
	assert.Equal(t, "media id", tables.MediaID.String())
	assert.Equal(t, "child id", tables.ChildID.String())
	assert.Equal(t, "Role(99)", tables.Role(99).String())
}
