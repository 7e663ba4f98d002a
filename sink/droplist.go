package sink

import (
	"encoding/binary"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"
)

// A dropList are the numbers of rows that are left out, ascending. The zero value leaves none out.
type dropList struct {
	sorted *sorter
	next   func() ([]byte, error, bool)
	stop   func()
	at     uint64
	some   bool // at is one
}

// position is a number such that texts are in the numbers' order.
func position(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// newDropList takes s over, which holds positions.
func newDropList(s *sorter) (*dropList, error) {
	d := &dropList{sorted: s}
	d.next, d.stop = iter.Pull2(func(yield func([]byte, error) bool) {
		err := s.each(func(text []byte, _ bool) error {
			if !yield(text, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped { //nolint:errorlint // our own
			yield(nil, err)
		}
	})
	return d, d.advance()
}

func (d *dropList) advance() error {
	text, err, more := d.next()
	if d.some = more && err == nil; d.some {
		d.at = binary.BigEndian.Uint64(text)
	}
	return err
}

// pass gives the rows of rec, the first of which is number at, to write, without those that are left out.
func (d *dropList) pass(rec arrow.Record, at int64, write func(arrow.Record) error) error {
	n, from := rec.NumRows(), int64(0)
	part := func(to int64) error {
		if from == to {
			return nil
		}
		if from == 0 && to == n {
			return write(rec)
		}
		slice := rec.NewSlice(from, to)
		defer slice.Release()
		return write(slice)
	}
	for d.some && int64(d.at) < at+n {
		i := int64(d.at) - at
		if err := part(i); err != nil {
			return err
		}
		from = i + 1
		if err := d.advance(); err != nil {
			return err
		}
	}
	return part(n)
}

func (d *dropList) close() {
	if d.sorted == nil {
		return
	}
	d.stop()
	d.sorted.close()
	d.sorted = nil
}
