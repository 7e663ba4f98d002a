package shred

import (
	"bytes"
	"encoding/binary"
	"sort"
)

// A tuple of dimension values is kept as one text: for each value its length, a uvarint, and its bytes. Null has
// the length 0, and any other value its length plus one.

func appendTupleValue(dst, value []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(value))+1)
	return append(dst, value...)
}

func appendTupleNull(dst []byte) []byte { return append(dst, 0) }

// tupleValue splits the first value off tuple. value is nil for null.
func tupleValue(tuple []byte) (value, rest []byte) {
	n, k := binary.Uvarint(tuple)
	if n == 0 {
		return nil, tuple[k:]
	}
	end := k + int(n-1)
	return tuple[k:end:end], tuple[end:]
}

// compareTuples orders tuples by their values, bytewise, null first.
func compareTuples(a, b []byte) int {
	for len(a) > 0 && len(b) > 0 {
		var x, y []byte
		x, a = tupleValue(a)
		y, b = tupleValue(b)
		switch {
		case x == nil && y == nil:
			continue
		case x == nil:
			return -1
		case y == nil:
			return 1
		}
		if c := bytes.Compare(x, y); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// rankTuples puts the tuples in order, and notes the place of each in it.
func (f *Facts) rankTuples() {
	n := f.tuples.len()
	f.room.order, f.room.rank = room(f.room.order, n), room(f.room.rank, n)
	for i := range f.room.order {
		f.room.order[i] = int32(i)
	}
	order := f.room.order
	sort.Slice(order, func(i, j int) bool { return compareTuples(f.tuples.at(order[i]), f.tuples.at(order[j])) < 0 })
	for r, i := range f.room.order {
		f.room.rank[i] = int32(r)
	}
}
