package command

import (
	"context"
	"io"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// preview is a sink that passes everything on and keeps the last rows of each table as text. It is no
// plugin.StateKeeper, whatever is behind it: a run that is resumed would not show what it had read before.
type preview struct {
	plugin.Sink
	rows   int
	tables []schema.Table
	last   map[string][][]string
	count  map[string]int64
}

// maxCell and maxColumns bound what is printed of a row.
const (
	maxCell    = 24
	maxColumns = 8
)

// Begin implements plugin.Sink.
func (p *preview) Begin(ctx context.Context, tables []schema.Table) error {
	p.tables = tables
	p.last, p.count = make(map[string][][]string), make(map[string]int64)
	return p.Sink.Begin(ctx, tables)
}

// Write implements plugin.Sink.
func (p *preview) Write(ctx context.Context, b plugin.Batch) error {
	n := int(b.Record.NumRows())
	p.count[b.Table] += int64(n)
	rows := p.last[b.Table]
	for i := max(0, n-p.rows); i < n; i++ {
		rows = append(rows, cells(b.Record, i))
	}
	p.last[b.Table] = rows[max(0, len(rows)-p.rows):]
	return p.Sink.Write(ctx, b)
}

// WorkDir implements plugin.WorkPlacer.
func (p *preview) WorkDir() string { return workDir(p.Sink) }

// cells are the first values of a row as short text.
func cells(r arrow.Record, row int) []string {
	out := make([]string, min(int(r.NumCols()), maxColumns))
	for i := range out {
		text := ""
		if column := r.Column(i); column.IsValid(row) {
			text = strings.Join(strings.Fields(column.ValueStr(row)), " ")
		}
		if runes := []rune(text); len(runes) > maxCell {
			text = string(runes[:maxCell-1]) + "…"
		}
		out[i] = text
	}
	return out
}

// print writes the rows kept of a table.
func (p *preview) print(out io.Writer, t schema.Table) error {
	names := make([]string, min(len(t.Columns), maxColumns))
	for i := range names {
		names[i] = t.Columns[i].Name
	}
	rows := append([][]string{names}, p.last[t.Name]...)
	for _, row := range rows {
		row[0] = "  " + row[0]
	}
	return printRows(out, rows)
}

// columns says how many columns a table has.
func columns(t schema.Table) string { return count(len(t.Columns), "column") }
