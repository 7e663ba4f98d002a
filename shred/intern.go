package shred

import (
	"bytes"
	"hash/maphash"
)

// An interner numbers texts from 0 in the order in which they first came.
type interner struct {
	seed  maphash.Seed
	text  []byte
	ends  []int32
	table []int32 // number+1 by hash, 0 for free; a power of two long, at most half full
}

func (t *interner) len() int { return len(t.ends) }

// at returns text i. It must not be changed.
func (t *interner) at(i int32) []byte {
	from := int32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.text[from:t.ends[i]:t.ends[i]]
}

// find returns the number of b, or -1.
func (t *interner) find(b []byte) int32 {
	if len(t.table) == 0 {
		return -1
	}
	mask := uint64(len(t.table) - 1)
	for h := maphash.Bytes(t.seed, b) & mask; ; h = (h + 1) & mask {
		switch i := t.table[h] - 1; {
		case i < 0:
			return -1
		case bytes.Equal(t.at(i), b):
			return i
		}
	}
}

// id returns the number of b, a new one if b was not met before.
func (t *interner) id(b []byte) int32 {
	if i := t.find(b); i >= 0 {
		return i
	}
	t.text = append(t.text, b...)
	t.ends = append(t.ends, int32(len(t.text)))
	if 2*len(t.ends) > len(t.table) {
		t.rehash(max(16, 4*len(t.ends)))
	} else {
		t.place(int32(len(t.ends) - 1))
	}
	return int32(len(t.ends) - 1)
}

func (t *interner) place(i int32) {
	mask := uint64(len(t.table) - 1)
	h := maphash.Bytes(t.seed, t.at(i)) & mask
	for t.table[h] != 0 {
		h = (h + 1) & mask
	}
	t.table[h] = i + 1
}

// rehash makes room for size entries, at least, in the table.
func (t *interner) rehash(size int) {
	if t.seed == (maphash.Seed{}) {
		t.seed = maphash.MakeSeed()
	}
	n := 16
	for n < size {
		n *= 2
	}
	if n <= cap(t.table) {
		t.table = t.table[:n]
		clear(t.table)
	} else {
		t.table = make([]int32, n)
	}
	for i := range t.ends {
		t.place(int32(i))
	}
}

// truncate forgets all texts from number n on.
func (t *interner) truncate(n int) {
	if n >= len(t.ends) {
		return
	}
	t.ends = t.ends[:n]
	t.text = t.text[:0]
	if n > 0 {
		t.text = t.text[:t.ends[n-1]]
	}
	t.rehash(max(16, 4*n))
}
