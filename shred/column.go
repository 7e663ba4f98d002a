package shred

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// The columns below gather values in plain slices, which then become an Arrow array as they are: nothing is
// copied, and a column is used for one array only.

// validity is a bitmap of which values are there. As long as none is missing, it has no bits at all.
type validity struct {
	n, nulls int
	bits     []byte
	hint     int // values expected
}

func (v *validity) value() {
	if v.bits != nil {
		v.grow()
		v.bits[v.n>>3] |= 1 << (v.n & 7)
	}
	v.n++
}

func (v *validity) null() {
	if v.bits == nil {
		v.first()
	}
	v.grow()
	v.n++
	v.nulls++
}

func (v *validity) grow() {
	if v.n>>3 == len(v.bits) {
		v.bits = append(v.bits, 0)
	}
}

// first makes the bitmap when the first value is missing: all before it are there.
func (v *validity) first() {
	v.bits = make([]byte, (v.n+7)/8, max(v.hint, v.n+1)/8+1)
	for i := range v.n / 8 {
		v.bits[i] = 0xFF
	}
	if rest := v.n & 7; rest > 0 {
		v.bits[v.n>>3] = 1<<rest - 1
	}
}

// texts is a column of utf8.
type texts struct {
	validity
	offsets []int32
	data    []byte
}

func newTexts(s *shelf, rows, size int) texts {
	t := texts{offsets: append(take(&s.words, rows+1), 0), data: take(&s.bytes, size)}
	t.hint = rows
	return t
}

func (t *texts) add(b []byte) {
	t.data = append(t.data, b...)
	t.done()
}

func (t *texts) addString(s string) {
	t.data = append(t.data, s...)
	t.done()
}

// done ends a value whose text was appended to data.
func (t *texts) done() {
	t.offsets = append(t.offsets, int32(len(t.data)))
	t.value()
}

func (t *texts) addNull() {
	t.offsets = append(t.offsets, int32(len(t.data)))
	t.null()
}

func (t *texts) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	return array.NewData(dt, t.n, s.buffersOf(t.bits, arrow.Int32Traits.CastToBytes(t.offsets), t.data), nil, t.nulls, 0)
}

// integers is a column of int64 or timestamps.
type integers struct {
	validity
	data []int64
}

func newIntegers(s *shelf, rows int) integers {
	c := integers{data: take(&s.longs, rows)}
	c.hint = rows
	return c
}

func (c *integers) add(v int64) {
	c.data = append(c.data, v)
	c.value()
}

func (c *integers) addNull() {
	c.data = append(c.data, 0)
	c.null()
}

func (c *integers) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	return array.NewData(dt, c.n, s.buffersOf(c.bits, arrow.Int64Traits.CastToBytes(c.data)), nil, c.nulls, 0)
}

// decimals is a column of float64.
type decimals struct {
	validity
	data []float64
}

func newDecimals(rows int) decimals {
	c := decimals{data: make([]float64, 0, rows)}
	c.hint = rows
	return c
}

func (c *decimals) add(v float64) {
	c.data = append(c.data, v)
	c.value()
}

func (c *decimals) addNull() {
	c.data = append(c.data, 0)
	c.null()
}

func (c *decimals) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	return array.NewData(dt, c.n, s.buffersOf(c.bits, arrow.Float64Traits.CastToBytes(c.data)), nil, c.nulls, 0)
}

// days is a column of date32.
type days struct {
	validity
	data []int32
}

func newDays(s *shelf, rows int) days {
	c := days{data: take(&s.words, rows)}
	c.hint = rows
	return c
}

func (c *days) add(v int32) {
	c.data = append(c.data, v)
	c.value()
}

func (c *days) addNull() {
	c.data = append(c.data, 0)
	c.null()
}

func (c *days) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	return array.NewData(dt, c.n, s.buffersOf(c.bits, arrow.Int32Traits.CastToBytes(c.data)), nil, c.nulls, 0)
}

// flags is a column of booleans.
type flags struct {
	validity
	data []byte
}

func (c *flags) put(v bool) {
	if c.n>>3 == len(c.data) {
		c.data = append(c.data, 0)
	}
	if v {
		c.data[c.n>>3] |= 1 << (c.n & 7)
	}
}

func (c *flags) add(v bool) {
	c.put(v)
	c.value()
}

func (c *flags) addNull() {
	c.put(false)
	c.null()
}

func (c *flags) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	return array.NewData(dt, c.n, s.buffersOf(c.bits, c.data), nil, c.nulls, 0)
}

// lists is a column of list<utf8>.
type lists struct {
	validity
	offsets []int32
	items   texts
}

func newLists(s *shelf, rows, items, size int) lists {
	c := lists{offsets: append(take(&s.words, rows+1), 0), items: newTexts(s, items, size)}
	c.hint = rows
	return c
}

// done ends a value whose items were added to items.
func (c *lists) done() {
	c.offsets = append(c.offsets, int32(c.items.n))
	c.value()
}

func (c *lists) addNull() {
	c.offsets = append(c.offsets, int32(c.items.n))
	c.null()
}

func (c *lists) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	items := c.items.dataOf(arrow.BinaryTypes.String, s)
	defer items.Release()
	return array.NewData(dt, c.n, s.buffersOf(c.bits, arrow.Int32Traits.CastToBytes(c.offsets)), []arrow.ArrayData{items}, c.nulls, 0)
}

// maps is a column of map<utf8, int64>.
type maps struct {
	validity
	offsets []int32
	keys    texts
	values  integers
}

func newMaps(s *shelf, rows, entries, size int) maps {
	c := maps{offsets: append(take(&s.words, rows+1), 0), keys: newTexts(s, entries, size), values: newIntegers(s, entries)}
	c.hint = rows
	return c
}

// done ends a value whose entries were added to keys and values.
func (c *maps) done() {
	c.offsets = append(c.offsets, int32(c.keys.n))
	c.value()
}

func (c *maps) addNull() {
	c.offsets = append(c.offsets, int32(c.keys.n))
	c.null()
}

func (c *maps) dataOf(dt arrow.DataType, s *shelf) *array.Data {
	mt := dt.(*arrow.MapType)
	keys, values := c.keys.dataOf(mt.KeyType(), s), c.values.dataOf(mt.ItemType(), s)
	pairs := array.NewData(mt.Elem(), c.keys.n, s.buffersOf(nil), []arrow.ArrayData{keys, values}, 0, 0)
	keys.Release()
	values.Release()
	defer pairs.Release()
	return array.NewData(dt, c.n, s.buffersOf(c.bits, arrow.Int32Traits.CastToBytes(c.offsets)), []arrow.ArrayData{pairs}, c.nulls, 0)
}

// arrayOf makes the array of data and lets go of data.
func arrayOf(data *array.Data) arrow.Array {
	defer data.Release()
	return array.MakeFromData(data)
}

// record makes a record of columns and lets go of them.
func record(schema *arrow.Schema, columns []arrow.Array, rows int) arrow.Record {
	rec := array.NewRecord(schema, columns, int64(rows))
	for _, c := range columns {
		c.Release()
	}
	return rec
}

// truncate empties t, so that its slices can be filled again.
func (t *texts) truncate() {
	if t.offsets != nil {
		t.offsets = t.offsets[:1]
	}
	t.data, t.validity = t.data[:0], validity{hint: t.hint}
}

// at returns value i, which must not be null.
func (t *texts) at(i int) []byte { return t.data[t.offsets[i]:t.offsets[i+1]] }

// last returns the last value.
func (t *texts) last() []byte { return t.at(t.n - 1) }

// isNull says whether value i is missing.
func (v *validity) isNull(i int) bool { return v.bits != nil && v.bits[i>>3]>>(i&7)&1 == 0 }

// addRange adds the values [from, to) of other.
func (t *texts) addRange(other *texts, from, to int) {
	for i := from; i < to; i++ {
		if other.isNull(i) {
			t.addNull()
		} else {
			t.add(other.at(i))
		}
	}
}

// cut takes v back to its first n values.
func (v *validity) cut(n int) {
	if v.bits != nil {
		for i := n; i < v.n; i++ {
			if v.isNull(i) {
				v.nulls--
			}
		}
		v.bits = v.bits[:(n+7)/8]
		if n&7 > 0 {
			v.bits[n>>3] &= 1<<(n&7) - 1
		}
	}
	v.n = n
}
