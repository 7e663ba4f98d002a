package shred

// entry reads an entry of insights into rows, one a value, or one without a value if it has none.
func (d *Decoder) entry(o *objectReader) bool {
	v, s := o.values, &d.s
	if read, ok := v.quick(s); read || !ok {
		return ok
	}
	at := s.pos
	if !s.object("an insights entry") {
		return false
	}
	v.first, v.pointsAt, v.totalRows = v.table.rows, -1, 0
	v.again, v.odd, v.value, v.lacks = false, false, span{-1, -1}, nil
	var name, id span
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = o.shape.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		from := s.pos
		if uint(k) < uint(len(o.steps)) {
			ok = d.value(o, o.steps[k])
		} else {
			ok = o.shape.skip(s, k)
			v.odd = v.odd || uint(k) >= uint(v.familiar)
		}
		if !ok {
			return false
		}
		switch {
		case k == v.nameKey:
			name = span{from, s.pos}
		case k == v.idKey && s.buf[from] == '"':
			id = span{from, s.pos}
		}
	}
	if v.again {
		end := s.pos
		if s.pos = v.pointsAt; !d.points(v) {
			return false
		}
		s.pos = end
	}
	if v.table.rows == v.first {
		v.undivided()
		v.noValue(at)
		v.close(at, v.first, ownTime{})
	}
	if !v.complete(s) || !v.endEntry(s, at) {
		return false
	}
	v.learn(s, span{at, s.pos}, name, id)
	return true
}

// endEntry gives the rows of the entry that began at byte at what is the entry's own.
func (v *valuesReader) endEntry(s *scanner, at int) bool {
	t := v.table
	for _, e := range v.plan.entry {
		c := &t.columns[e.column]
		if c.param != nil {
			continue
		}
		if c.values() == v.first {
			if !c.plan.nullable {
				return s.fail(at, "an object without what the column "+c.plan.name+" needs")
			}
			c.addNull()
		}
		if t.rows > v.first+1 {
			c.repeat(c, t.rows)
		}
	}
	return true
}

// points reads values, [{"value": …, "end_time": …}…].
func (d *Decoder) points(v *valuesReader) bool {
	s := &d.s
	if null, ok := s.null(); null || !ok {
		return ok
	}
	v.pointsAt = s.pos
	if !s.array("a list of values") {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		if !d.point(v) {
			return false
		}
	}
}

// point reads one point. The keys beside its value that are called as a dimension say where it belongs.
func (d *Decoder) point(v *valuesReader) bool {
	s := &d.s
	at, first := s.pos, v.table.rows
	if !s.object("a value with its time") {
		return false
	}
	var own ownTime
	came, single, divided := false, true, false
	v.undivided()
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = v.points.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch {
		case k == keyValue:
			came, single = true, s.peek() != '{'
			ok = d.number(v)
		case k == keyEnd:
			own.micros, own.is, ok = s.timestamp()
		case k > keyEnd && k < keyEnd+1+len(v.tuple):
			divided = true
			v.tuple[k-keyEnd-1], ok = v.dimensionText(s)
		default:
			v.odd = true
			if ok = v.points.skip(s, k); v.again {
				v.points.forget(k) // it was counted the first time
			}
		}
		if !ok {
			return false
		}
	}
	if !came {
		v.noValue(at)
	}
	if own.is || divided {
		v.odd = true
	} else if single && v.totalRows > 0 {
		v.drop(first)
		return true
	}
	v.close(at, first, own)
	return true
}

// ownTime is the end_time that a value came with.
type ownTime struct {
	micros int64
	is     bool
}

// undivided begins a value that no dimension is known of.
func (v *valuesReader) undivided() {
	v.text = v.text[:0]
	for i := range v.tuple {
		v.tuple[i] = span{-1, -1}
	}
}

// dimensionText reads the value of a dimension into text.
func (v *valuesReader) dimensionText(s *scanner) (span, bool) {
	from := len(v.text)
	var present, ok bool
	if v.text, present, ok = s.scalarText(v.text); !present {
		return span{-1, -1}, ok
	}
	return span{from, len(v.text)}, ok
}

// number reads a value into a row, or if it is a map into one for each of its entries.
func (d *Decoder) number(v *valuesReader) bool {
	s := &d.s
	if s.peek() != '{' {
		from := s.pos
		v.keys(nil, nil)
		if v.table.rows++; !d.scalar(v) {
			return false
		}
		v.value = span{-1, -1}
		if c := s.buf[from]; c == '-' || c-'0' <= 9 {
			v.value = span{from, s.pos}
		}
		return true
	}
	v.odd = true
	if !s.enter() {
		return false
	}
	base := s.names.open()
	for first := true; ; first = false {
		done, ok := s.more('}', first)
		if !ok {
			return false
		}
		if done {
			return s.closeNames(base)
		}
		key, ok := s.freeKey(base)
		if !ok {
			return false
		}
		if s.peek() == '{' {
			v.key = append(v.key[:0], key...)
			ok = d.inside(v)
		} else {
			v.keys(key, nil)
			v.table.rows++
			ok = d.scalar(v)
		}
		if !ok {
			return false
		}
	}
}

// inside reads a map that stands in a map under v.key.
func (d *Decoder) inside(v *valuesReader) bool {
	s := &d.s
	if !s.enter() {
		return false
	}
	base := s.names.open()
	for first := true; ; first = false {
		done, ok := s.more('}', first)
		if !ok {
			return false
		}
		if done {
			return s.closeNames(base)
		}
		key, ok := s.freeKey(base)
		if !ok {
			return false
		}
		v.keys(v.key, key)
		if v.table.rows++; !d.scalar(v) {
			return false
		}
	}
}

// scalar reads a value that is no map, or null.
func (d *Decoder) scalar(v *valuesReader) bool {
	s := &d.s
	if v.number == nil {
		return s.skip()
	}
	if s.peek() == 'n' {
		v.null(v.number, s.pos)
		return s.literal("null")
	}
	return d.cell(v.table, v.number)
}

// keys adds the keys of a row.
func (v *valuesReader) keys(key1, key2 []byte) {
	if v.key1 != nil {
		v.key1.texts.add(key1)
	}
	if v.key2 != nil {
		v.key2.texts.add(key2)
	}
}

// noValue adds a row without a value.
func (v *valuesReader) noValue(at int) {
	v.odd = true
	v.keys(nil, nil)
	v.table.rows++
	if v.number != nil {
		v.null(v.number, at)
	}
}

// close ends the rows from first on, all of one value, which is of the dimensions in tuple.
func (v *valuesReader) close(at, first int, own ownTime) {
	for n := v.table.rows - first; n > 0; n-- {
		if c := v.start; c != nil {
			if param, has := c.param.(int64); has && !own.is {
				c.integers.add(param)
			} else {
				v.null(c, at)
			}
		}
		if c := v.end; c != nil {
			if param, has := c.param.(int64); own.is {
				c.integers.add(own.micros)
			} else if has {
				c.integers.add(param)
			} else {
				v.null(c, at)
			}
		}
		for i, c := range v.dimensions {
			if t := v.tuple[i]; t.from >= 0 {
				c.texts.add(v.text[t.from:t.to])
			} else {
				v.null(c, at)
			}
		}
	}
}

// null adds a null. If the column allows none, the page is refused, unless the row is taken back.
func (v *valuesReader) null(c *column, at int) {
	if !c.plan.nullable && v.lacks == nil {
		v.lacks, v.lacksAt = c, at
	}
	c.addNull()
}

// complete refuses the page if a row of the entry has a null where its column allows none.
func (v *valuesReader) complete(s *scanner) bool {
	if v.lacks == nil {
		return true
	}
	return s.fail(v.lacksAt, "null where the column "+v.lacks.plan.name+" needs a value")
}

// drop takes back the last rows, from first on, of a value that was not closed.
func (v *valuesReader) drop(first int) {
	for _, c := range [...]*column{v.number, v.key1, v.key2} {
		if c != nil {
			c.cut(first)
		}
	}
	v.table.rows, v.odd = first, true
}

// dropClosed takes back the last rows, from first on, but for what they have of the entry.
func (v *valuesReader) dropClosed(first int) {
	v.drop(first)
	for _, c := range [...]*column{v.start, v.end} {
		if c != nil {
			c.cut(first)
		}
	}
	for _, c := range v.dimensions {
		c.cut(first)
	}
	v.lacks = nil
}
