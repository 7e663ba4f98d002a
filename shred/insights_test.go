package shred_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

const account = "17841400000000001"

func compile(t testing.TB, measures []shred.Measure, dimensions ...string) *shred.Insights {
	t.Helper()
	p, err := shred.CompileInsights(measures, dimensions)
	require.NoError(t, err)
	return p
}

func integers(names ...string) []shred.Measure {
	var m []shred.Measure
	for _, n := range names {
		m = append(m, shred.Measure{Name: n})
	}
	return m
}

// daily is the layout of account_insights by day.
func daily(p *shred.Insights) shred.Layout {
	parts := []any{"account_id!", utf8Type, "date!", dateType, "end_time!", timeType, "period!", utf8Type}
	l := shred.Layout{Period: "day", Columns: []shred.Slot{{Role: shred.RoleObject}, {Role: shred.RoleDate}, {Role: shred.RoleEndTime}, {Role: shred.RolePeriod}}}
	for i, d := range p.Dimensions() {
		parts = append(parts, d, utf8Type)
		l.Columns = append(l.Columns, shred.Slot{Role: shred.RoleDimension, Index: i})
	}
	for i, m := range p.Measures() {
		parts = append(parts, m.Name, []arrow.DataType{shred.Integer: int64Type, shred.Decimal: floatType, shred.Map: mapType}[m.Type])
		l.Columns = append(l.Columns, shred.Slot{Role: shred.RoleMeasure, Index: i})
	}
	l.Schema = schemaOf(parts...)
	return l
}

func decode(t testing.TB, f *shred.Facts, page string, s shred.Scope) shred.Answer {
	t.Helper()
	a, err := f.Decode([]byte(page), s)
	require.NoError(t, err)
	return a
}

func wide(t testing.TB, f *shred.Facts, l shred.Layout) []row {
	t.Helper()
	rec, err := f.Wide(l)
	require.NoError(t, err)
	return rowsOf(t, rec)
}

func TestTimeSeriesAndTotalsMeetInOneRow(t *testing.T) {
	p := compile(t, integers("reach", "follower_count", "views"))
	f := p.NewFacts()
	scope := shred.Scope{Object: account, Location: pacific(t), From: day(t, "2026-10-31"), To: day(t, "2026-11-02")}
	a := decode(t, f, `{"data":[
		{"name":"reach","period":"day","title":"Reach","id":"1/insights/reach/day","values":[
			{"value":1,"end_time":"2026-10-31T07:00:00+0000"},
			{"value":2,"end_time":"2026-11-01T07:00:00+0000"},
			{"value":3,"end_time":"2026-11-02T08:00:00+0000"},
			{"value":4,"end_time":"2026-11-03T08:00:00+0000"},
			{"value":5,"end_time":"2026-11-04T08:00:00+0000"}]},
		{"name":"follower_count","values":[{"value":null,"end_time":"2026-11-01T07:00:00+0000"},{"end_time":"2026-11-02T07:00:00+0000","value":7}]}],
		"paging":{"previous":"https://graph.example/p","next":"https://graph.example/n"}}`, scope)
	assert.Equal(t, []shred.Outcome{
		{Entries: 1, Facts: 3, Outside: 2},
		{Entries: 1, Facts: 1, Nulls: 1},
		{},
	}, a.Measures)
	assert.Empty(t, a.Unknown)
	scope.Day = day(t, "2026-11-02")
	a = decode(t, f, `{"data":[{"name":"views","period":"day","total_value":{"value":40}},{"name":"made_up","total_value":{"value":{"a":1}}}]}`, scope)
	assert.Equal(t, shred.Outcome{Entries: 1, Facts: 1}, a.Measures[2])
	assert.Equal(t, []shred.Count{{Name: "made_up", Times: 1}}, a.Unknown)

	assert.Equal(t, []row{
		{account, "2026-10-31", "2026-11-01T07:00:00Z", "day", int64(2), nil, nil},
		{account, "2026-11-01", "2026-11-02T08:00:00Z", "day", int64(3), int64(7), nil},
		{account, "2026-11-02", "2026-11-03T08:00:00Z", "day", int64(4), nil, int64(40)},
	}, wide(t, f, daily(p)))

	assert.True(t, f.Has(account, 0, day(t, "2026-10-31")))
	assert.False(t, f.Has(account, 1, day(t, "2026-10-31")))
	assert.True(t, f.Has(account, 1, day(t, "2026-11-01")))
	assert.False(t, f.Has(account, 1, day(t, "2026-12-01")))
	assert.False(t, f.Has(account, 3, day(t, "2026-11-01")))
	assert.False(t, f.Has("2", 0, day(t, "2026-10-31")))
}

// The bucket of a day that is 25 hours long, or whose end_time did not follow the clocks, is still that day's.
func TestSeriesOwnEndTimeStands(t *testing.T) {
	p := compile(t, integers("reach", "views"))
	f := p.NewFacts()
	scope := shred.Scope{Object: account, Location: pacific(t), From: day(t, "2026-11-01"), To: day(t, "2026-11-02"), Day: day(t, "2026-11-01")}
	decode(t, f, `{"data":[{"name":"views","total_value":{"value":9}}]}`, scope)
	assert.Equal(t, []row{{account, "2026-11-01", "2026-11-02T08:00:00Z", "day", nil, int64(9)}}, wide(t, f, daily(p)))
	decode(t, f, `{"data":[{"name":"reach","values":[{"value":1,"end_time":"2026-11-02T07:00:00+0000"},{"value":2,"end_time":"2026-11-03T07:00:00+0000"}]}]}`, scope)
	assert.Equal(t, []row{
		{account, "2026-11-01", "2026-11-02T07:00:00Z", "day", int64(1), int64(9)},
		{account, "2026-11-02", "2026-11-03T07:00:00Z", "day", int64(2), nil},
	}, wide(t, f, daily(p)))
}

func TestBreakdowns(t *testing.T) {
	for _, c := range []struct {
		name       string
		dimensions []string
		page       string
		want       shred.Outcome
		rows       []row
	}{
		{
			name: "one dimension", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","period":"day","total_value":{"value":37,"breakdowns":[{"dimension_keys":["follow_type"],"results":[
				{"dimension_values":["NON_FOLLOWER"],"value":20},{"dimension_values":["FOLLOWER"],"value":17,"end_time":"2026-11-02T08:00:00+0000"}]}]}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 2},
			rows: []row{{"FOLLOWER", int64(17)}, {"NON_FOLLOWER", int64(20)}},
		},
		{
			name: "two, in the other order, results first", dimensions: []string{"media_product_type", "follow_type"},
			page: `{"data":[{"total_value":{"breakdowns":[{"results":[
				{"value":1,"dimension_values":["UNKNOWN","REEL"]},{"value":2,"dimension_values":["FOLLOWER","REEL"]},{"value":3,"dimension_values":["FOLLOWER","AD"]}],
				"dimension_keys":["follow_type","media_product_type"]}]},"name":"m"}]}`,
			want: shred.Outcome{Entries: 1, Facts: 3},
			rows: []row{{"AD", "FOLLOWER", int64(3)}, {"REEL", "FOLLOWER", int64(2)}, {"REEL", "UNKNOWN", int64(1)}},
		},
		{
			name: "a leading timeframe", dimensions: []string{"country"},
			page: `{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["timeframe","country"],"results":[
				{"dimension_values":["LAST_90_DAYS","US"],"value":7},{"dimension_values":["LAST_90_DAYS","AR"],"value":1}]}]}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 2},
			rows: []row{{"AR", int64(1)}, {"US", int64(7)}},
		},
		{
			name: "null and empty and odd values", dimensions: []string{"d"},
			page: `{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[
				{"dimension_values":["é"],"value":1},{"dimension_values":[""],"value":2},{"dimension_values":[null],"value":3},
				{"dimension_values":[18],"value":4},{"dimension_values":["z"],"value":null}]}]}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 4, Nulls: 1},
			rows: []row{{nil, int64(3)}, {"", int64(2)}, {"18", int64(4)}, {"é", int64(1)}},
		},
		{
			name: "not yet published", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["follow_type"]}]}}]}`,
			want: shred.Outcome{Entries: 1, Pending: true},
		},
		{
			name: "results null", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","total_value":{"breakdowns":[{"results":null,"dimension_keys":["follow_type"]}]}}]}`,
			want: shred.Outcome{Entries: 1, Pending: true},
		},
		{
			name: "no results", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["follow_type"],"results":[]}]}}]}`,
			want: shred.Outcome{Entries: 1, Empty: true},
		},
		{
			name: "undivided", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","total_value":{"value":3}}]}`,
			want: shred.Outcome{Entries: 1, Undivided: true},
		},
		{
			name: "a series", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","values":[{"value":3}]}]}`,
			want: shred.Outcome{Entries: 1, Undivided: true},
		},
		{
			name: "nothing but its name", dimensions: []string{"follow_type"},
			page: `{"data":[{"name":"m","period":"day"}]}`,
			want: shred.Outcome{Entries: 1, Bare: true},
		},
		{
			name: "divided, but not asked", dimensions: nil,
			page: `{"data":[{"name":"m","total_value":{"value":5,"breakdowns":[{"dimension_keys":["x"],"results":[{"dimension_values":["y"],"value":4}]}]}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 1},
			rows: []row{{int64(5)}},
		},
		{
			name: "a total of media, with its repetition", dimensions: nil,
			page: `{"data":[{"name":"m","period":"lifetime","values":[{"value":4}],"total_value":{"value":5}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 1},
			rows: []row{{int64(5)}},
		},
		{
			name: "the same, the total first", dimensions: nil,
			page: `{"data":[{"total_value":{"value":5},"values":[{"value":4}],"name":"m"}]}`,
			want: shred.Outcome{Entries: 1, Facts: 1},
			rows: []row{{int64(5)}},
		},
		{
			name: "a total without its value", dimensions: nil,
			page: `{"data":[{"name":"m","values":[{"value":4}],"total_value":{"breakdowns":[]}}]}`,
			want: shred.Outcome{Entries: 1, Facts: 1},
			rows: []row{{int64(4)}},
		},
		{
			name: "a metric without a total", dimensions: nil,
			page: `{"data":[{"name":"m","period":"day","title":"T","id":"1/insights/m/day"}]}`,
			want: shred.Outcome{Entries: 1, Bare: true},
		},
		{
			name: "no points", dimensions: nil,
			page: `{"data":[{"name":"m","values":[]}]}`,
			want: shred.Outcome{Entries: 1, Empty: true},
		},
		{
			name: "a total that is null", dimensions: nil,
			page: `{"data":[{"name":"m","total_value":{"value":null}}]}`,
			want: shred.Outcome{Entries: 1, Nulls: 1},
		},
		{name: "no data", page: ` {"data" : [ ] } `},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := compile(t, integers("m"), c.dimensions...)
			f := p.NewFacts()
			a := decode(t, f, c.page, shred.Scope{Object: account})
			assert.Equal(t, []shred.Outcome{c.want}, a.Measures)
			l := daily(p)
			l.Schema, l.Columns = arrow.NewSchema(l.Schema.Fields()[4:], nil), l.Columns[4:]
			want := c.rows
			if want == nil {
				want = []row{}
			}
			assert.Equal(t, want, wide(t, f, l))
			assert.Equal(t, len(c.rows) > 0, f.Has(account, 0, 0))
		})
	}
}

func TestOnlineFollowers(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "online_followers", Type: shred.Map}})
	f := p.NewFacts()
	scope := shred.Scope{Object: account, Location: pacific(t), From: day(t, "2026-08-31"), To: day(t, "2026-09-03")}
	a := decode(t, f, `{"data":[{"name":"online_followers","period":"lifetime","values":[
		{"value":{},"end_time":"2026-09-01T07:00:00+0000"},
		{"value":{"13":80,"9":20,"12":100},"end_time":"2026-09-02T07:00:00+0000"},
		{"value":{"b":2,"10":null,"9":1,"a":3},"end_time":"2026-09-03T07:00:00+0000"},
		{"value":{"1":1},"end_time":"2026-09-09T07:00:00+0000"}]}]}`, scope)
	assert.Equal(t, []shred.Outcome{{Entries: 1, Facts: 3, EmptyMaps: 1, Outside: 1}}, a.Measures)
	assert.Equal(t, []row{
		{account, "2026-09-01", "2026-09-02T07:00:00Z", "day", []pair{{"9", 20}, {"12", 100}, {"13", 80}}},
		{account, "2026-09-02", "2026-09-03T07:00:00Z", "day", []pair{{"9", 1}, {"a", 3}, {"b", 2}}},
	}, wide(t, f, daily(p)))
	assert.False(t, f.Has(account, 0, day(t, "2026-08-31")))
	assert.True(t, f.EmptyMap(account, 0, day(t, "2026-08-31")))
	assert.True(t, f.Has(account, 0, day(t, "2026-09-01")))
	assert.False(t, f.EmptyMap(account, 0, day(t, "2026-09-01")))
	assert.False(t, f.EmptyMap(account, 0, day(t, "2026-09-07")))

	long := shred.Layout{
		Schema: schemaOf("account_id!", utf8Type, "date!", dateType, "metric!", utf8Type, "hour", utf8Type, "value", floatType),
		Columns: []shred.Slot{
			{Role: shred.RoleObject}, {Role: shred.RoleDate}, {Role: shred.RoleMetric}, {Role: shred.RoleHour}, {Role: shred.RoleValue},
		},
	}
	rec, err := f.Long(long)
	require.NoError(t, err)
	const metric = "online_followers"
	assert.Equal(t, []row{
		{account, "2026-09-01", metric, "9", 20.0},
		{account, "2026-09-01", metric, "12", 100.0},
		{account, "2026-09-01", metric, "13", 80.0},
		{account, "2026-09-02", metric, "9", 1.0},
		{account, "2026-09-02", metric, "a", 3.0},
		{account, "2026-09-02", metric, "b", 2.0},
	}, rowsOf(t, rec))
}

func TestLongLayout(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "reach"}, {Name: "skip_rate", Type: shred.Decimal}}, "kind")
	f := p.NewFacts()
	for _, o := range []string{"2", "1"} {
		decode(t, f, `{"data":[
			{"name":"skip_rate","total_value":{"breakdowns":[{"dimension_keys":["kind"],"results":[{"dimension_values":["b"],"value":0.1},{"dimension_values":["a"],"value":"2.5"}]}]}},
			{"name":"reach","total_value":{"breakdowns":[{"dimension_keys":["kind"],"results":[{"dimension_values":["b"],"value":9007199254740993}]}]}}]}`,
			shred.Scope{Object: o, Day: 1})
	}
	rec, err := f.Long(shred.Layout{
		Schema: schemaOf("account_id!", utf8Type, "metric!", utf8Type, "period!", utf8Type, "timeframe!", utf8Type, "start_time!", timeType, "end_time!", timeType,
			"kind", utf8Type, "value", floatType, "retrieved_at!", timeType),
		Columns: []shred.Slot{
			{Role: shred.RoleObject},
			{Role: shred.RoleMetric},
			{Role: shred.RolePeriod},
			{Role: shred.RoleTimeframe},
			{Role: shred.RoleStartTime},
			{Role: shred.RoleEndTime},
			{Role: shred.RoleDimension},
			{Role: shred.RoleValue},
			{Role: shred.RoleRetrievedAt},
		},
		Period: "lifetime", Timeframe: "this_month", RetrievedAt: time.Unix(1_800_000_000, 0),
	})
	require.NoError(t, err)
	var want []row
	for _, o := range []string{"2", "1"} {
		for _, v := range []row{{"skip_rate", "a", 2.5}, {"reach", "b", 9007199254740992.0}, {"skip_rate", "b", 0.1}} {
			want = append(want, row{o, v[0], "lifetime", "this_month", "1970-01-02T00:00:00Z", "1970-01-03T00:00:00Z", v[1], v[2], "2027-01-15T08:00:00Z"})
		}
	}
	assert.Equal(t, want, rowsOf(t, rec))
}

func TestRangeAddsUpWindows(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "views"}, {Name: "rate", Type: shred.Decimal}, {Name: "follower_count"}})
	f := p.NewFacts()
	scope := shred.Scope{Object: account, Location: pacific(t), From: day(t, "2026-10-01"), To: day(t, "2026-10-30")}
	for range 2 { // a window read twice counts once
		scope.Day = day(t, "2026-10-01")
		decode(t, f, `{"data":[{"name":"views","total_value":{"value":40}},{"name":"rate","total_value":{"value":0.5}},
			{"name":"follower_count","values":[{"value":2,"end_time":"2026-10-02T07:00:00+0000"},{"value":3,"end_time":"2026-10-03T07:00:00+0000"}]}]}`, scope)
		scope.Day = day(t, "2026-10-29")
		decode(t, f, `{"data":[{"name":"views","total_value":{"value":2}}]}`, scope)
	}
	l := shred.Layout{
		Schema: schemaOf("account_id!", utf8Type, "start_time!", timeType, "end_time!", timeType, "views", int64Type, "rate", floatType, "follower_count", int64Type),
		Columns: []shred.Slot{
			{Role: shred.RoleObject},
			{Role: shred.RoleStartTime},
			{Role: shred.RoleEndTime},
			{Role: shred.RoleMeasure},
			{Role: shred.RoleMeasure, Index: 1},
			{Role: shred.RoleMeasure, Index: 2},
		},
		Range: true, Start: time.Unix(100, 0), End: time.Unix(200, 0),
	}
	want := []row{{account, "1970-01-01T00:01:40Z", "1970-01-01T00:03:20Z", int64(42), 0.5, int64(5)}}
	assert.Equal(t, want, wide(t, f, l))
	assert.Equal(t, want, wide(t, f, l), "a pivot changes nothing")

	scope.Day = day(t, "2026-10-28")
	decode(t, f, `{"data":[{"name":"views","total_value":{"value":9223372036854775807}}]}`, scope)
	_, err := f.Wide(l)
	require.ErrorContains(t, err, "the sum of views over the range is too large")
}

func TestLaterAnswersTakeThePlaceOfEarlierOnes(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "reach"}, {Name: "online", Type: shred.Map}})
	f := p.NewFacts()
	scope := shred.Scope{Object: account, To: 100}
	for _, page := range []string{
		`{"data":[{"name":"reach","values":[{"value":1,"end_time":"1970-01-03T00:00:00Z"},{"value":2,"end_time":"1970-01-03T00:00:00Z"}]},
			{"name":"online","values":[{"value":{"1":1},"end_time":"1970-01-03T00:00:00Z"},{"value":{},"end_time":"1970-01-03T00:00:00Z"}]}]}`,
		`{"data":[{"name":"reach","values":[{"value":3,"end_time":"1970-01-03T00:00:00Z"}]}]}`,
	} {
		decode(t, f, page, scope)
	}
	assert.Equal(t, []row{{account, "1970-01-02", "1970-01-03T00:00:00Z", "day", int64(3), []pair{{"1", 1}}}}, wide(t, f, daily(p)))
	assert.Equal(t, 5, f.Len())
	f.Reset()
	assert.Zero(t, f.Len())
	assert.False(t, f.Has(account, 0, 1))
	assert.Equal(t, []row{}, wide(t, f, daily(p)))
}

func TestFailedDecodeChangesNothing(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "m"}, {Name: "o", Type: shred.Map}})
	f := p.NewFacts()
	decode(t, f, `{"data":[{"name":"m","values":[{"value":1}]},{"name":"o","values":[{"value":{"1":2}}]}]}`, shred.Scope{Object: account})
	before := wide(t, f, daily(p))
	for _, page := range []string{
		`{"data":[{"name":"m","values":[{"value":9}]},{"name":"o","values":[{"value":{"1":2,"1":3}}]}]}`,
		`{"data":[{"name":"m","values":[{"value":9}]}]} x`,
		`{"data":[{"name":"o","values":[{"value":{"5":5}}]},{"name":"m","values":[{"value":"nine"}]}]}`,
	} {
		_, err := f.Decode([]byte(page), shred.Scope{Object: "2", Day: 1})
		require.Error(t, err)
		assert.Equal(t, 2, f.Len())
		assert.Equal(t, before, wide(t, f, daily(p)))
		assert.False(t, f.Has("2", 0, 1))
	}
	decode(t, f, `{"data":[{"name":"m","values":[{"value":3}]}]}`, shred.Scope{Object: "2"})
	assert.Equal(t, append(before, row{"2", "1970-01-01", "1970-01-02T00:00:00Z", "day", int64(3), nil}), wide(t, f, daily(p)))
}

// Days far apart, and many tuples, take the way of sorting in place of the dense one.
func TestSparseFacts(t *testing.T) {
	p := compile(t, integers("m"), "d")
	f := p.NewFacts()
	var want []row
	for i := range 40 {
		decode(t, f, fmt.Sprintf(`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[{"dimension_values":["%02d"],"value":%d}]}]}}]}`, 39-i, i),
			shred.Scope{Object: account, Day: int32(100_000 - 1000*i)})
		want = append([]row{{fmt.Sprintf("%02d", 39-i), int64(i)}}, want...)
	}
	l := daily(p)
	l.Schema, l.Columns = arrow.NewSchema(l.Schema.Fields()[4:], nil), l.Columns[4:]
	assert.Equal(t, want, wide(t, f, l))
	assert.True(t, f.Has(account, 0, 61_000))
	assert.False(t, f.Has(account, 0, 61_001))
	decode(t, f, `{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[{"dimension_values":["z"],"value":1}]}]}}]}`, shred.Scope{Object: account, Day: 2_000_000_000})
	assert.True(t, f.Has(account, 0, 2_000_000_000))
	assert.True(t, f.Has(account, 0, 61_000))
}

func TestWindowTimes(t *testing.T) {
	p := compile(t, integers("reach", "views"))
	f := p.NewFacts()
	scope := shred.Scope{Object: account, To: 10, Day: 5, Start: time.Unix(1000, 0), End: time.Unix(2000, 0)}
	decode(t, f, `{"data":[{"name":"reach","values":[{"value":1,"end_time":"1970-01-03T00:00:00Z"}]},{"name":"views","total_value":{"value":2}}]}`, scope)
	l := shred.Layout{
		Schema: schemaOf("start", timeType, "end", timeType, "reach", int64Type, "views", int64Type),
		Columns: []shred.Slot{
			{Role: shred.RoleWindowStart}, {Role: shred.RoleWindowEnd}, {Role: shred.RoleMeasure}, {Role: shred.RoleMeasure, Index: 1},
		},
	}
	assert.Equal(t, []row{{nil, nil, int64(1), nil}, {"1970-01-01T00:16:40Z", "1970-01-01T00:33:20Z", nil, int64(2)}}, wide(t, f, l))
}

func TestInsightsUnknownFields(t *testing.T) {
	f := compile(t, integers("m")).NewFacts()
	for range 3 {
		decode(t, f, `{"data":[{"name":"m","title":"T","surprise":[{"x":1}],"values":[{"value":1,"odd":null}]}],"extra":0}`, shred.Scope{})
		decode(t, f, `{"data":[{"name":"m","values":[{"value":1,"odd":null}]},{"name":"m","total_value":{"value":1,"more":[]}}]}`, shred.Scope{})
	}
	assert.Equal(t, []shred.Count{{Name: "extra", Times: 3}, {Name: "surprise", Times: 3}, {Name: "odd", Times: 6}, {Name: "more", Times: 3}}, f.UnknownFields())
}

func TestManyUnknownMetricsAreBounded(t *testing.T) {
	f := compile(t, integers("m")).NewFacts()
	var entries []string
	for i := range 30 {
		entries = append(entries, fmt.Sprintf(`{"name":"x%d"}`, i))
	}
	a := decode(t, f, `{"data":[`+strings.Join(entries, ",")+`]}`, shred.Scope{})
	require.Len(t, a.Unknown, 17)
	assert.Equal(t, shred.Count{Name: "…", Times: 14}, a.Unknown[16])
}

func TestCompileInsightsRefuses(t *testing.T) {
	for _, c := range []struct {
		measures   []shred.Measure
		dimensions []string
		want       string
	}{
		{nil, nil, "without a measure"},
		{integers(""), nil, "measure 1 has no name"},
		{integers("a", "a"), nil, "measure a stands twice"},
		{[]shred.Measure{{Name: "a", Type: 9}}, nil, "ValueType(9) is no value type"},
		{[]shred.Measure{{Name: "a", Type: shred.Map}}, []string{"d"}, "a map is not divided"},
		{integers("a"), []string{""}, "dimension 1 has no name"},
		{integers("a"), []string{"d", "d"}, "dimension d stands twice"},
	} {
		_, err := shred.CompileInsights(c.measures, c.dimensions)
		require.ErrorContains(t, err, c.want)
	}
}

func TestLayoutRefuses(t *testing.T) {
	p := compile(t, []shred.Measure{{Name: "m"}, {Name: "o", Type: shred.Map}})
	f := p.NewFacts()
	one := func(dt arrow.DataType, s shred.Slot) shred.Layout {
		return shred.Layout{Schema: schemaOf("c", dt), Columns: []shred.Slot{s}}
	}
	for _, c := range []struct {
		l    shred.Layout
		want string
	}{
		{shred.Layout{}, "without a schema"},
		{shred.Layout{Schema: schemaOf("c", utf8Type)}, "a layout of 0 columns for a schema of 1"},
		{one(utf8Type, shred.Slot{}), "no role is no role"},
		{one(utf8Type, shred.Slot{Role: 99}), "Role(99) is no role"},
		{one(utf8Type, shred.Slot{Role: shred.RoleDate}), "RoleDate is date32, the schema says utf8"},
		{one(int64Type, shred.Slot{Role: shred.RoleMeasure, Index: 2}), "RoleMeasure number 2, of 2"},
		{one(int64Type, shred.Slot{Role: shred.RoleMeasure, Index: 1}), "RoleMeasure is map<utf8, int64"},
		{one(utf8Type, shred.Slot{Role: shred.RoleDimension}), "RoleDimension number 0, of 0"},
		{one(utf8Type, shred.Slot{Role: shred.RoleMetric}), "long layouts only"},
		{one(floatType, shred.Slot{Role: shred.RoleValue}), "long layouts only"},
		{one(timeType, shred.Slot{Role: shred.RoleRetrievedAt}), "no RetrievedAt"},
		{one(utf8Type, shred.Slot{Role: shred.RoleBase}), "no Base"},
		{shred.Layout{Schema: schemaOf("c", dateType), Columns: []shred.Slot{{Role: shred.RoleDate}}, Range: true}, "a range has no date"},
		{shred.Layout{Schema: schemaOf("c", timeType), Columns: []shred.Slot{{Role: shred.RoleEndTime}}, Range: true}, "a range wants Layout.Start"},
		{shred.Layout{Schema: schemaOf("c", timeType), Columns: []shred.Slot{{Role: shred.RoleWindowEnd}}, Range: true}, "no single window"},
		{shred.Layout{Schema: schemaOf("c", utf8Type), Columns: []shred.Slot{{Role: shred.RoleObject}}, Range: true}, "maps cannot be added up"},
	} {
		_, err := f.Wide(c.l)
		require.ErrorContains(t, err, c.want)
	}
	_, err := f.Long(one(int64Type, shred.Slot{Role: shred.RoleMeasure}))
	require.ErrorContains(t, err, "wide layouts only")
}
