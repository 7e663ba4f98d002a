package shred

// settle decides whether c keeps its slices for the page to come, because they are the same in every row. A boolean does
// not: its byte would change when more are added.
func (c *column) settle() {
	same := c.fixed() && (c.read != readFlag || c.param == nil)
	switch {
	case same && (!c.same || c.value != c.param):
		if text, ok := c.param.(string); ok {
			c.lastBytes = c.lastRows * len(text)
		}
		c.taken, c.value = true, c.param
		c.begin(&shelf{})
	case c.same && !same:
		c.taken = true
	}
	c.same = same
}

// fixed says whether c holds its param or null in every row.
func (c *column) fixed() bool {
	return c.plan.value == 0 && (c.param != nil || !c.plan.path && !c.plan.parent)
}

// constant adds v until c has n values. v is of a type that checkParam lets through.
func (c *column) constant(v any, n int) {
	for have := c.values(); have < n; have++ {
		switch v := v.(type) {
		case string:
			c.texts.addString(v)
		case int64:
			c.integers.add(v)
		case float64:
			c.decimals.add(v)
		case bool:
			c.flags.add(v)
		case int32:
			c.days.add(v)
		default:
			c.addNull()
		}
	}
}

// head returns a column that is the first n values of c, which are all the same.
func (c *column) head(n int) column {
	h := *c
	v := h.validity()
	v.n, v.nulls = n, min(v.nulls, n)
	if v.bits != nil {
		v.bits = v.bits[:(n+7)/8]
	}
	switch h.read {
	case readInteger, readTime:
		h.integers.data = h.integers.data[:n]
	case readDecimal:
		h.decimals.data = h.decimals.data[:n]
	case readDate:
		h.days.data = h.days.data[:n]
	case readFlag:
		h.flags.data = h.flags.data[:(n+7)/8]
	case readList: // null, all of them
		h.lists.offsets = h.lists.offsets[:n+1]
	case readMap:
		h.maps.offsets = h.maps.offsets[:n+1]
	default:
		h.texts.offsets = h.texts.offsets[:n+1]
		h.texts.data = h.texts.data[:h.texts.offsets[n]]
	}
	return h
}
