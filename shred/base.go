package shred

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// base makes a column of Layout.Base: itself when the rows are the same, else with its rows repeated.
func (p *pivoting) base(index int, s *shelf) (arrow.Array, error) {
	column := p.l.Base.Column(index)
	same := len(p.pick) == column.Len()
	for i := 0; same && i < len(p.pick); i++ {
		same = int(p.pick[i].object) == i
	}
	if same {
		column.Retain()
		return column, nil
	}
	return repeat(column, p.pick, s)
}

// repeat returns, for each pick, the value of its object's row.
func repeat(column arrow.Array, picks []pick, s *shelf) (arrow.Array, error) {
	n := len(picks)
	switch a := column.(type) {
	case *array.String:
		c := newTexts(s, n, 16*n)
		for _, k := range picks {
			if i := int(k.object); a.IsNull(i) {
				c.addNull()
			} else {
				c.addString(a.Value(i))
			}
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	case *array.Int64:
		return repeatIntegers(a, picks, s, func(i int) int64 { return a.Value(i) }), nil
	case *array.Timestamp:
		return repeatIntegers(a, picks, s, func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Float64:
		c := newDecimals(n)
		for _, k := range picks {
			if i := int(k.object); a.IsNull(i) {
				c.addNull()
			} else {
				c.add(a.Value(i))
			}
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	case *array.Date32:
		c := newDays(s, n)
		for _, k := range picks {
			if i := int(k.object); a.IsNull(i) {
				c.addNull()
			} else {
				c.add(int32(a.Value(i)))
			}
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	case *array.Boolean:
		var c flags
		for _, k := range picks {
			if i := int(k.object); a.IsNull(i) {
				c.addNull()
			} else {
				c.add(a.Value(i))
			}
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	case *array.List:
		items, ok := a.ListValues().(*array.String)
		if !ok {
			break
		}
		c := newLists(s, n, n, 16*n)
		for _, k := range picks {
			i := int(k.object)
			if a.IsNull(i) {
				c.addNull()
				continue
			}
			from, to := a.ValueOffsets(i)
			for j := int(from); j < int(to); j++ {
				if items.IsNull(j) {
					c.items.addNull()
				} else {
					c.items.addString(items.Value(j))
				}
			}
			c.done()
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	case *array.Map:
		keys, ok1 := a.Keys().(*array.String)
		values, ok2 := a.Items().(*array.Int64)
		if !ok1 || !ok2 {
			break
		}
		c := newMaps(s, n, n, 16*n)
		for _, k := range picks {
			i := int(k.object)
			if a.IsNull(i) {
				c.addNull()
				continue
			}
			from, to := a.ValueOffsets(i)
			for j := int(from); j < int(to); j++ {
				c.keys.addString(keys.Value(j))
				c.values.add(values.Value(j))
			}
			c.done()
		}
		return arrayOf(c.dataOf(a.DataType(), s)), nil
	}
	return nil, fmt.Errorf("a base column of type %v cannot be repeated", column.DataType())
}

func repeatIntegers(a arrow.Array, picks []pick, s *shelf, value func(int) int64) arrow.Array {
	c := newIntegers(s, len(picks))
	for _, k := range picks {
		if i := int(k.object); a.IsNull(i) {
			c.addNull()
		} else {
			c.add(value(i))
		}
	}
	return arrayOf(c.dataOf(a.DataType(), s))
}
