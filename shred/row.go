package shred

// readRoot reads the page by the plan's root.
func (d *Decoder) readRoot() bool {
	s := &d.s
	s.next()
	switch d.plan.root {
	case RootList:
		c, ok := d.readList(d.list)
		if ok {
			d.page.After, d.page.More = s.textAt(c.after), c.next
		}
		return ok
	case RootByID:
		return d.byID()
	}
	return d.object(d.root)
}

// byID reads {"id": row…}.
func (d *Decoder) byID() bool {
	s := &d.s
	if !s.object("an object of rows") {
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
		if _, ok := s.freeKey(base); !ok {
			return false
		}
		if null, ok := s.null(); !ok {
			return false
		} else if null {
			continue
		}
		if !d.object(d.root) {
			return false
		}
	}
}

// object reads an object of the kind o.
func (d *Decoder) object(o *objectReader) bool {
	s := &d.s
	at := s.pos
	if !s.object("an object") {
		return false
	}
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = o.shape.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		if uint(k) < uint(len(o.steps)) {
			ok = d.value(o, o.steps[k])
		} else {
			ok = o.shape.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if !o.row || o.table == nil {
		return true
	}
	if !o.table.endRow(s, at) {
		return false
	}
	for i := range o.fills {
		if f := &o.fills[i]; f.due() {
			f.column.repeat(f.from, f.table.rows)
		}
	}
	return true
}

// value takes one value by steps; each after the first reads it again.
func (d *Decoder) value(o *objectReader, steps []step) bool {
	s := &d.s
	from, depth := s.pos, s.depth
	for i := range steps {
		st := &steps[i]
		s.pos, s.depth = from, depth
		var ok bool
		switch st.kind {
		case stepColumn:
			ok = d.cell(o.table, st.column)
		case stepObject:
			ok = d.inner(st.object)
		case stepEdge:
			ok = d.nested(o, st.edge)
		case stepInsights:
			ok = d.insights(o, st)
		case stepPoints:
			ok = d.points(o.values)
		case stepTotal:
			ok = d.total(o.values)
		}
		if !ok {
			return false
		}
	}
	return true
}

// inner reads an object inside a row, or null.
func (d *Decoder) inner(o *objectReader) bool {
	if null, ok := d.s.null(); null || !ok {
		return ok
	}
	return d.object(o)
}

// insights reads an insights answer inside a row, or null.
func (d *Decoder) insights(o *objectReader, st *step) bool {
	if null, ok := d.s.null(); null || !ok {
		return ok
	}
	r := &st.facts.reader
	r.zone.set(st.plan.zone)
	r.object = int32(o.table.rows)
	return r.page(&d.s)
}

// nested reads an edge of an object, or null.
func (d *Decoder) nested(o *objectReader, e *edgeReader) bool {
	s := &d.s
	if null, ok := s.null(); null || !ok {
		return ok
	}
	c, ok := d.readList(e.list)
	if !ok {
		return false
	}
	if c.after > 0 && (c.next || e.plan.cursorOnly && c.rows > 0) {
		open := Open{Table: e.plan.table, Edge: e.plan.path, After: s.textAt(c.after), table: -1}
		if o.table != nil {
			open.table, open.row = o.index, o.table.rows
		}
		d.page.Open = append(d.page.Open, open)
	}
	return true
}
