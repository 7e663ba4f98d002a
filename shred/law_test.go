package shred_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/shred"
)

// object writes a JSON object with its fields in any order.
func object(r *rapid.T, fields ...string) string {
	return "{" + strings.Join(rapid.Permutation(fields).Draw(r, "order"), ",") + "}"
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Whatever the order of the keys and entries, the values are found, and stand in the row of their day and tuple.
func TestInsightsLaw(t *testing.T) {
	zone := pacific(t)
	first := day(t, "2026-10-25")
	metrics := []string{"m0", "m1", "m2"}
	rapid.Check(t, func(r *rapid.T) {
		dimensions := rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}, {"b", "a"}}).Draw(r, "dimensions")
		type key struct {
			day   int32
			tuple string
		}
		want := map[key][]any{}
		put := func(d int32, tuple []string, m int, v int64) {
			k := key{d, strings.Join(tuple, "\x00")}
			if want[k] == nil {
				want[k] = make([]any, len(metrics))
			}
			want[k][m] = v
		}
		p, err := shred.CompileInsights(integers(metrics...), dimensions)
		require.NoError(t, err)
		f := p.NewFacts()
		scope := shred.Scope{Object: "1", Location: zone, From: first + 1, To: first + 14}
		for range rapid.IntRange(1, 5).Draw(r, "answers") {
			scope.Day = first + 1 + int32(rapid.IntRange(0, 13).Draw(r, "day"))
			var entries []string
			for m, metric := range metrics {
				if !rapid.Bool().Draw(r, "named") {
					continue
				}
				fields := []string{`"name":` + quoted(metric), `"period":"day"`, `"title":` + quoted(rapid.String().Draw(r, "title"))}
				switch {
				case len(dimensions) > 0:
					keys := rapid.Permutation([]string{"timeframe", "a", "b"}).Draw(r, "keys")
					tuples := map[string]bool{}
					var results []string
					for range rapid.IntRange(0, 4).Draw(r, "results") {
						values := map[string]string{"timeframe": "LAST", "a": rapid.SampledFrom([]string{"x", "y", "é", ""}).Draw(r, "a"), "b": "z"}
						if slices.Contains(dimensions, "b") {
							values["b"] = rapid.SampledFrom([]string{"x", "y"}).Draw(r, "b")
						}
						var list, tuple []string
						for _, k := range keys {
							list = append(list, quoted(values[k]))
						}
						for _, d := range dimensions {
							tuple = append(tuple, values[d])
						}
						if tuples[fmt.Sprint(tuple)] {
							continue
						}
						tuples[fmt.Sprint(tuple)] = true
						v := rapid.Int64().Draw(r, "value")
						put(scope.Day, tuple, m, v)
						results = append(results, object(r, fmt.Sprintf(`"value":%d`, v), `"dimension_values":[`+strings.Join(list, ",")+`]`))
					}
					names, _ := json.Marshal(keys)
					breakdown := object(r, `"dimension_keys":`+string(names), `"results":[`+strings.Join(results, ",")+`]`)
					fields = append(fields, `"total_value":`+object(r, `"value":5`, `"breakdowns":[`+breakdown+`]`))
				case rapid.Bool().Draw(r, "series"):
					var points []string
					for d := first; d <= first+15; d++ {
						v := rapid.Int64().Draw(r, "value")
						end := time.Date(1970, 1, 1+int(d)+1, rapid.IntRange(-1, 1).Draw(r, "hour"), 0, 0, 0, zone)
						points = append(points, object(r, fmt.Sprintf(`"value":%d`, v), `"end_time":`+quoted(end.UTC().Format("2006-01-02T15:04:05-0700"))))
						if d > first && d < first+15 {
							put(d, nil, m, v)
						}
					}
					fields = append(fields, `"values":[`+strings.Join(points, " , ")+`]`)
				default:
					v := rapid.Int64().Draw(r, "value")
					put(scope.Day, nil, m, v)
					fields = append(fields, fmt.Sprintf(`"total_value":{"value":%d}`, v))
				}
				entries = append(entries, object(r, fields...))
			}
			page := object(r, `"data":[`+strings.Join(entries, ",")+`]`, `"paging":{"next":"x"}`)
			_, err := f.Decode([]byte(page), scope)
			require.NoError(t, err, page)
		}
		l := daily(p)
		rows := wide(t, f, l)
		require.Len(t, rows, len(want))
		previous := key{}
		for i, got := range rows {
			var tuple []string
			for _, v := range got[4 : 4+len(dimensions)] {
				tuple = append(tuple, v.(string))
			}
			k := key{day(t, got[1].(string)), strings.Join(tuple, "\x00")}
			require.Equal(t, want[k], got[4+len(dimensions):])
			require.True(t, i == 0 || previous.day < k.day || previous.day == k.day && previous.tuple < k.tuple, "order")
			previous = k
			for m := range metrics {
				require.True(t, want[k][m] == nil || f.Has("1", m, k.day))
			}
		}
	})
}

func FuzzInsights(f *testing.F) {
	for _, page := range []string{
		`{"data":[{"name":"m","period":"day","values":[{"value":4,"end_time":"2017-05-04T07:00:00+0000"}],"id":"1/insights/m/day"}]}`,
		`{"data":[{"name":"d","total_value":{"value":2.5}},{"name":"o","values":[{"value":{"0":1,"23":2},"end_time":"1970-01-02T08:00:00+0000"}]}]}`,
		`{"data":[{"name":"m","total_value":{"value":1,"breakdowns":[{"dimension_keys":["timeframe","a"],"results":[{"dimension_values":["x","y"],"value":1}]}]}}]}`,
		`{"data":[{"total_value":{"breakdowns":[{"results":[{"value":1,"dimension_values":["y"]}],"dimension_keys":["a"]}]},"name":"m"}]}`,
		`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a"]}]}}],"paging":{}}`,
	} {
		f.Add([]byte(page), true)
		f.Add([]byte(page), false)
	}
	zone := pacific(f)
	f.Fuzz(func(t *testing.T, page []byte, divided bool) {
		measures, dimensions := []shred.Measure{{Name: "m"}, {Name: "d", Type: shred.Decimal}, {Name: "o", Type: shred.Map}}, []string(nil)
		if divided {
			measures, dimensions = measures[:2], []string{"a"}
		}
		p, err := shred.CompileInsights(measures, dimensions)
		require.NoError(t, err)
		facts := p.NewFacts()
		scope := shred.Scope{Object: "1", Location: zone, From: -10, To: 20_000, Day: 3}
		l := daily(p)
		_, err = facts.Decode(page, scope)
		if err != nil {
			var e *shred.Error
			require.ErrorAs(t, err, &e)
			require.True(t, e.Offset >= 0 && e.Offset <= len(page))
			require.Zero(t, facts.Len())
			return
		}
		require.True(t, json.Valid(page))
		first := wide(t, facts, l)
		n := facts.Len()
		_, err = facts.Decode(page, scope)
		require.NoError(t, err)
		require.Equal(t, 2*n, facts.Len())
		require.Equal(t, fmt.Sprint(first), fmt.Sprint(wide(t, facts, l)), "the same answer again changes nothing")
	})
}

func FuzzTables(f *testing.F) {
	f.Add([]byte(`{"data":` + postsData + `,"paging":{"cursors":{"after":"A"},"next":"n"}}`))
	f.Add([]byte(`{"text":"a\u00e9","int":1e3,"float":"0.5","bool":true,"time":"2019-09-26T22:36:43+0000","date":"2019-01-01","json":{"a": 1},"loose":[1, 2],"list":["a",null],"map":{"a":1,"b":null},"owner":{"id":1}}`))
	f.Add([]byte(`{"edge":[{"id":1}],"insights":{"data":[{"name":"m","values":[{"value":1}]}]}}`))
	f.Add([]byte(`{"1":{"id":"1","comments":{"data":[{"id":2,"replies":{"data":[{"id":3}]}}]}},"2":null}`))
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, p := range []*shred.Plan{everything(t), posts(t, shred.RootList), posts(t, shred.RootByID), posts(t, shred.RootObject)} {
			d := p.NewDecoder()
			first, err := d.Decode(page)
			if err != nil {
				var e *shred.Error
				require.ErrorAs(t, err, &e)
				require.True(t, e.Offset >= 0 && e.Offset <= len(page))
				_, again := d.Decode(page)
				require.Equal(t, err, again)
				continue
			}
			require.True(t, json.Valid(page))
			second, err := d.Decode(bytes.Clone(page))
			require.NoError(t, err)
			for i := range first.Records {
				require.True(t, array.RecordEqual(first.Records[i], second.Records[i]))
				require.NotPanics(t, func() { _ = fmt.Sprint(first.Records[i]) })
			}
			require.Equal(t, first.Open, second.Open)
			first.Release()
			second.Release()
		}
	})
}

// The metrics of a page's posts become columns beside their fields, each post in its row.
func TestBase(t *testing.T) {
	d := posts(t, shred.RootList).NewDecoder()
	page, err := d.Decode([]byte(`{"data":` + postsData + `}`))
	require.NoError(t, err)
	defer page.Release()
	l := shred.Layout{
		Base:    page.Records[0],
		Schema:  schemaOf("media_id!", utf8Type, "views", int64Type, "reach", int64Type, "retrieved_at!", timeType),
		Columns: []shred.Slot{{Role: shred.RoleBase}, {Role: shred.RoleMeasure, Index: 1}, {Role: shred.RoleMeasure}, {Role: shred.RoleRetrievedAt}},

		RetrievedAt: time.Unix(0, 0),
	}
	const at = "1970-01-01T00:00:00Z"
	assert.Equal(t, []row{{"1", int64(5), int64(6), at}, {"2", nil, nil, at}, {"3", nil, nil, at}}, wide(t, page.Facts[0], l))

	rec, err := page.Facts[0].Long(shred.Layout{
		Base:   page.Records[0],
		Schema: schemaOf("media_id!", utf8Type, "account_id", utf8Type, "metric!", utf8Type, "value", floatType),
		Columns: []shred.Slot{
			{Role: shred.RoleBase}, {Role: shred.RoleBase, Index: 1}, {Role: shred.RoleMetric}, {Role: shred.RoleValue},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []row{{"1", "7", "reach", 6.0}, {"1", "7", "views", 5.0}}, rowsOf(t, rec))

	l.Columns[0] = shred.Slot{Role: shred.RoleObject}
	_, err = page.Facts[0].Wide(l)
	require.ErrorContains(t, err, "rows in place of objects, take RoleBase")
	l.Columns[0] = shred.Slot{Role: shred.RoleBase}
	l.Base = page.Records[1].NewSlice(0, 0)
	l.Schema = schemaOf("c", int64Type, "views", int64Type, "reach", int64Type, "retrieved_at!", timeType)
	_, err = page.Facts[0].Wide(l)
	require.ErrorContains(t, err, "more objects than Layout.Base has rows")
	l.Base.Release()
}

// With dimensions a post has a row a tuple, and one without any if it has none; columns of every type are repeated.
func TestBaseIsRepeatedForTuples(t *testing.T) {
	parts := []any{"text", utf8Type, "int", int64Type, "float", floatType, "bool", boolType, "time", timeType, "date", dateType, "list", listType, "map", mapType}
	var fields []shred.Field
	slots := []shred.Slot{}
	for i := 0; i < len(parts); i += 2 {
		fields = append(fields, shred.Field{Path: parts[i].(string)})
		slots = append(slots, shred.Slot{Role: shred.RoleBase, Index: i / 2})
	}
	d := plan(t, shred.RootList, shred.Node{
		Table: "t", Schema: schemaOf(parts...), Columns: fields,
		Insights: []shred.Nested{{Path: "insights", Plan: compile(t, integers("m"), "d")}},
	}).NewDecoder()
	page, err := d.Decode([]byte(`{"data":[{},
		{"insights":{"data":[{"name":"m","values":[{"value":9}],"total_value":{"value":9,"breakdowns":[{"dimension_keys":["d"],"results":[
			{"dimension_values":["y"],"value":2},{"dimension_values":["x"],"value":1}]}]}}]},
		 "text":"a","int":1,"float":0.5,"bool":true,"time":0,"date":"1970-01-02","list":["x",null],"map":{"k":9}}]}`))
	require.NoError(t, err)
	defer page.Release()
	l := shred.Layout{
		Base:    page.Records[0],
		Schema:  schemaOf(append(parts, "d", utf8Type, "m", int64Type)...),
		Columns: append(slots, shred.Slot{Role: shred.RoleDimension}, shred.Slot{Role: shred.RoleMeasure}),
	}
	base := row{"a", int64(1), 0.5, true, "1970-01-01T00:00:00Z", "1970-01-02", []any{"x", nil}, []pair{{"k", 9}}}
	assert.Equal(t, []row{
		make(row, 10),
		append(slices.Clone(base), "x", int64(1)),
		append(slices.Clone(base), "y", int64(2)),
	}, wide(t, page.Facts[0], l))
	require.Equal(t, arrow.INT64, l.Schema.Field(9).Type.ID())
}
