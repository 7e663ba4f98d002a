package sink_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

// counts is a format of one's own: how many values each column has.
type counts struct {
	w      io.Writer
	table  schema.Table
	values []int
}

func (c *counts) Write(rec arrow.Record) error {
	for i, column := range rec.Columns() {
		c.values[i] += column.Len() - column.NullN()
	}
	return nil
}

func (c *counts) Close() error {
	var errs []error
	for i, column := range c.table.Columns {
		_, err := fmt.Fprintln(c.w, column.Name, c.values[i])
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *counts) Release() {}

// A format of one's own gets everything that a Folder promises, and a name for sink.Open.
func ExampleRegister() {
	sink.Register("counts", func(o sink.Options) (plugin.Sink, error) {
		return sink.NewFolder(o.Path, sink.Format{
			Extension: "counts",
			NewEncoder: func(w io.Writer, t schema.Table) (sink.Encoder, error) {
				return &counts{w, t, make([]int, len(t.Columns))}, nil
			},
		}), nil
	})

	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	to, err := sink.Open(sink.Options{Format: "counts", Path: dir})
	if err != nil {
		fmt.Println(err)
		return
	}

	// What the runner does with a sink:
	table := schema.Table{Name: "media", Columns: []schema.Column{
		{Name: "media_id", Type: arrow.BinaryTypes.String},
		{Name: "caption", Type: arrow.BinaryTypes.String, Nullable: true},
	}}
	rows := plugintest.Record(table, []any{"1", "Sun"}, []any{"2", nil})
	defer rows.Release()
	ctx := context.Background()
	err = to.Begin(ctx, []schema.Table{table})
	if err == nil {
		err = to.Write(ctx, plugin.Batch{Table: table.Name, Record: rows})
	}
	if err == nil {
		err = to.Commit(ctx, plugin.Position{})
	}
	if err = errors.Join(err, to.Finish(ctx, err == nil)); err != nil {
		fmt.Println(err)
		return
	}
	written, err := os.ReadFile(filepath.Join(dir, "media.counts"))
	fmt.Print(string(written), err)
	// Output:
	// media_id 2
	// caption 1
	// <nil>
}
