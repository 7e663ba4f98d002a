package loading

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What is written in parts is what is written at once, each key once.
func TestRows(t *testing.T) {
	table := Table()
	require.NoError(t, table.Check())
	whole, first, rest := Rows(0, 400), Rows(0, 150), Rows(150, 250)
	assert.Equal(t, plugintest.Cells(whole), append(plugintest.Cells(first), plugintest.Cells(rest)...))
	assert.Equal(t, arrow.Date32(firstDay), whole.Column(1).(*array.Date32).Value(365), "the first day of the second account")
	keys := map[string]bool{}
	for _, r := range plugintest.Cells(whole) {
		keys[strings.Join([]string{r[0], r[1], r[3]}, " ")] = true
	}
	assert.Len(t, keys, 400)
	release([]arrow.Record{whole, first, rest})
}

// A logSink ends a transaction after the marks that are in ends, and writes down what it is asked.
type logSink struct {
	plugin.StateKeeper
	ends    []plugin.Mark
	durable plugin.Mark
	last    plugin.Mark
	log     []string
}

func (s *logSink) Begin(_ context.Context, tables []schema.Table) error {
	s.log = append(s.log, "begin "+tables[0].Name)
	return nil
}

func (s *logSink) Keep(_ context.Context, runs []plugin.KeptRun) error {
	s.log = append(s.log, "keep "+runs[0].Input)
	return nil
}

func (s *logSink) Write(_ context.Context, b plugin.Batch) error {
	s.log = append(s.log, fmt.Sprintf("write %d", b.Record.NumRows()))
	return nil
}

func (s *logSink) Commit(_ context.Context, at plugin.Position) error {
	s.log = append(s.log, "commit "+string(at.Mark))
	s.last = at.Mark
	if slices.Contains(s.ends, at.Mark) {
		s.durable = at.Mark
	}
	return nil
}

func (s *logSink) Settle(context.Context) (bool, error) {
	s.log = append(s.log, "settle")
	s.durable = s.last
	return true, nil
}

func (s *logSink) Finish(_ context.Context, ok bool) error {
	s.log = append(s.log, "finish "+strconv.FormatBool(ok))
	return nil
}

// logStatements writes down what it is asked.
type logStatements struct {
	first []string
	log   []string
	fail  error
}

func (s *logStatements) Ready(batches []arrow.Record) error {
	s.first = nil
	for _, b := range batches {
		s.first = append(s.first, fmt.Sprint(b.Column(6).(*array.Float64).Value(0)*8/BatchRows))
	}
	return nil
}

func (s *logStatements) Run(_ context.Context, batch int) error {
	s.log = append(s.log, s.first[batch])
	return s.fail
}

func (s *logStatements) Begin(context.Context) error {
	s.log = append(s.log, "begin")
	return nil
}

func (s *logStatements) Commit(context.Context) error {
	s.log = append(s.log, "commit")
	return nil
}

// The statements have the sink's transactions, and a turn ends one on both sides.
func TestContest(t *testing.T) {
	to, statements := &logSink{ends: []plugin.Mark{"1", "3"}}, &logStatements{}
	require.NoError(t, Start(t.Context(), to))
	c := Contest{Sink: to, Durable: func(context.Context) (plugin.Mark, error) { return to.durable, nil }, Statements: Local{statements}}
	times, err := c.Run(t.Context(), 7*BatchRows, 3)
	require.NoError(t, err)
	assert.Len(t, times.Sink, 3)
	assert.Len(t, times.Statements, 3)
	assert.Equal(t, 5, times.Transactions)
	assert.Equal(t, strings.Fields("begin 0 1 commit begin 2 commit begin 3 commit begin 4 5 commit begin 6 commit"), statements.log)
	var want []string
	for i := range 7 {
		want = append(want, "write 1000", fmt.Sprint("commit ", i))
		if i == 2 || i == 5 || i == 6 {
			want = append(want, "settle")
		}
	}
	assert.Equal(t, append([]string{"begin account_insights", "keep bench"}, want...), to.log)

	broken := errors.New("broken")
	statements.fail = broken
	_, err = c.Run(t.Context(), BatchRows, 3)
	require.ErrorIs(t, err, broken)
	c.Durable = func(context.Context) (plugin.Mark, error) { return "", broken }
	_, err = c.Run(t.Context(), BatchRows, 3)
	require.ErrorIs(t, err, broken)
}

func TestFill(t *testing.T) {
	to, after := &logSink{}, 0
	require.NoError(t, Fill(t.Context(), to, 2*BatchRows, func() { after++ }))
	assert.Equal(t, []string{"begin account_insights", "keep bench", "write 1000", "commit 0", "write 1000", "commit 1", "finish true"}, to.log)
	assert.Equal(t, 2, after)
}

func TestServe(t *testing.T) {
	statements := &logStatements{}
	out, answers := io.Pipe()
	served := make(chan error, 1)
	go func() {
		orders := json.NewDecoder(strings.NewReader(`{"first":4,"batches":2,"bounds":[1,2]} {"first":6,"batches":1,"bounds":[1]}`))
		served <- errors.Join(Serve(context.Background(), statements, orders, answers), answers.Close())
	}()
	var took []time.Duration
	for list := json.NewDecoder(out); list.More(); {
		var d time.Duration
		require.NoError(t, list.Decode(&d))
		took = append(took, d)
	}
	require.NoError(t, <-served)
	require.Len(t, took, 3)
	assert.Zero(t, took[0])
	assert.Positive(t, took[1])
	assert.Equal(t, strings.Fields("begin 4 commit begin 5 commit begin 6 commit"), statements.log)
}

func TestReports(t *testing.T) {
	var times Times
	times.Add(Times{Sink: []time.Duration{time.Second, time.Second}, Statements: []time.Duration{time.Second / 2, time.Second}, Transactions: 20})
	r := times.Report("X")
	assert.InDelta(t, 0.75, r.Figures[0].Measured, 1e-9)
	assert.InDelta(t, 50_000, r.Speeds[0].Value, 1e-6)
	assert.InDelta(t, 75_000, r.Speeds[1].Value, 1e-6)
	assert.Equal(t, []string{"X: 5000 rows a transaction on average, on both sides"}, r.Notes)

	run := func(rows int) (figures.Peak, error) {
		return figures.Peak{Rows: int64(rows), Bytes: map[int]uint64{Few: 10 << 20, Many: 12 << 20}[rows]}, nil
	}
	r, err := Memory("X", run)
	require.NoError(t, err)
	assert.InDelta(t, 1.2, r.Figures[0].Measured, 1e-9)
	assert.True(t, r.Figures[0].Holds(1.25))
	assert.Equal(t, []string{"peak memory into X: 10.0 MiB after 100000 rows, 12.0 MiB after 1000000"}, r.Notes)
	r, err = BoundedMemory("X", 11, 5, run)
	require.NoError(t, err)
	assert.InDelta(t, 12, r.Figures[0].Measured, 0)
	assert.False(t, r.Figures[0].Holds(r.Figures[0].Gate))

	for _, f := range Skipped("X").Figures {
		assert.Equal(t, "not judged: no X here", f.Skip)
	}
}
