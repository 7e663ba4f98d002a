package postgres

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestRowsThatAreTooManyForMemory(t *testing.T) {
	in := freshSchema(t)
	s := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	big := strings.Repeat("x", 1<<20)
	write := func(n int) {
		rec := plugintest.Record(logs, []any{fmt.Sprint(n) + big})
		defer rec.Release()
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: "logs", Record: rec}))
	}
	for i := range 20 {
		write(i)
	}
	assert.LessOrEqual(t, len(s.tables["logs"].held.mem), heldInMemory)
	assert.Positive(t, s.tables["logs"].held.stored)
	require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "0"}))
	for i := range 20 {
		write(100 + i)
	}
	require.NoError(t, s.Abort(t.Context()))
	write(20)
	require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "1"}))
	require.NoError(t, s.Finish(t.Context(), true))
	want := [][]string{}
	for i := range 21 {
		want = append(want, []string{fmt.Sprint(i), fmt.Sprint(len(big))})
	}
	assert.Equal(t, want, query(t, in, "SELECT rtrim(line, 'x'), length(ltrim(line, '0123456789')) FROM logs ORDER BY ctid"))
}

func TestHeldRowsAreTakenBackToTheMark(t *testing.T) {
	h := newHeld(nil, false)
	defer h.close()
	h.mem, h.rows = append(h.mem, "ab"...), 1
	h.mark()
	h.mem, h.rows = append(h.mem, "cd"...), 2
	require.NoError(t, h.spill())
	h.mem, h.rows = append(h.mem, "ef"...), 3
	assert.Equal(t, int64(6), h.size())
	h.truncate()
	assert.Equal(t, int64(2), h.size())
	h.mem = append(h.mem, "gh"...)
	h.mark()
	require.NoError(t, h.spill())
	h.mem = append(h.mem, "ij"...)
	h.mark()
	h.mem = append(h.mem, "kl"...)
	h.truncate()
	all, err := io.ReadAll(h.reader())
	require.NoError(t, err)
	assert.Equal(t, copyHeader+"abghij"+copyTrailer, string(all))
}

func TestACopyReaderThatIsTaken(t *testing.T) {
	h := newHeld(nil, false)
	h.mem = []byte("rows")
	r := h.reader()
	all, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, copyHeader+"rows"+copyTrailer, string(all))
	r.take()
	_, err = r.Read(make([]byte, 1))
	require.ErrorIs(t, err, errTaken)
}
