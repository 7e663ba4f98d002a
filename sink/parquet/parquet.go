package parquet

import (
	"fmt"
	"io"

	v18 "github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/arrowbridge"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

func init() {
	sink.Register("parquet", func(o sink.Options) (plugin.Sink, error) { return New(o.Path, o.FolderOptions()...), nil })
}

// New returns a sink that writes into the folder path.
func New(path string, opts ...sink.FolderOption) *sink.Folder {
	return sink.NewFolder(path, sink.Format{
		Extension: "parquet",
		Check: func(t schema.Table) error {
			_, err := bridge(t)
			return err
		},
		NewEncoder: NewEncoder,
		Merging:    &sink.Merging{NewDecoder: newDecoder},
	}, opts...)
}

// bridge returns t as a schema that arrow-go's Parquet takes.
func bridge(t schema.Table) (*v18.Schema, error) {
	s, err := arrowbridge.Schema(t.Arrow())
	if err != nil {
		return nil, err
	}
	for _, f := range s.Fields() {
		one := v18.NewSchema([]v18.Field{f}, nil)
		if _, err := pqarrow.ToParquet(one, properties, arrowProperties); err != nil {
			return nil, fmt.Errorf("column %s has the type %s, which Parquet does not have: %w", f.Name, f.Type, err)
		}
	}
	return s, nil
}

var arrowProperties = pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema())

// pageBytes keeps what a row group takes in memory, which is some pages for each column, well below that of
// the rows.
const pageBytes = 128 << 10

// properties are how a file is written. There are no dictionaries: zstd folds what repeats into as few
// bytes, in less time, and arrow-go panics on a dictionary without entries (a row group in which a text
// column is null throughout) in a program that is built with Arrow's assertions on.
var properties = parquet.NewWriterProperties(
	parquet.WithCompression(compress.Codecs.Zstd),
	parquet.WithCompressionLevel(1),
	parquet.WithMaxRowGroupLength(sink.ChunkRows),
	parquet.WithDictionaryDefault(false),
	parquet.WithDataPageSize(pageBytes),
)

type encoder struct {
	chunks *sink.Chunker
	schema *v18.Schema
	file   *pqarrow.FileWriter
}

// NewEncoder starts the file of table on w, for a program that has a place of its own to write to. The
// error says which column's type Parquet does not have.
func NewEncoder(w io.Writer, table schema.Table) (sink.Encoder, error) {
	return newEncoder(w, table, memory.DefaultAllocator)
}

func newEncoder(w io.Writer, table schema.Table, mem memory.Allocator) (sink.Encoder, error) {
	s, err := bridge(table)
	if err != nil {
		return nil, err
	}
	e := &encoder{schema: s}
	if e.file, err = pqarrow.NewFileWriter(s, noClose{w}, properties, arrowProperties); err != nil {
		return nil, err
	}
	e.chunks = sink.NewChunker(mem, table.Arrow(), e.group)
	return e, nil
}

// noClose hides that a writer can be closed: arrow-go would do so.
type noClose struct{ io.Writer }

// group writes rec as a row group.
func (e *encoder) group(rec arrow.Record) error {
	batch, err := arrowbridge.RecordAs(rec, e.schema)
	if err != nil {
		return err
	}
	defer batch.Release()
	return e.file.Write(batch)
}

// Write implements sink.Encoder.
func (e *encoder) Write(rec arrow.Record) error { return e.chunks.Write(rec) }

// Close implements sink.Encoder.
func (e *encoder) Close() error {
	if err := e.chunks.Flush(); err != nil {
		return err
	}
	return e.file.Close()
}

// Release implements sink.Encoder.
func (e *encoder) Release() { e.chunks.Release() }
