package arrow

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

func init() {
	sink.Register("arrow", func(o sink.Options) (plugin.Sink, error) { return New(o.Path, o.FolderOptions()...), nil })
}

// New returns a sink that writes into the folder path.
func New(path string, opts ...sink.FolderOption) *sink.Folder {
	return sink.NewFolder(path, sink.Format{
		Extension: "arrow", Check: check, NewEncoder: NewEncoder, Merging: &sink.Merging{NewDecoder: newDecoder},
	}, opts...)
}

// check refuses the types whose arrays cannot be joined without loss.
func check(t schema.Table) error {
	for _, c := range t.Columns {
		if bad := unjoinable(c.Type); bad != nil {
			return fmt.Errorf("column %s: batches of the type %s cannot be joined", c.Name, bad)
		}
	}
	return nil
}

func unjoinable(t arrow.DataType) arrow.DataType {
	switch t.ID() {
	case arrow.EXTENSION, arrow.SPARSE_UNION, arrow.DENSE_UNION, arrow.RUN_END_ENCODED,
		arrow.STRING_VIEW, arrow.BINARY_VIEW, arrow.LIST_VIEW, arrow.LARGE_LIST_VIEW:
		return t
	case arrow.DICTIONARY:
		return unjoinable(t.(*arrow.DictionaryType).ValueType)
	}
	if n, ok := t.(arrow.NestedType); ok {
		for _, f := range n.Fields() {
			if bad := unjoinable(f.Type); bad != nil {
				return bad
			}
		}
	}
	return nil
}

type encoder struct {
	out    *outlet
	chunks *sink.Chunker
	stream *ipc.Writer
}

// An outlet is a writer that can be shut: the stream frees its dictionaries only by writing its end.
type outlet struct{ w io.Writer }

func (o *outlet) Write(p []byte) (int, error) { return o.w.Write(p) }

// NewEncoder starts the stream of table on w, for a program that has a place of its own to write to.
// The error says which column's type cannot be written.
func NewEncoder(w io.Writer, table schema.Table) (sink.Encoder, error) {
	return newEncoder(w, table, memory.DefaultAllocator)
}

func newEncoder(w io.Writer, table schema.Table, mem memory.Allocator) (sink.Encoder, error) {
	if err := check(table); err != nil {
		return nil, err
	}
	s := table.Arrow()
	e := &encoder{out: &outlet{w}}
	e.stream = ipc.NewWriter(e.out, ipc.WithSchema(s), ipc.WithAllocator(mem))
	e.chunks = sink.NewChunker(mem, s, e.stream.Write)
	return e, nil
}

// Write implements sink.Encoder.
func (e *encoder) Write(rec arrow.Record) error { return e.chunks.Write(rec) }

// Close implements sink.Encoder.
func (e *encoder) Close() error {
	if err := e.chunks.Flush(); err != nil {
		return err
	}
	return e.stream.Close()
}

// Release implements sink.Encoder.
func (e *encoder) Release() {
	e.chunks.Release()
	e.out.w = io.Discard
	_ = e.stream.Close()
}
