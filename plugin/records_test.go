package plugin_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

func drain(r array.RecordReader) []string {
	out := []string{}
	for r.Next() {
		out = append(out, ids(plugintest.Cells(r.Record()))...)
	}
	return out
}

func TestRecords(t *testing.T) {
	var splits [][]plugintest.Step
	var want []string
	for s := range 20 {
		id := fmt.Sprintf("%02d", s)
		splits = append(splits, script(batch(id+"a"), batch(id+"b", "!"), plugintest.Step{Table: "texts", Rows: [][]any{{"no"}}}, batch(id+"c", "!")))
		want = append(want, id+"a", id+"b", id+"c")
	}
	src := source(splits...)
	src.Schemas = append(src.Schemas, texts)
	r, err := plugin.Records(context.Background(), src, "days", options(t))
	require.NoError(t, err)
	assert.True(t, days.Arrow().Equal(r.Schema()))
	assert.Empty(t, src.Resumed(), "nothing is read before the first Next")
	assert.Equal(t, want, drain(r))
	require.NoError(t, r.Err())
	assert.False(t, r.Next())
	assert.Equal(t, []bool{true}, src.Finished())
	r.Release()
}

func TestRecordsKeepsWhatIsRetained(t *testing.T) {
	src := source(script(batch("a", "!"), batch("b", "!")))
	r, err := plugin.Records(context.Background(), src, "", options(t))
	require.NoError(t, err)
	r.Retain()
	var kept []arrow.Record
	for r.Next() {
		rec := r.Record()
		rec.Retain()
		kept = append(kept, rec)
	}
	r.Release()
	require.NoError(t, r.Err())
	r.Release()
	require.Len(t, kept, 2)
	assert.Equal(t, [][]string{{"b", "1"}}, plugintest.Cells(kept[1]))
	for _, rec := range kept {
		rec.Release()
	}
}

func TestRecordsReleasedEarly(t *testing.T) {
	for _, reads := range []int{0, 1} {
		t.Run(fmt.Sprint(reads, " records"), func(t *testing.T) {
			src := source(script(batch("a", "!"), batch("b", "!"), plugintest.Step{Do: func(ctx context.Context, _ func(plugin.Note)) error {
				<-ctx.Done()
				return ctx.Err()
			}}), script(batch("c", "!")))
			r, err := plugin.Records(context.Background(), src, "days", options(t))
			require.NoError(t, err)
			for range reads {
				require.True(t, r.Next())
			}
			r.Release()
			now, _ := src.Reading()
			assert.Zero(t, now)
			assert.Equal(t, []bool{false}, src.Finished())
			assert.False(t, r.Next())
		})
	}
}

func TestRecordsErrors(t *testing.T) {
	bad := &plugintest.Source{Schemas: []schema.Table{days}, Failures: []plugin.Failure{plugin.Fail("No.", "")}}
	_, err := plugin.Records(context.Background(), bad, "days", options(t))
	var invalid *plugin.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []bool{false}, bad.Finished())

	src := source()
	_, err = plugin.Records(context.Background(), src, "months", options(t))
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.EqualError(t, err, `the source has no table called "months"; it has days`)
	assert.Equal(t, []bool{false}, src.Finished())

	src = source(script(batch("a", "!"), plugintest.Step{Err: errBroken}))
	r, err := plugin.Records(context.Background(), src, "days", options(t))
	require.NoError(t, err)
	drain(r)
	require.ErrorIs(t, r.Err(), errBroken)
	r.Release()

	src = source(script(batch("a", "!"), plugintest.Step{Err: &plugin.SplitError{Err: errBroken}}), script(batch("b", "!")))
	r, err = plugin.Records(context.Background(), src, "days", options(t))
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, drain(r))
	var partial *plugin.PartialError
	require.ErrorAs(t, r.Err(), &partial)
	assert.EqualError(t, partial, "not all rows could be read: s0 partial: broken")
	assert.Equal(t, plugin.StatusPartial, partial.Report.Status)
	r.Release()

	ctx, cancel := context.WithCancel(context.Background())
	src = source(script(batch("a", "!"), batch("b", "!")))
	r, err = plugin.Records(ctx, src, "days", options(t))
	require.NoError(t, err)
	require.True(t, r.Next())
	cancel()
	drain(r)
	require.ErrorIs(t, r.Err(), context.Canceled)
	r.Release()
}

func ExampleRecords() {
	ctx := context.Background()
	src := source(script(batch("2026-10-01"), batch("2026-10-02", "!"))) // of plugin.Open in real life
	records, err := plugin.Records(ctx, src, "days", plugin.RunOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer records.Release()
	for records.Next() {
		fmt.Println(records.Record().NumRows(), "row:", records.Record().Column(0))
	}
	fmt.Println(records.Err())
	// Output:
	// 1 row: ["2026-10-01"]
	// 1 row: ["2026-10-02"]
	// <nil>
}
