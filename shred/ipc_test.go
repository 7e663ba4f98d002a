package shred_test

import (
	"bytes"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

// Records of every column type, with nulls and without, whole, cut and empty, are what Arrow's own code takes them for.
func TestRecordsThroughIPC(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer alloc.AssertSize(t, 0)
	n := everyColumn()
	n.Schema = arrow.NewSchema(append(n.Schema.Fields(), schemaOf("param", utf8Type, "absent", listType, "none", utf8Type).Fields()...), nil)
	n.Columns = append(n.Columns, shred.Field{Param: "param"}, shred.Field{Param: "absent"}, shred.Field{Param: "none"})
	d := plan(t, shred.RootList, n).NewDecoder()
	require.NoError(t, d.Set("param", "the same"))
	full := `{"text":"é","int":1,"float":0.5,"bool":true,"time":7,"date":"2019-01-01","json":[1, 2],"loose":{"a": 1},"list":["a",null],"map":{"b":2,"a":1},"owner":{"id":"5"}}`
	for _, text := range []string{`[]`, `[` + full + `]`, `[{},` + full + `,{"text":"","list":[],"map":{}},{},` + full + `]`, `[{}]`} {
		page, err := d.Decode([]byte(text))
		require.NoError(t, err)
		rec := page.Records[0]
		records := []arrow.Record{rec, rec.NewSlice(0, rec.NumRows()/2), rec.NewSlice(rec.NumRows()/2, rec.NumRows())}
		var out bytes.Buffer
		w := ipc.NewWriter(&out, ipc.WithSchema(rec.Schema()), ipc.WithAllocator(alloc))
		for _, r := range records {
			require.NoError(t, w.Write(r))
		}
		require.NoError(t, w.Close())
		r, err := ipc.NewReader(&out, ipc.WithAllocator(alloc))
		require.NoError(t, err)
		for _, want := range records {
			require.True(t, r.Next())
			require.True(t, array.RecordEqual(want, r.Record()), "%v\n%v", want, r.Record())
		}
		require.False(t, r.Next())
		r.Release()
		for _, r := range records {
			r.Release()
		}
	}
}
