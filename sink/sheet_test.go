package sink

import (
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// sheetEncoder writes the texts of a row on a line.
func sheetEncoder(w io.Writer, _ schema.Table) (Encoder, error) { return sheet{w}, nil }

type sheet struct{ w io.Writer }

func (s sheet) Write(rec arrow.Record) error {
	for row := range int(rec.NumRows()) {
		var cells []string
		for _, c := range rec.Columns() {
			cells = append(cells, c.(*array.String).Value(row))
		}
		if _, err := fmt.Fprintln(s.w, strings.Join(cells, " ")); err != nil {
			return err
		}
	}
	return nil
}

func (sheet) Close() error { return nil }
func (sheet) Release()     {}

// sheet is a batch of t whose rows stand between semicolons, and their texts between spaces.
func (r *rig) sheet(t schema.Table, rows string) plugin.Batch {
	b := array.NewRecordBuilder(r.mem, t.Arrow())
	defer b.Release()
	for _, row := range strings.Split(rows, ";") {
		for i, cell := range strings.Fields(row) {
			b.Field(i).(*array.StringBuilder).Append(cell)
		}
	}
	return plugin.Batch{Table: t.Name, Record: b.NewRecord()}
}
