package shred

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// A grid is facts in rows and columns: a row for each object, day and tuple in order, a column for each measure.
type grid struct {
	rows  []gridRow
	width int
	cells []cell // width for each row
	order []int32
}

// gridRow is one row; tuple is a place in order, -1 without dimensions.
type gridRow struct{ object, day, tuple int32 }

// noDay is the day of a row without facts.
const noDay = math.MinInt32

// cell is the fact of a row and measure, 0 for none, else its number plus one. sum is its value, which differs
// from the fact's where several were added up.
type cell struct {
	fact int32
	sum  uint64
}

// gridRoom is memory that one grid leaves to the next.
type gridRoom struct {
	rows        []gridRow
	cells       []cell
	index       []int32
	order, rank []int32
	picks       []pick
}

// room returns list with n zeros in it.
func room[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/8)
	}
	list = list[:n]
	clear(list)
	return list
}

// maxSpread is how many times more places than facts a dense grid may look at.
const maxSpread = 16

// grid puts f in order. base, if not negative, is the number of objects that get a row in any case.
func (f *Facts) grid(sumUp bool, base int) (*grid, error) {
	g := &grid{width: len(f.plan.measures), rows: f.room.rows[:0]}
	f.rankTuples()
	g.order = f.room.order
	find := g.number(f)
	f.room.rows = g.rows
	f.room.cells = room(f.room.cells, len(g.rows)*g.width)
	g.cells = f.room.cells
	for i := range f.list {
		c := &f.list[i]
		row := find.row(g, f.place(c))
		if row < 0 {
			continue
		}
		at := &g.cells[row*g.width+int(c.measure)]
		if !c.empty || at.fact == 0 {
			*at = cell{int32(i + 1), c.value}
		}
	}
	if sumUp {
		if err := g.sumUp(f); err != nil {
			return nil, err
		}
	}
	if base >= 0 {
		g.fill(base)
	}
	return g, nil
}

// place returns the row that c belongs to.
func (f *Facts) place(c *fact) gridRow {
	r := gridRow{c.object, c.day, -1}
	if c.tuple >= 0 {
		r.tuple = f.room.rank[c.tuple]
	}
	return r
}

// A finder finds rows: by index, which has a place for each object, day and tuple in this order, or by search.
type finder struct {
	index        []int32 // a row's number plus one
	first        int32   // day
	days, tuples int
}

func (n *finder) at(r gridRow) int {
	return (int(r.object)*n.days+int(r.day-n.first))*n.tuples + int(r.tuple) + 1
}

// row returns the number of r, -1 for none.
func (n *finder) row(g *grid, r gridRow) int {
	if n.index != nil {
		return int(n.index[n.at(r)]) - 1
	}
	if i, ok := slices.BinarySearchFunc(g.rows, r, compareRows); ok {
		return i
	}
	return -1
}

// number makes the rows of all facts that are not empty maps, in order.
func (g *grid) number(f *Facts) (n finder) {
	if len(f.list) == 0 {
		return n
	}
	first, last, objects := f.bounds()
	n = finder{first: first, days: int(last) - int(first) + 1, tuples: len(g.order) + 1} // one for no tuple
	limit := maxSpread*len(f.list) + 1024
	if objects <= limit && n.days <= limit && objects*n.days <= limit && objects*n.days*n.tuples <= limit {
		f.room.index = room(f.room.index, objects*n.days*n.tuples)
		n.index = f.room.index
		for i := range f.list {
			if c := &f.list[i]; !c.empty {
				n.index[n.at(f.place(c))] = 1
			}
		}
		for i := range n.index {
			if n.index[i] != 0 {
				g.rows = append(g.rows, gridRow{int32(i / n.tuples / n.days), first + int32(i/n.tuples%n.days), int32(i%n.tuples) - 1})
				n.index[i] = int32(len(g.rows))
			}
		}
		return n
	}
	for i := range f.list {
		if c := &f.list[i]; !c.empty {
			g.rows = append(g.rows, f.place(c))
		}
	}
	slices.SortFunc(g.rows, compareRows)
	g.rows = slices.Compact(g.rows)
	return n
}

func compareRows(a, b gridRow) int {
	return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.day, b.day), cmp.Compare(a.tuple, b.tuple))
}

// sumUp joins the rows that differ in their day only.
func (g *grid) sumUp(f *Facts) error {
	wide := *g
	byTuple := make([]int, len(wide.rows))
	for i := range byTuple {
		byTuple[i] = i
	}
	sort.SliceStable(byTuple, func(i, j int) bool {
		x, y := wide.rows[byTuple[i]], wide.rows[byTuple[j]]
		return cmp.Or(cmp.Compare(x.object, y.object), cmp.Compare(x.tuple, y.tuple)) < 0
	})
	g.rows, g.cells = nil, nil
	for _, i := range byTuple {
		row := wide.rows[i]
		if n := len(g.rows); n == 0 || g.rows[n-1].object != row.object || g.rows[n-1].tuple != row.tuple {
			g.rows = append(g.rows, row)
			g.cells = append(g.cells, wide.cells[i*g.width:(i+1)*g.width]...)
			continue
		}
		sums := g.cells[len(g.cells)-g.width:]
		for m, c := range wide.cells[i*g.width : (i+1)*g.width] {
			if c.fact == 0 {
				continue
			}
			if sums[m].fact == 0 {
				sums[m] = c
				continue
			}
			sum, ok := add(f.plan.measures[m].Type, sums[m].sum, c.sum)
			if !ok {
				return fmt.Errorf("the sum of %s over the range is too large for its type; read it day by day", f.plan.measures[m].Name)
			}
			sums[m].sum = sum
		}
	}
	return nil
}

// add returns a + b, if the sum fits the type.
func add(t ValueType, a, b uint64) (uint64, bool) {
	if t == Decimal {
		sum := math.Float64frombits(a) + math.Float64frombits(b)
		return math.Float64bits(sum), !math.IsInf(sum, 0)
	}
	x, y := int64(a), int64(b)
	sum := x + y
	return uint64(sum), (sum > x) == (y > 0)
}

// fill gives every object below n a row.
func (g *grid) fill(n int) {
	if len(g.rows) == n {
		whole := true
		for i := range g.rows {
			if int(g.rows[i].object) != i {
				whole = false
				break
			}
		}
		if whole {
			return
		}
	}
	sparse := *g
	g.rows, g.cells = make([]gridRow, 0, n), make([]cell, 0, n*g.width)
	at := 0
	for o := range int32(n) {
		from := at
		for at < len(sparse.rows) && sparse.rows[at].object == o {
			at++
		}
		if from == at {
			g.rows = append(g.rows, gridRow{o, noDay, -1})
			g.cells = append(g.cells, make([]cell, g.width)...)
			continue
		}
		g.rows = append(g.rows, sparse.rows[from:at]...)
		g.cells = append(g.cells, sparse.cells[from*g.width:at*g.width]...)
	}
}
