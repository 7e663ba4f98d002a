package parquet

import (
	"bytes"
	"context"
	"errors"
	"io"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	memory18 "github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

// A decoder reads a file back, a row group at a time. Its batches come to us as an Arrow stream in memory:
// the two Arrows share no types.
type decoder struct {
	file    *pqarrow.FileReader
	columns []int
	group   int // the next one
	stream  *ipc.Reader
}

func newDecoder(from sink.ReadFile, _ schema.Table) (sink.Decoder, error) {
	f, err := file.NewParquetReader(from)
	if err != nil {
		return nil, err
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory18.DefaultAllocator)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	d := &decoder{file: r}
	for i := range f.MetaData().Schema.NumColumns() {
		d.columns = append(d.columns, i)
	}
	return d, nil
}

// Next implements sink.Decoder.
func (d *decoder) Next() (arrow.Record, error) {
	for {
		if d.stream != nil {
			if d.stream.Next() {
				return d.stream.Record(), nil
			}
			if err := d.stream.Err(); err != nil {
				return nil, err
			}
			d.stream.Release()
			d.stream = nil
		}
		if d.group == d.file.ParquetReader().NumRowGroups() {
			return nil, io.EOF
		}
		if err := d.open(); err != nil {
			return nil, err
		}
		d.group++
	}
}

// open opens the stream of a row group.
func (d *decoder) open() error {
	group, err := d.file.RowGroup(d.group).ReadTable(context.Background(), d.columns)
	if err != nil {
		return err
	}
	defer group.Release()
	var b bytes.Buffer
	if err := stream(&b, group); err != nil {
		return err
	}
	d.stream, err = ipc.NewReader(&b)
	return err
}

func stream(to io.Writer, from v18.Table) (err error) {
	w := ipc18.NewWriter(to, ipc18.WithSchema(from.Schema()))
	defer func() { err = errors.Join(err, w.Close()) }()
	r := array18.NewTableReader(from, -1)
	defer r.Release()
	for r.Next() {
		if err := w.Write(r.RecordBatch()); err != nil {
			return err
		}
	}
	return r.Err()
}

// Release implements sink.Decoder.
func (d *decoder) Release() {
	if d.stream != nil {
		d.stream.Release()
		d.stream = nil
	}
}
