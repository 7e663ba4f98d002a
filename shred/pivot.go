package shred

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// Wide returns the facts with a column for each measure: one row for each object, day and tuple for which any
// value came (an empty map alone is none), objects in the order in which they were first met, days ascending,
// tuples by their values bytewise, null first. An absent value is null. f does not change. The caller releases
// the record.
func (f *Facts) Wide(l Layout) (arrow.Record, error) {
	p, err := f.pivot(&l, false)
	if err != nil {
		return nil, err
	}
	for _, row := range p.grid.rows {
		p.pick = append(p.pick, pick{row: int32(len(p.pick)), object: row.object})
	}
	return p.record()
}

// Long returns the facts with a row for each value, in the order of Wide's rows and then of the measures. A map
// gives a row for each key: by number when all keys are numbers, else bytewise. f does not change. The caller
// releases the record.
func (f *Facts) Long(l Layout) (arrow.Record, error) {
	p, err := f.pivot(&l, true)
	if err != nil {
		return nil, err
	}
	for i := range p.grid.cells {
		c := p.grid.cells[i]
		if c.fact == 0 {
			continue
		}
		row, m := i/p.grid.width, i%p.grid.width
		k := pick{row: int32(row), object: p.grid.rows[row].object, measure: int32(m), entry: -1}
		switch f.plan.measures[m].Type {
		case Integer:
			k.value = float64(int64(c.sum))
		case Decimal:
			k.value = math.Float64frombits(c.sum)
		case Map:
			span := f.maps[c.sum]
			for e := span.from; e < span.to; e++ {
				k.entry, k.value = e, float64(f.entries[e].value)
				p.pick = append(p.pick, k)
			}
			continue
		}
		p.pick = append(p.pick, k)
	}
	return p.record()
}

// pivoting is one pivot under way.
type pivoting struct {
	f    *Facts
	l    *Layout
	grid *grid
	long bool
	pick []pick
}

// pick is one row of the record: a row of the grid, and in a long layout one value of it.
type pick struct {
	row, object, measure, entry int32
	value                       float64
}

func (f *Facts) pivot(l *Layout, long bool) (*pivoting, error) {
	if err := l.check(f.plan, long, f.byRow); err != nil {
		return nil, err
	}
	base := -1
	if l.Base != nil {
		rows := int(l.Base.NumRows())
		for i := range f.list {
			if int(f.list[i].object) >= rows {
				return nil, fmt.Errorf("the facts are of more objects than Layout.Base has rows")
			}
		}
		if !long {
			base = rows
		}
	}
	g, err := f.grid(l.Range, base)
	if err != nil {
		return nil, err
	}
	return &pivoting{f: f, l: l, grid: g, long: long, pick: f.room.picks[:0]}, nil
}

func (p *pivoting) record() (rec arrow.Record, err error) {
	p.f.room.picks = p.pick
	columns, s := make([]arrow.Array, 0, len(p.l.Columns)), p.shelf()
	defer func() {
		if err != nil {
			for _, c := range columns {
				c.Release()
			}
		}
	}()
	for i, slot := range p.l.Columns {
		field := p.l.Schema.Field(i)
		c, err := p.column(slot, field.Type, s)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", field.Name, err)
		}
		columns = append(columns, c)
		if !field.Nullable && c.NullN() > 0 {
			return nil, fmt.Errorf("column %s has a row without a value, and its schema allows none", field.Name)
		}
	}
	return record(p.l.Schema, columns, len(p.pick)), nil
}

// shelf returns the room that the columns take.
func (p *pivoting) shelf() *shelf {
	columns, words, longs := 0, 0, 0
	for i, slot := range p.l.Columns {
		if slot.Role == RoleBase {
			continue
		}
		columns++
		switch p.l.Schema.Field(i).Type.ID() {
		case arrow.STRING:
			words += len(p.pick) + 1
		case arrow.DATE32:
			words += len(p.pick)
		case arrow.INT64, arrow.TIMESTAMP:
			longs += len(p.pick)
		}
	}
	return newShelf(columns, words, longs, 0)
}

func (p *pivoting) column(slot Slot, dt arrow.DataType, s *shelf) (arrow.Array, error) {
	switch slot.Role {
	case RoleObject:
		return p.objects(dt, s), nil
	case RoleDate:
		c := newDays(s, len(p.pick))
		for _, k := range p.pick {
			if day := p.grid.rows[k.row].day; day == noDay {
				c.addNull()
			} else {
				c.add(day)
			}
		}
		return arrayOf(c.dataOf(dt, s)), nil
	case RoleStartTime, RoleEndTime, RoleWindowStart, RoleWindowEnd, RoleRetrievedAt:
		return p.times(slot.Role, dt, s), nil
	case RolePeriod:
		return p.constant(p.l.Period, dt, s), nil
	case RoleTimeframe:
		return p.constant(p.l.Timeframe, dt, s), nil
	case RoleDimension:
		return p.dimension(slot.Index, dt, s), nil
	case RoleMeasure:
		return p.measure(slot.Index, dt, s), nil
	case RoleMetric:
		c := newTexts(s, len(p.pick), 16*len(p.pick))
		for _, k := range p.pick {
			c.addString(p.f.plan.measures[k.measure].Name)
		}
		return arrayOf(c.dataOf(dt, s)), nil
	case RoleHour:
		c := newTexts(s, len(p.pick), 2*len(p.pick))
		for _, k := range p.pick {
			if k.entry < 0 {
				c.addNull()
				continue
			}
			e := p.f.entries[k.entry]
			c.add(p.f.keys[e.from:e.to])
		}
		return arrayOf(c.dataOf(dt, s)), nil
	case RoleValue:
		c := newDecimals(len(p.pick))
		for _, k := range p.pick {
			c.add(k.value)
		}
		return arrayOf(c.dataOf(dt, s)), nil
	case RoleBase:
		return p.base(slot.Index, s)
	}
	return nil, fmt.Errorf("%v is no role", slot.Role)
}

func (p *pivoting) objects(dt arrow.DataType, s *shelf) arrow.Array {
	size := 0
	for _, k := range p.pick {
		size += len(p.f.objects.at(k.object))
	}
	c := newTexts(s, len(p.pick), size)
	for _, k := range p.pick {
		c.add(p.f.objects.at(k.object))
	}
	return arrayOf(c.dataOf(dt, s))
}

func (p *pivoting) constant(text string, dt arrow.DataType, s *shelf) arrow.Array {
	c := newTexts(s, len(p.pick), len(text)*len(p.pick))
	for range p.pick {
		c.addString(text)
	}
	return arrayOf(c.dataOf(dt, s))
}

func (p *pivoting) dimension(d int, dt arrow.DataType, s *shelf) arrow.Array {
	c := newTexts(s, len(p.pick), 12*len(p.pick))
	for _, k := range p.pick {
		at := p.grid.rows[k.row].tuple
		if at < 0 {
			c.addNull()
			continue
		}
		rest := p.f.tuples.at(p.grid.order[at])
		var value []byte
		for range d + 1 {
			value, rest = tupleValue(rest)
		}
		if value == nil {
			c.addNull()
		} else {
			c.add(value)
		}
	}
	return arrayOf(c.dataOf(dt, s))
}

func (p *pivoting) measure(m int, dt arrow.DataType, s *shelf) arrow.Array {
	cells, w := p.grid.cells, p.grid.width
	switch p.f.plan.measures[m].Type {
	case Decimal:
		c := newDecimals(len(p.pick))
		for _, k := range p.pick {
			if at := cells[int(k.row)*w+m]; at.fact == 0 {
				c.addNull()
			} else {
				c.add(math.Float64frombits(at.sum))
			}
		}
		return arrayOf(c.dataOf(dt, s))
	case Map:
		c := newMaps(s, len(p.pick), len(p.f.entries), len(p.f.keys))
		for _, k := range p.pick {
			at := cells[int(k.row)*w+m]
			if at.fact == 0 {
				c.addNull()
				continue
			}
			span := p.f.maps[at.sum]
			for _, e := range p.f.entries[span.from:span.to] {
				c.keys.add(p.f.keys[e.from:e.to])
				c.values.add(e.value)
			}
			c.done()
		}
		return arrayOf(c.dataOf(dt, s))
	}
	c := newIntegers(s, len(p.pick))
	for _, k := range p.pick {
		if at := cells[int(k.row)*w+m]; at.fact == 0 {
			c.addNull()
		} else {
			c.add(int64(at.sum))
		}
	}
	return arrayOf(c.dataOf(dt, s))
}

// times makes a column of one of the roles that are times.
func (p *pivoting) times(role Role, dt arrow.DataType, s *shelf) arrow.Array {
	c := newIntegers(s, len(p.pick))
	var same time.Time
	switch role {
	case RoleStartTime:
		same = p.l.Start
	case RoleEndTime:
		same = p.l.End
	case RoleRetrievedAt:
		same = p.l.RetrievedAt
	}
	for _, k := range p.pick {
		v := micros(same)
		if v == never {
			v = p.rowTime(role, k)
		}
		if v == never {
			c.addNull()
		} else {
			c.add(v)
		}
	}
	return arrayOf(c.dataOf(dt, s))
}

// rowTime returns the time that role has in a row. In a wide row it is the first measure's that has one.
func (p *pivoting) rowTime(role Role, k pick) int64 {
	cells := p.grid.cells[int(k.row)*p.grid.width : (int(k.row)+1)*p.grid.width]
	if p.long {
		cells = cells[k.measure : k.measure+1]
	}
	t := int64(never)
	for _, c := range cells {
		if c.fact == 0 {
			continue
		}
		fact := &p.f.list[c.fact-1]
		switch role {
		case RoleEndTime:
			if fact.series {
				return fact.end
			}
			t = fact.end
		case RoleStartTime:
			return p.f.reader.zone.midnightAfter(fact.day - 1)
		case RoleWindowStart, RoleWindowEnd:
			if fact.window < 0 {
				continue
			}
			w := p.f.windows[fact.window]
			v := w.start
			if role == RoleWindowEnd {
				v = w.end
			}
			if v != never {
				return v
			}
		}
	}
	return t
}
