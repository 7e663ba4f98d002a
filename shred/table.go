package shred

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// A tableReader gathers the rows of one table of one page.
type tableReader struct {
	plan    *tablePlan
	columns []column
	shelf   *shelf
	rows    int
	set     int // columns of the open row that have their value
}

// column gathers the values of one column: that of its parts is in use which read says.
type column struct {
	plan *columnPlan
	read reading
	// param is the value that stands in every row, nil for none.
	param any

	texts    texts
	integers integers
	decimals decimals
	days     days
	flags    flags
	lists    lists
	maps     maps

	// What the last batches took, for room at once in the next.
	lastRows, lastItems, lastBytes int
	taken                          bool // the slices have become an array

	// A column that is the same in every row keeps its slices: they only grow, so that records have parts of them.
	same  bool
	value any // what stands in them, if there is anything
}

func newTableReader(p *tablePlan) *tableReader {
	t := &tableReader{plan: p, columns: make([]column, len(p.columns))}
	for i := range t.columns {
		t.columns[i] = column{plan: &p.columns[i], read: p.columns[i].read, taken: true}
	}
	return t
}

// begin makes t ready for a page.
func (t *tableReader) begin() {
	t.rows, t.set = 0, 0
	words, longs, bytes, taken := 0, 0, 0, 0
	for i := range t.columns {
		c := &t.columns[i]
		c.settle()
		if c.same {
			taken++ // it needs buffers
		} else if c.taken {
			w, l, b := c.expects()
			words, longs, bytes, taken = words+w, longs+l, bytes+b, taken+1
		}
	}
	if taken > 0 {
		t.shelf = newShelf(taken, words, longs, bytes)
	}
	for i := range t.columns {
		if c := &t.columns[i]; !c.same {
			c.begin(t.shelf)
		}
	}
}

// fading returns what is expected after n, when most was expected before it: room that was too small costs more than
// room that is left over, so large batches are forgotten bit by bit.
func fading(most, n int) int { return max(n, most-(most-n)/8) }

// slack is what is expected after n: a little more.
func slack(n int) int { return n + n/16 + 8 }

// expects returns how much room of a shelf begin takes.
func (c *column) expects() (words, longs, bytes int) {
	rows := slack(c.lastRows)
	switch c.read {
	case readText, readJSON, readLoose:
		return rows + 1, 0, slack(c.lastBytes)
	case readInteger, readTime:
		return 0, rows, 0
	case readDate:
		return rows, 0, 0
	case readList:
		return rows + 1 + slack(c.lastItems) + 1, 0, slack(c.lastBytes)
	case readMap:
		return rows + 1 + slack(c.lastItems) + 1, slack(c.lastItems), slack(c.lastBytes)
	}
	return 0, 0, 0
}

func (c *column) begin(s *shelf) {
	if !c.taken {
		c.truncate()
		return
	}
	c.taken = false
	rows := slack(c.lastRows)
	switch c.read {
	case readText, readJSON, readLoose:
		c.texts = newTexts(s, rows, slack(c.lastBytes))
	case readInteger, readTime:
		c.integers = newIntegers(s, rows)
	case readDecimal:
		c.decimals = newDecimals(rows)
	case readDate:
		c.days = newDays(s, rows)
	case readFlag:
		c.flags = flags{validity: validity{hint: rows}, data: make([]byte, 0, (rows+7)/8)}
	case readList:
		c.lists = newLists(s, rows, slack(c.lastItems), slack(c.lastBytes))
	case readMap:
		c.maps = newMaps(s, rows, slack(c.lastItems), slack(c.lastBytes))
	}
}

// truncate empties slices that were not handed on, after a page that failed.
func (c *column) truncate() {
	c.texts.truncate()
	c.integers.data, c.integers.validity = c.integers.data[:0], validity{hint: c.integers.hint}
	c.decimals.data, c.decimals.validity = c.decimals.data[:0], validity{hint: c.decimals.hint}
	c.days.data, c.days.validity = c.days.data[:0], validity{hint: c.days.hint}
	c.flags.data, c.flags.validity = c.flags.data[:0], validity{hint: c.flags.hint}
	if c.read == readList {
		c.lists.offsets, c.lists.validity = c.lists.offsets[:1], validity{hint: c.lists.hint}
		c.lists.items.truncate()
	}
	if c.read == readMap {
		c.maps.offsets, c.maps.validity = c.maps.offsets[:1], validity{hint: c.maps.hint}
		c.maps.keys.truncate()
		c.maps.values.data, c.maps.values.validity = c.maps.values.data[:0], validity{hint: c.maps.values.hint}
	}
}

// values returns how many values c has.
func (c *column) values() int { return c.validity().n }

func (c *column) validity() *validity {
	switch c.read {
	case readInteger, readTime:
		return &c.integers.validity
	case readDecimal:
		return &c.decimals.validity
	case readDate:
		return &c.days.validity
	case readFlag:
		return &c.flags.validity
	case readList:
		return &c.lists.validity
	case readMap:
		return &c.maps.validity
	}
	return &c.texts.validity
}

func (c *column) addNull() {
	switch c.read {
	case readInteger, readTime:
		c.integers.addNull()
	case readDecimal:
		c.decimals.addNull()
	case readDate:
		c.days.addNull()
	case readFlag:
		c.flags.addNull()
	case readList:
		c.lists.addNull()
	case readMap:
		c.maps.addNull()
	default:
		c.texts.addNull()
	}
}

// cut takes c, which is read as text or a number, back to its first n values.
func (c *column) cut(n int) {
	c.validity().cut(n)
	switch c.read {
	case readInteger, readTime:
		c.integers.data = c.integers.data[:n]
	case readDecimal:
		c.decimals.data = c.decimals.data[:n]
	default:
		c.texts.offsets = c.texts.offsets[:n+1]
		c.texts.data = c.texts.data[:c.texts.offsets[n]]
	}
}

// repeat adds the last value of from until c has n values.
func (c *column) repeat(from *column, n int) {
	have := c.values()
	if have >= n {
		return
	}
	if v := from.validity(); v.isNull(v.n - 1) {
		for ; have < n; have++ {
			c.addNull()
		}
		return
	}
	switch c.read {
	case readText, readJSON, readLoose:
		text := from.texts.last()
		for ; have < n; have++ {
			c.texts.add(text)
		}
	case readInteger, readTime:
		for v := from.integers.data[len(from.integers.data)-1]; have < n; have++ {
			c.integers.add(v)
		}
	case readDecimal:
		for v := from.decimals.data[len(from.decimals.data)-1]; have < n; have++ {
			c.decimals.add(v)
		}
	case readDate:
		for v := from.days.data[len(from.days.data)-1]; have < n; have++ {
			c.days.add(v)
		}
	case readFlag:
		i := from.flags.n - 1
		for v := from.flags.data[i>>3]>>(i&7)&1 == 1; have < n; have++ {
			c.flags.add(v)
		}
	case readList:
		k := len(from.lists.offsets)
		for a, b := from.lists.offsets[k-2], from.lists.offsets[k-1]; have < n; have++ {
			c.lists.items.addRange(&from.lists.items, int(a), int(b))
			c.lists.done()
		}
	case readMap:
		k := len(from.maps.offsets)
		for a, b := from.maps.offsets[k-2], from.maps.offsets[k-1]; have < n; have++ {
			c.maps.keys.addRange(&from.maps.keys, int(a), int(b))
			for _, v := range from.maps.values.data[a:b] {
				c.maps.values.add(v)
			}
			c.maps.done()
		}
	}
}

// checkParam returns v as constant wants it for a column that is read so: times and dates as numbers.
func checkParam(read reading, v any) (any, error) {
	var ok bool
	switch read {
	case readText, readJSON, readLoose:
		_, ok = v.(string)
	case readInteger:
		_, ok = v.(int64)
	case readDecimal:
		_, ok = v.(float64)
	case readFlag:
		_, ok = v.(bool)
	case readTime:
		if t, is := v.(time.Time); is {
			return t.UnixMicro(), nil
		}
	case readDate:
		if t, is := v.(time.Time); is {
			return int32(civilDay(int64(t.Year()), int64(t.Month()), int64(t.Day()))), nil
		}
	}
	if !ok {
		return nil, fmt.Errorf("a %T does not fit the column", v)
	}
	return v, nil
}

// array makes the array of c, which has n rows, and lets go of its slices.
func (c *column) array(s *shelf) arrow.Array {
	c.taken, c.lastRows = true, fading(c.lastRows, c.values())
	dt := c.plan.dt
	switch c.read {
	case readInteger, readTime:
		return arrayOf(c.integers.dataOf(dt, s))
	case readDecimal:
		return arrayOf(c.decimals.dataOf(dt, s))
	case readDate:
		return arrayOf(c.days.dataOf(dt, s))
	case readFlag:
		return arrayOf(c.flags.dataOf(dt, s))
	case readList:
		c.lastItems, c.lastBytes = fading(c.lastItems, c.lists.items.n), fading(c.lastBytes, len(c.lists.items.data))
		return arrayOf(c.lists.dataOf(dt, s))
	case readMap:
		c.lastItems, c.lastBytes = fading(c.lastItems, c.maps.keys.n), fading(c.lastBytes, len(c.maps.keys.data))
		return arrayOf(c.maps.dataOf(dt, s))
	}
	c.lastBytes = fading(c.lastBytes, len(c.texts.data))
	return arrayOf(c.texts.dataOf(dt, s))
}

// endRow ends a row whose object began at byte at.
func (t *tableReader) endRow(s *scanner, at int) bool {
	t.rows++
	if t.set < t.plan.fromRow {
		for i := range t.columns {
			c := &t.columns[i]
			if !c.plan.path || c.param != nil || c.values() == t.rows {
				continue
			}
			if !c.plan.nullable {
				return s.fail(at, "an object without what the column "+c.plan.name+" needs")
			}
			c.addNull()
		}
	}
	t.set = 0
	return true
}

// finish fills the columns that are the same in every row.
func (t *tableReader) finish() {
	for i := range t.columns {
		if c := &t.columns[i]; c.fixed() {
			c.constant(c.param, t.rows)
		}
	}
}

// record makes the record of the page's rows.
func (t *tableReader) record() arrow.Record {
	columns := make([]arrow.Array, t.plan.schema.NumFields())
	for i := range columns {
		c := &t.columns[i]
		if c.same {
			c.lastRows = max(c.lastRows, t.rows)
			head := c.head(t.rows)
			c = &head
		}
		columns[i] = c.array(t.shelf)
	}
	t.shelf = nil
	return record(t.plan.schema, columns, t.rows)
}
