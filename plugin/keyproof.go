package plugin

import (
	"fmt"
	"hash/maphash"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// A hash128 is a hash under two seeds of this run. Two rows of a billion share one by chance once in
// 10^20 runs.
type hash128 [2]uint64

func (h hash128) less(o hash128) bool {
	return h[0] < o[0] || h[0] == o[0] && h[1] < o[1]
}

// A keyError says that two different rows share a key.
type keyError struct{ table, key string }

func (e *keyError) Error() string {
	return fmt.Sprintf("two different rows of table %s share the key %s", e.table, e.key)
}

// A keyProof proves that no two rows of a table share a key: it knows the hashes of the key and of the
// whole of every row so far. Rows checked since the last commit are forgotten by abort.
type keyProof struct {
	table schema.Table
	order []int                  // the columns, those of the key first
	dir   func() (string, error) // asked when more is to be held than memory shall
	seeds [2]maphash.Seed
	share *keyMemory

	memory map[hash128]hash128 // key to row
	fresh  []hash128           // the keys in memory that are not committed
	runs   []*hashRun          // committed, the largest first
	young  []*hashRun          // not committed
	buf    []byte
	files  int
	// left are keys of rows of the split under way that an earlier part of the run has read. A source that cannot
	// go on behind them reads them again, and what it counts may have changed: then the later row takes the place.
	left map[hash128]struct{}
}

func newKeyProof(t schema.Table, share *keyMemory) *keyProof {
	p := &keyProof{
		table: t, share: share, memory: map[hash128]hash128{}, left: map[hash128]struct{}{},
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
	}
	share.proofs = append(share.proofs, p)
	inKey := make([]bool, len(t.Columns))
	for _, k := range t.Key {
		_, i := t.Column(k)
		p.order = append(p.order, i)
		inKey[i] = true
	}
	for i := range t.Columns {
		if !inKey[i] {
			p.order = append(p.order, i)
		}
	}
	return p
}

// check adds the rows of rec; left says that an earlier part of the run has read them. It says which are equal to
// a row there was before, and how many; a different row with the same key is an error.
func (p *keyProof) check(rec arrow.Record, left bool) (drop []bool, dropped int64, err error) {
	cells := make([]cellEncoder, len(p.order))
	for i, col := range p.order {
		cells[i] = encodeColumn(rec.Column(col))
	}
	rows := int(rec.NumRows())
	for row := range rows {
		p.buf = p.buf[:0]
		end := 0
		for i, c := range cells {
			p.buf = c(p.buf, row)
			if i == len(p.table.Key)-1 {
				end = len(p.buf)
			}
		}
		key, whole := p.hash(p.buf[:end]), p.hash(p.buf)
		have, ok, err := p.find(key)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			p.memory[key] = whole
			p.fresh = append(p.fresh, key)
			if left {
				p.left[key] = struct{}{}
			}
			if err := p.share.add(); err != nil {
				return nil, 0, err
			}
			continue
		}
		if have != whole {
			if _, again := p.left[key]; again && !left {
				continue
			}
			return nil, 0, &keyError{p.table.Name, p.keyText(rec, row)}
		}
		if drop == nil {
			drop = make([]bool, rows)
		}
		drop[row] = true
		dropped++
	}
	return drop, dropped, nil
}

func (p *keyProof) hash(b []byte) hash128 {
	return hash128{maphash.Bytes(p.seeds[0], b), maphash.Bytes(p.seeds[1], b)}
}

func (p *keyProof) find(key hash128) (row hash128, ok bool, err error) {
	if row, ok = p.memory[key]; ok {
		return row, true, nil
	}
	for _, runs := range [2][]*hashRun{p.runs, p.young} {
		for _, r := range runs {
			if row, ok, err = r.find(key); ok || err != nil {
				return row, ok, err
			}
		}
	}
	return hash128{}, false, nil
}

// keyText names the key of a row, for people.
func (p *keyProof) keyText(rec arrow.Record, row int) string {
	parts := make([]string, len(p.table.Key))
	for i, k := range p.table.Key {
		value := []rune(rec.Column(p.order[i]).ValueStr(row))
		if len(value) > 80 {
			value = append(value[:80], '…')
		}
		parts[i] = k + "=" + string(value)
	}
	return strings.Join(parts, ", ")
}

// spill moves what is in memory to disk: committed and uncommitted rows to runs of their own.
func (p *keyProof) spill() (err error) {
	if n := len(p.fresh); n > 0 {
		rows := make([]hashRow, 0, n)
		for _, k := range p.fresh {
			rows = append(rows, hashRow{k, p.memory[k]})
			p.drop(k)
		}
		p.fresh = nil
		if p.young, err = p.append(p.young, rows); err != nil {
			return err
		}
	}
	if n := len(p.memory); n > 0 {
		rows := make([]hashRow, 0, n)
		for k, v := range p.memory {
			rows = append(rows, hashRow{k, v})
		}
		p.share.rows -= n
		clear(p.memory)
		if p.runs, err = p.append(p.runs, rows); err != nil {
			return err
		}
	}
	// A map does not shrink, and the next to grow may be that of another table.
	p.memory = map[hash128]hash128{}
	return nil
}

// append makes a run of rows and adds it to runs.
func (p *keyProof) append(runs []*hashRun, rows []hashRow) ([]*hashRun, error) {
	r, err := p.write(rows)
	if err != nil {
		return runs, err
	}
	return p.compact(append(runs, r))
}

// drop forgets a key in memory.
func (p *keyProof) drop(key hash128) {
	delete(p.memory, key)
	p.share.rows--
}

// commit keeps the rows checked since the last commit.
func (p *keyProof) commit() (err error) {
	p.fresh = p.fresh[:0]
	if len(p.young) == 0 {
		return nil
	}
	p.runs, err = p.compact(append(p.runs, p.young...))
	p.young = nil
	return err
}

// compact makes one run of runs of like size, so that there are few of them and each row is moved a few
// times only. It returns all that are left, also with an error.
func (p *keyProof) compact(runs []*hashRun) ([]*hashRun, error) {
	for {
		sort.Slice(runs, func(i, j int) bool { return runs[i].rows > runs[j].rows })
		i := 0
		for i < len(runs)-1 && runs[i].rows >= 2*runs[i+1].rows {
			i++
		}
		if i >= len(runs)-1 {
			return runs, nil
		}
		r, err := p.mergeRuns(runs[i], runs[i+1])
		if err != nil {
			return runs, err
		}
		runs = append(slices.Delete(runs, i, i+2), r)
	}
}

// abort forgets the rows checked since the last commit.
func (p *keyProof) abort() {
	for _, k := range p.fresh {
		p.drop(k)
	}
	p.fresh = p.fresh[:0]
	for _, r := range p.young {
		r.remove()
	}
	p.young = nil
}

func (p *keyProof) close() {
	for _, r := range append(p.runs, p.young...) {
		r.remove()
	}
	p.share.rows -= len(p.memory)
	p.runs, p.young, p.memory, p.fresh = nil, nil, nil, nil
}
