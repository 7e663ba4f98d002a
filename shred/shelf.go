package shred

import "github.com/apache/arrow/go/v15/arrow/memory"

// A shelf holds the room for the columns of one record, so that a record costs a few allocations in place of
// several a column. The columns of a record are thereby kept or collected together. Whoever needs more than was
// foreseen gets room of their own.
type shelf struct {
	words   []int32
	longs   []int64
	bytes   []byte
	buffers []memory.Buffer
	lists   []*memory.Buffer
}

// newShelf returns a shelf for columns columns with as much room as given.
func newShelf(columns, words, longs, bytes int) *shelf {
	s := &shelf{buffers: make([]memory.Buffer, 3*columns), lists: make([]*memory.Buffer, 3*columns)}
	if words > 0 {
		s.words = make([]int32, words)
	}
	if longs > 0 {
		s.longs = make([]int64, longs)
	}
	if bytes > 0 {
		s.bytes = make([]byte, bytes)
	}
	return s
}

// take cuts n values off room.
func take[T any](room *[]T, n int) []T {
	if n > len(*room) {
		return make([]T, 0, n)
	}
	part := (*room)[:0:n]
	*room = (*room)[n:]
	return part
}

// buffersOf makes the buffers of an array: the bitmap, which is left out when it is empty, and others.
func (s *shelf) buffersOf(data ...[]byte) []*memory.Buffer {
	list := take(&s.lists, len(data))
	for i, d := range data {
		if i == 0 && len(d) == 0 {
			list = append(list, nil)
			continue
		}
		if len(s.buffers) == 0 {
			list = append(list, memory.NewBufferBytes(d))
			continue
		}
		s.buffers[0].Reset(d)
		list, s.buffers = append(list, &s.buffers[0]), s.buffers[1:]
	}
	return list
}
