package plugintest

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// Merges says that a row takes the place of the one with its key, of this run or an earlier one, and that
// equal nulls in a key are equal.
func Merges() SinkOption {
	return func(s *sinkSuite) {
		s.more = append(s.more, func(s *sinkSuite) []sinkCheck {
			return []sinkCheck{
				{"rows take the place of earlier ones", s.checkMerge},
				{"nulls in a key are equal", s.checkNullKeys},
				{"a table that is all key", s.checkAllKey},
			}
		})
	}
}

// keyTable has a key whose every part may be null.
var keyTable = schema.Table{Name: "keys", Key: []string{"text", "long", "day", "flag"}, Columns: []schema.Column{
	{Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "long", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	{Name: "flag", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
}}

// keyRows are rows of keyTable with every mixture of null, the value that is most like it, and another.
func keyRows(value int) [][]any {
	day := time.Unix(0, 0).UTC()
	var rows [][]any
	for _, text := range []any{nil, "", "x"} {
		for _, long := range []any{nil, 0, 1} {
			for _, d := range []any{nil, day, day.AddDate(0, 0, 1)} {
				for _, flag := range []any{nil, false, true} {
					rows = append(rows, []any{value + len(rows), text, long, d, flag})
				}
			}
		}
	}
	return rows
}

// run writes rows in a run of its own, in two commits.
func (s *sinkSuite) run(t testing.TB, dir string, table schema.Table, rows ...[]any) error {
	r, err := s.begin(t, dir, table)
	if err != nil {
		return err
	}
	half := len(rows) / 2
	err = errors.Join(r.write(table, rows[:half]...), r.commit("s", 0, false), r.write(table, rows[half:]...), r.commit("s", 1, true))
	return errors.Join(err, r.finish(err == nil))
}

func (s *sinkSuite) checkMerge(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	return errors.Join(
		s.run(t, dir, numberTable, numbers(0, 4)...),
		s.run(t, dir, numberTable, []any{"n0001", -1}, []any{"n0004", 4}, []any{"n0000", nil}, []any{"n0004", -4}),
		s.expectSet(t, dir, numberTable, []any{"n0000", nil}, []any{"n0001", -1}, []any{"n0002", 2}, []any{"n0003", 3}, []any{"n0004", -4}),
	)
}

func (s *sinkSuite) checkNullKeys(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	for i := range 3 {
		rows := keyRows(1000 * i)
		if err := errors.Join(s.run(t, dir, keyTable, rows...), s.expectSet(t, dir, keyTable, rows...)); err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *sinkSuite) checkAllKey(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	table := schema.Table{Name: "pairs", Key: []string{"a", "b"}, Columns: []schema.Column{
		{Name: "a", Type: arrow.BinaryTypes.String},
		{Name: "b", Type: arrow.BinaryTypes.String, Nullable: true},
	}}
	rows := [][]any{{"x", nil}, {"x", "y"}}
	return errors.Join(s.run(t, dir, table, rows...), s.run(t, dir, table, rows...), s.expectSet(t, dir, table, rows...))
}
