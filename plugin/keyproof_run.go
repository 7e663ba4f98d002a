package plugin

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"sort"
)

// A hashRow is what a keyProof knows of a row.
type hashRow struct{ key, row hash128 }

const (
	hashRowSize = 32
	// hashBlock is how many rows are read at once: guesses at uniform hashes are off by about the root of
	// a run's rows.
	hashBlock = 256
)

// A hashRun is a file of hashRows sorted by key.
type hashRun struct {
	file  *os.File
	rows  int
	block []byte
	at    int // the row that block begins with, -1 for none
	n     int // rows in block
}

func putHashRow(b []byte, r hashRow) {
	binary.BigEndian.PutUint64(b, r.key[0])
	binary.BigEndian.PutUint64(b[8:], r.key[1])
	binary.BigEndian.PutUint64(b[16:], r.row[0])
	binary.BigEndian.PutUint64(b[24:], r.row[1])
}

func getHashRow(b []byte) hashRow {
	return hashRow{
		hash128{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])},
		hash128{binary.BigEndian.Uint64(b[16:]), binary.BigEndian.Uint64(b[24:])},
	}
}

// byKey sorts rows by their keys.
type byKey []hashRow

func (r byKey) Len() int           { return len(r) }
func (r byKey) Less(i, j int) bool { return r[i].key.less(r[j].key) }
func (r byKey) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

// write makes a run of rows, which it sorts.
func (p *keyProof) write(rows []hashRow) (*hashRun, error) {
	sort.Sort(byKey(rows)) // no key stands twice
	return p.create(func(put func(hashRow) error) error {
		for _, r := range rows {
			if err := put(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// create makes a run of the rows that fill puts, in order.
func (p *keyProof) create(fill func(put func(hashRow) error) error) (*hashRun, error) {
	dir, err := p.dir()
	if err != nil {
		return nil, err
	}
	p.files++
	path := filepath.Join(dir, fmt.Sprintf("%s-%d.keys", hashName(p.table.Name), p.files))
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	r := &hashRun{file: f, at: -1}
	w := bufio.NewWriterSize(f, 64<<10)
	var row [hashRowSize]byte
	err = fill(func(h hashRow) error {
		r.rows++
		putHashRow(row[:], h)
		_, err := w.Write(row[:])
		return err
	})
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		r.remove()
		return nil, spoolError(err)
	}
	return r, nil
}

// hashName is a file name for any table name.
func hashName(table string) string { return fmt.Sprintf("%x", table) }

// mergeRuns makes one run of a and b and removes them.
func (p *keyProof) mergeRuns(a, b *hashRun) (*hashRun, error) {
	out, err := p.create(func(put func(hashRow) error) error {
		ra, rb := newRunReader(a), newRunReader(b)
		ha, okA, err := ra.next()
		if err != nil {
			return err
		}
		hb, okB, err := rb.next()
		for err == nil && (okA || okB) {
			if okA && (!okB || ha.key.less(hb.key)) {
				if err = put(ha); err == nil {
					ha, okA, err = ra.next()
				}
			} else if err = put(hb); err == nil {
				hb, okB, err = rb.next()
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a.remove()
	b.remove()
	return out, nil
}

type runReader struct {
	in   *bufio.Reader
	left int
	row  [hashRowSize]byte
}

func newRunReader(r *hashRun) *runReader {
	return &runReader{in: bufio.NewReaderSize(io.NewSectionReader(r.file, 0, int64(r.rows)*hashRowSize), 64<<10), left: r.rows}
}

func (r *runReader) next() (hashRow, bool, error) {
	if r.left == 0 {
		return hashRow{}, false, nil
	}
	r.left--
	if _, err := io.ReadFull(r.in, r.row[:]); err != nil {
		return hashRow{}, false, err
	}
	return getHashRow(r.row[:]), true, nil
}

// find looks key up by interpolation: it guesses the place of the key from its value, reads a block
// there, and guesses again between what it learned.
func (r *hashRun) find(key hash128) (hash128, bool, error) {
	lo, hi := 0, r.rows // the key's row is in [lo, hi)
	var from, to uint64 = 0, ^uint64(0)
	for guess := 0; lo < hi; guess++ {
		mid := lo + (hi-lo)/2
		if guess < 8 && to > from && key[0] >= from && key[0] <= to {
			h, l := bits.Mul64(key[0]-from, uint64(hi-lo))
			q, _ := bits.Div64(h, l, to-from)
			mid = min(lo+int(q), hi-1)
		}
		start := max(lo, min(mid-hashBlock/2, hi-hashBlock))
		if err := r.load(start, min(hashBlock, hi-start)); err != nil {
			return hash128{}, false, err
		}
		first, last := r.row(0), r.row(r.n-1)
		switch {
		case key.less(first.key):
			hi, to = start, first.key[0]
		case last.key.less(key):
			lo, from = start+r.n, last.key[0]
		default:
			i := sort.Search(r.n, func(i int) bool { return !r.row(i).key.less(key) })
			if i < r.n && r.row(i).key == key {
				return r.row(i).row, true, nil
			}
			return hash128{}, false, nil
		}
	}
	return hash128{}, false, nil
}

func (r *hashRun) row(i int) hashRow { return getHashRow(r.block[i*hashRowSize:]) }

// load reads n rows from start into block.
func (r *hashRun) load(start, n int) error {
	if r.at == start && r.n == n {
		return nil
	}
	if r.block == nil {
		r.block = make([]byte, hashBlock*hashRowSize)
	}
	r.at = -1
	if _, err := r.file.ReadAt(r.block[:n*hashRowSize], int64(start)*hashRowSize); err != nil {
		return fmt.Errorf("the work folder no longer holds what was read: %w", err)
	}
	r.at, r.n = start, n
	return nil
}

func (r *hashRun) remove() {
	name := r.file.Name()
	_ = r.file.Close()
	_ = os.Remove(name) // the whole work folder goes in the end
}
