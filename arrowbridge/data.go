package arrowbridge

import (
	"fmt"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	memory18 "github.com/apache/arrow-go/v18/arrow/memory"
	v15 "github.com/apache/arrow/go/v15/arrow"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"
)

// data lays d out as t over the same buffers. Offset, length and null count are taken as they are, so
// that a slice stays a slice of the same memory. The caller releases what comes back.
func data(d v15.ArrayData, t v18.DataType) (*array18.Data, error) {
	if int(d.DataType().ID()) != int(t.ID()) {
		return nil, fmt.Errorf("the column is %s, the schema says %s", d.DataType(), t)
	}
	children, err := childrenOf(d, t)
	defer func() {
		for _, c := range children {
			c.Release()
		}
	}()
	if err != nil {
		return nil, err
	}
	buffers := buffersOf(d)
	defer func() {
		for _, b := range buffers {
			if b != nil {
				b.Release()
			}
		}
	}()
	if dt, ok := t.(*v18.DictionaryType); ok {
		values, err := data(d.Dictionary(), dt.ValueType)
		if err != nil {
			return nil, err
		}
		defer values.Release()
		return array18.NewDataWithDictionary(t, d.Len(), buffers, d.NullN(), d.Offset(), values), nil
	}
	return array18.NewData(t, d.Len(), buffers, children, d.NullN(), d.Offset()), nil
}

// childrenOf returns what it made even with an error, to be released.
func childrenOf(d v15.ArrayData, t v18.DataType) ([]v18.ArrayData, error) {
	from := d.Children()
	if len(from) == 0 {
		return nil, nil
	}
	nested, ok := t.(v18.NestedType)
	if !ok {
		return nil, fmt.Errorf("%s has %d children, want none", t, len(from))
	}
	fields := nested.Fields()
	if len(fields) != len(from) {
		return nil, fmt.Errorf("%s has %d children, want %d", t, len(from), len(fields))
	}
	made := make([]v18.ArrayData, 0, len(from))
	for i, c := range from {
		child, err := data(c, fields[i].Type)
		if err != nil {
			return made, err
		}
		made = append(made, child)
	}
	return made, nil
}

func buffersOf(d v15.ArrayData) []*memory18.Buffer {
	from := d.Buffers()
	made := make([]*memory18.Buffer, len(from))
	for i, b := range from {
		if b != nil {
			b.Retain()
			made[i] = memory18.NewBufferWithAllocator(b.Bytes(), lease{b})
		}
	}
	return made
}

// A lease stands where arrow-go expects the allocator that a buffer came from: freeing gives the bytes
// back to the v15 buffer. A plain byte slice would not do: arrow-go does not count the users of those.
type lease struct{ of *memory15.Buffer }

var _ memory18.Allocator = lease{}

func (l lease) Free([]byte) { l.of.Release() }

func (lease) Allocate(int) []byte { panic("arrowbridge: this buffer is shared and cannot grow") }

func (lease) Reallocate(int, []byte) []byte {
	panic("arrowbridge: this buffer is shared and cannot change its size")
}
