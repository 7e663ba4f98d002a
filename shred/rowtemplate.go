package shred

// A rowTemplate is how the last entry of a metric was written, if it gave one row for one number without a time of its
// own, and what that row has of the entry itself.
type rowTemplate struct {
	template
	name  string // the metric's, as the page writes it
	cells []entryCell
}

// entryCell is what a row has of its entry in one column. With id set, the digits that the id begins with stand
// before text.
type entryCell struct {
	column   *column
	text     []byte
	null, id bool
}

const (
	// maxTemplates is how many metrics of one place have a template.
	maxTemplates = 64
	// maxTries is up to how many templates are all tried where the one expected does not match.
	maxTries = 16
	// depthOfEntry is how deep the entry of a template is: itself, its values and a point.
	depthOfEntry = 3
)

// learn takes the entry at place, which was just read, as the template of its metric, whose name stands at name.
func (v *valuesReader) learn(s *scanner, place, name, id span) {
	slot := v.slot(s.buf[name.from:name.to])
	v.next[v.prev+1] = int16(slot)
	if v.prev = slot; slot < 0 {
		return
	}
	t := &v.templates[slot]
	t.holes = 0
	if v.odd || v.value.from < 0 || v.table.rows != v.first+1 {
		return
	}
	t.learn(s.buf, place.from, place.to, written{value: v.value, id: id})
	digits := 0
	if t.holes == 2 {
		digits = digitsEnd(s.buf, id.from+1) - id.from - 1
	}
	for i, e := range v.plan.entry {
		c, cell := &v.table.columns[e.column], &t.cells[i]
		if c.param != nil {
			t.holes = 0
			return
		}
		cell.column, cell.id, cell.text = c, e.id && digits > 0, cell.text[:0]
		if cell.null = c.texts.isNull(c.texts.n - 1); cell.null {
			continue
		}
		text := c.texts.last()
		if cell.id {
			text = text[digits:]
		}
		cell.text = append(cell.text, text...)
	}
}

// slot returns the number of the template of a metric, -1 for none.
func (v *valuesReader) slot(name []byte) int {
	if !v.plan.steady {
		return -1
	}
	for i := range v.templates {
		if v.templates[i].name == string(name) {
			return i
		}
	}
	if len(v.templates) == maxTemplates {
		return -1
	}
	v.templates = append(v.templates, rowTemplate{name: string(name), cells: make([]entryCell, len(v.plan.entry))})
	v.next = append(v.next, -1)
	return len(v.templates) - 1
}

// quick reads the entry at pos by a template, if it matches one: first by that which is expected there.
func (v *valuesReader) quick(s *scanner) (read, ok bool) {
	slot := int(v.next[v.prev+1])
	if slot < 0 || s.depth > maxDepth-depthOfEntry {
		return false, true
	}
	from := s.pos
	value, id, matched := v.templates[slot].find(s)
	if !matched && len(v.templates) <= maxTries {
		for slot = 0; slot < len(v.templates); slot++ {
			if value, id, matched = v.templates[slot].find(s); matched {
				v.next[v.prev+1] = int16(slot)
				break
			}
		}
	}
	if !matched {
		return false, true
	}
	if !v.plain(s.buf[value.from:value.to]) {
		s.pos = from
		return false, true
	}
	v.prev = slot
	for i := range v.templates[slot].cells {
		cell := &v.templates[slot].cells[i]
		switch x := &cell.column.texts; {
		case cell.column.param != nil:
		case cell.null:
			x.addNull()
		default:
			if cell.id {
				x.data = append(x.data, s.buf[id.from:id.to]...)
			}
			x.add(cell.text)
		}
	}
	v.keys(nil, nil)
	first := v.table.rows
	v.table.rows++
	v.undivided()
	v.lacks = nil
	v.close(from, first, ownTime{})
	return true, v.complete(s)
}

// find is matches, of a template that may have nothing learned.
func (t *rowTemplate) find(s *scanner) (value, id span, ok bool) {
	if t.holes == 0 {
		return value, id, false
	}
	return t.matches(s)
}

// plain adds the value of text, a number, to its column, if that is as easy as it mostly is.
func (v *valuesReader) plain(text []byte) bool {
	c := v.number
	if c == nil {
		return true
	}
	switch c.read {
	case readInteger:
		n, ok := plainInteger(text)
		if ok {
			c.integers.add(n)
		}
		return ok
	case readDecimal:
		f, ok := shortDecimal(text)
		if ok {
			c.decimals.add(f)
		}
		return ok
	}
	c.texts.add(text)
	return true
}
