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

// Columns that are the same in every row share their memory between pages; nobody sees that.
func TestFixedColumns(t *testing.T) {
	d := plan(t, shred.RootList, shred.Node{
		Table: "t",
		Schema: schemaOf("id", utf8Type, "text", utf8Type, "int", int64Type, "float", floatType, "bool", boolType, "time", timeType, "date", dateType,
			"list", listType, "map", mapType),
		Columns: []shred.Field{
			{Path: "id"}, {Param: "text"}, {Param: "int"}, {Param: "float"}, {Param: "bool"}, {Param: "time"}, {Param: "date"}, {Param: "list"}, {Param: "map", Path: "map"},
		},
	}).NewDecoder()
	require.ErrorContains(t, d.Set("list", []string{"a"}), "does not fit")
	const page = `[{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"},{"id":"5"},{"id":"6"},{"id":"7"},{"id":"8"},{"id":"9"},{"id":"10"}]`
	at := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	some := map[string]any{"text": "x", "int": int64(1), "float": 2.5, "bool": true, "time": at, "date": at}
	others := map[string]any{"text": "longer", "int": int64(2), "float": nil, "bool": false, "time": at.AddDate(0, 0, 1), "date": nil}
	none := map[string]any{"text": nil, "int": nil, "float": nil, "bool": nil, "time": nil, "date": nil}
	first := row{"x", int64(1), 2.5, true, "2026-03-04T00:00:00Z", "2026-03-04", nil, nil}
	second := row{"longer", int64(2), nil, false, "2026-03-05T00:00:00Z", nil, nil, nil}
	type kept struct {
		rec  arrow.Record
		want []row
	}
	var all []kept
	read := make(chan arrow.Record)
	done := make(chan int)
	go func() { // readers may go on while the decoder does
		n := 0
		for rec := range read {
			n += len(fmt.Sprint(rec))
		}
		done <- n
	}()
	for _, c := range []struct {
		params map[string]any
		rest   row
	}{{none, make(row, 8)}, {some, first}, {some, first}, {others, second}, {none, make(row, 8)}, {some, first}} {
		for name, v := range c.params {
			require.NoError(t, d.Set(name, v))
		}
		for _, rows := range []int{3, 10, 0, 1, 9} {
			_, err := d.Decode([]byte(`[{"id":"1"},?]`))
			require.Error(t, err)
			text := "[" + strings.Join(strings.SplitAfterN(page[1:], "}", rows+1)[:rows], "") + "]"
			p, err := d.Decode([]byte(text))
			require.NoError(t, err)
			k := kept{rec: p.Records[0], want: []row{}}
			for i := range rows {
				k.want = append(k.want, append(row{fmt.Sprint(i + 1)}, c.rest...))
			}
			all = append(all, k)
			read <- k.rec
		}
	}
	close(read)
	require.Positive(t, <-done)
	for i, k := range all {
		for _, c := range k.rec.Columns() {
			if c.NullN() > 0 {
				assert.Equal(t, len(k.want), c.NullN())
			}
		}
		assert.Equal(t, k.want, rowsOf(t, k.rec), "page %d", i)
	}
}
