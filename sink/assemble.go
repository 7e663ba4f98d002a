package sink

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// assemble writes the files from what was committed, in the order in which one run would have: by the inputs,
// their splits, and as the rows came.
func (f *Folder) assemble(ctx context.Context) error {
	for _, o := range f.outputs {
		drops, err := f.repeated(ctx, o)
		if err == nil {
			err = f.eachKept(ctx, o, func(rec arrow.Record, at int64, _ int) error {
				return drops.pass(rec, at, o.encode)
			})
		}
		drops.close()
		if err != nil {
			return writeError(o.target, err)
		}
	}
	return nil
}

// eachKept gives the rows of o to take, with the number of the first of them, and how many sessions ago they
// were written.
func (f *Folder) eachKept(ctx context.Context, o *output, take func(rec arrow.Record, at int64, age int) error) error {
	var at int64
	for _, l := range f.logs {
		t := l.tables[o.table.Name]
		if t == nil {
			continue
		}
		place := make(map[string]int, len(l.order))
		for i, s := range l.order {
			place[s] = i
		}
		parts := slices.Clone(t.parts)
		slices.SortStableFunc(parts, func(a, b keptPart) int { return place[a.split] - place[b.split] })
		for _, p := range parts {
			from := at
			err := l.each(o, p, func(rec arrow.Record) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				at += rec.NumRows()
				return take(rec, at-rec.NumRows(), l.sessions-p.session)
			})
			if err == nil && at-from != p.rows {
				err = fmt.Errorf("%d rows were set aside, %d are there", p.rows, at-from)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sortMemory is how many bytes are sorted in memory.
const sortMemory = 16 << 20

func (f *Folder) sortLimit() int { return cmp.Or(f.sort, sortMemory) }

// repeated finds the rows of o that one run would not have written twice. The runner proves the rows of one
// session; what another session had written before and comes again is found here, by its key. Of equal rows
// the older stands, because it came first; of others the newer does.
func (f *Folder) repeated(ctx context.Context, o *output) (*dropList, error) {
	none := new(dropList)
	if len(o.table.Key) == 0 || !f.severalSessions(o.table.Name) {
		return none, nil
	}
	keys, err := keyColumns(o.table)
	if err != nil {
		return none, err
	}
	s := newSorter(f.fs, o.work+".sort", f.sortLimit())
	defer s.close()
	var e rowEncoder
	err = f.eachKept(ctx, o, func(rec arrow.Record, at int64, age int) error {
		cells, err := encodersOf(rec)
		if err != nil {
			return err
		}
		for row := range int(rec.NumRows()) {
			if err := s.add(e.trailed(cells, keys, row, uint64(-age)^(1<<63), uint64(at)+uint64(row))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return none, err
	}
	drops := newSorter(f.fs, o.work+".drop", f.sortLimit())
	var kept trailer
	err = s.each(func(text []byte, first bool) error {
		now := readTrailer(text)
		if first {
			kept = now
			return nil
		}
		gone := now.at
		if now.hash != kept.hash {
			gone, kept = kept.at, now
		}
		return drops.add(position(gone))
	})
	if err != nil {
		drops.close()
		return none, err
	}
	return newDropList(drops)
}

func (f *Folder) severalSessions(table string) bool {
	for _, l := range f.logs {
		if t := l.tables[table]; t != nil && slices.ContainsFunc(t.parts, func(p keptPart) bool { return p.session < l.sessions }) {
			return true
		}
	}
	return false
}

// encode writes rows into the file.
func (o *output) encode(rec arrow.Record) error {
	o.rows += rec.NumRows()
	return o.enc.Write(rec)
}
