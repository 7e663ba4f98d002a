package arrowbridge

import (
	"sync/atomic"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
)

// NewReader returns from as a record reader of arrow-go, which is what its Parquet, Flight and C Data
// writers take. The reader retains from and releases it with itself. As with any RecordReader, a batch
// is lent until the next call of Next, and one goroutine at a time may read.
func NewReader(from array15.RecordReader) (array18.RecordReader, error) {
	schema, err := Schema(from.Schema())
	if err != nil {
		return nil, err
	}
	from.Retain()
	r := &reader{from: from, schema: schema}
	r.users.Store(1)
	return r, nil
}

type reader struct {
	from   array15.RecordReader
	schema *v18.Schema
	users  atomic.Int64
	batch  v18.RecordBatch
	err    error
}

func (r *reader) Retain() { r.users.Add(1) }

func (r *reader) Release() {
	if r.users.Add(-1) == 0 {
		r.drop()
		r.from.Release()
	}
}

func (r *reader) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

func (r *reader) Schema() *v18.Schema { return r.schema }

func (r *reader) Next() bool {
	r.drop()
	if r.err != nil || !r.from.Next() {
		return false
	}
	r.batch, r.err = RecordAs(r.from.Record(), r.schema)
	return r.err == nil
}

func (r *reader) RecordBatch() v18.RecordBatch { return r.batch }

// Record is what RecordBatch was called before; the interface still asks for it.
func (r *reader) Record() v18.RecordBatch { return r.batch }

func (r *reader) Err() error {
	if r.err != nil {
		return r.err
	}
	return r.from.Err()
}
