package shred

// cell reads one value into column c of the open row of t.
func (d *Decoder) cell(t *tableReader, c *column) bool {
	s := &d.s
	if c.param != nil {
		t.set++
		return s.skip()
	}
	if s.peek() == 'n' {
		if !c.plan.nullable {
			return s.fail(s.pos, "null where the column "+c.plan.name+" needs a value")
		}
		t.set++
		c.addNull()
		return s.literal("null")
	}
	t.set++
	var ok bool
	switch c.read {
	case readText:
		x := &c.texts
		if s.peek() == '"' {
			x.data, ok = s.text(x.data)
		} else {
			x.data, _, ok = s.scalarText(x.data)
		}
		x.done()
	case readInteger:
		var v int64
		v, _, ok = s.integer()
		c.integers.add(v)
	case readTime:
		var v int64
		v, _, ok = s.timestamp()
		c.integers.add(v)
	case readDecimal:
		var v float64
		v, _, ok = s.decimal()
		c.decimals.add(v)
	case readDate:
		var v int32
		v, _, ok = s.date()
		c.days.add(v)
	case readFlag:
		v := s.peek() == 't'
		switch {
		case v:
			ok = s.literal("true")
		case s.peek() == 'f':
			ok = s.literal("false")
		default:
			ok = s.unexpected("a boolean")
		}
		c.flags.add(v)
	case readJSON, readLoose:
		ok = s.json(&c.texts, c.read == readLoose)
	case readList:
		ok = s.list(&c.lists)
	case readMap:
		ok = s.integerMap(&c.maps)
	}
	return ok
}

// json adds the value at pos to x as JSON without white space between its tokens, or when it is loose and no
// object or array, by its text.
func (s *scanner) json(x *texts, loose bool) bool {
	c := s.peek()
	if loose && c != '{' && c != '[' {
		var ok bool
		x.data, _, ok = s.scalarText(x.data)
		x.done()
		return ok
	}
	from := s.pos
	if !s.skip() {
		return false
	}
	x.data = appendCompact(x.data, s.buf[from:s.pos])
	x.done()
	return true
}

// appendCompact appends raw, which is well formed, without white space outside strings.
func appendCompact(dst, raw []byte) []byte {
	from := 0
	for i := 0; i < len(raw); {
		switch raw[i] {
		case '"':
			for i++; raw[i] != '"'; i = plainEnd(raw, i) {
				if raw[i] == '\\' {
					i += 2
				}
			}
			i++
		case ' ', '\n', '\r', '\t':
			dst = append(dst, raw[from:i]...)
			for i < len(raw) && raw[i] <= ' ' {
				i++
			}
			from = i
		default:
			i++
		}
	}
	return append(dst, raw[from:]...)
}

// list adds the array of scalars at pos to x.
func (s *scanner) list(x *lists) bool {
	if !s.array("a list of texts") {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if !ok {
			return false
		}
		if done {
			x.done()
			return true
		}
		var present bool
		if x.items.data, present, ok = s.scalarText(x.items.data); !ok {
			return false
		}
		if present {
			x.items.done()
		} else {
			x.items.addNull()
		}
	}
}

// integerMap adds the object of integers at pos to x. Keys with a null are left out.
func (s *scanner) integerMap(x *maps) bool {
	if !s.object("an object of numbers") {
		return false
	}
	base := s.names.open()
	for first := true; ; first = false {
		done, ok := s.more('}', first)
		if !ok {
			return false
		}
		if done {
			x.done()
			return s.closeNames(base)
		}
		key, ok := s.freeKey(base)
		if !ok {
			return false
		}
		from := len(x.keys.data)
		x.keys.data = append(x.keys.data, key...)
		v, present, ok := s.integer()
		if !ok {
			return false
		}
		if present {
			x.keys.done()
			x.values.add(v)
		} else {
			x.keys.data = x.keys.data[:from]
		}
	}
}
