package shred

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// tree writes a random document for tree number tree.
func (w *documentWriter) tree(tree int) []byte {
	w.b = w.b[:0]
	switch tree {
	case 0:
		w.listOf(w.media)
	case 1:
		w.fields(
			func() { w.key("media"); w.listOf(w.media) },
			func() { w.key("insights"); w.listOf(w.insight) },
			func() { w.key("name"); w.value(3) },
			func() { w.key("id"); w.id() },
		)
	default:
		w.listOf(w.insight)
	}
	if w.r.IntN(4) == 0 {
		w.damage()
	}
	return w.b
}

func (w *documentWriter) key(name string) {
	w.b = strconv.AppendQuote(w.b, name)
	w.b = append(w.b, ':')
}

// fields writes an object of some of parts in some order.
func (w *documentWriter) fields(parts ...func()) {
	w.b = append(w.b, '{')
	order, first := w.r.Perm(len(parts)), true
	if w.r.IntN(3) > 0 {
		for i := range order {
			order[i] = i
		}
	}
	for _, i := range order {
		if w.r.IntN(6) == 0 {
			continue
		}
		if !first {
			w.b = append(w.b, ',')
		}
		first = false
		w.space()
		parts[i]()
	}
	if w.r.IntN(12) == 0 {
		if !first {
			w.b = append(w.b, ',')
		}
		w.key([]string{"odd", "o2"}[w.r.IntN(2)])
		w.value(3)
	}
	w.b = append(w.b, '}')
}

func (w *documentWriter) id() {
	w.oneOf(`"17841`, `"9`, `"`, `"x`)
	w.oneOf(`\/insights\/m\/day"`, `1"`, `"`)
}

// listOf writes a list of what one writes, null now and then.
func (w *documentWriter) listOf(one func()) {
	rows := func() {
		w.b = append(w.b, '[')
		for i := range w.r.IntN(4) {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			one()
		}
		w.b = append(w.b, ']')
	}
	switch w.r.IntN(12) {
	case 0:
		rows()
	case 1:
		w.oneOf("null", `{"summary":{"total_count":2}}`, "{}")
	default:
		w.b = append(w.b, `{"data":`...)
		rows()
		if w.r.IntN(2) == 0 {
			w.oneOf(`,"paging":null`, `,"paging":{"cursors":{"before":"B","after":"A\u00e9"},"next":"n"}`, `,"paging":{"cursors":{"after":"A"}}`, `,"paging":{"cursors":null,"next":null}`,
				`,"paging":{"next":"n"}`)
		}
		if w.r.IntN(3) == 0 {
			w.oneOf(`,"summary":null`, `,"summary":{"total_count":7}`, `,"summary":{"total_count":"8","order":"ranked"}`)
		}
		w.b = append(w.b, '}')
	}
}

func (w *documentWriter) media() {
	w.fields(
		func() { w.key("id"); w.id() },
		func() { w.key("like_count"); w.oneOf("1", "22", "null", `"3"`, "4.0") },
		func() { w.key("owner"); w.oneOf("null", `{"id":"7"}`, `{"id":8,"username":"u"}`, "{}") },
		func() { w.key("insights"); w.listOf(w.insight) },
		func() { w.key("comments"); w.listOf(w.comment) },
		func() {
			w.key("via")
			w.fields(func() { w.key("split"); w.listOf(w.insight) }, func() { w.key("id"); w.id() })
		},
		func() { w.key("tags"); w.listOf(w.comment) },
	)
}

func (w *documentWriter) comment() {
	w.fields(
		func() { w.key("id"); w.id() },
		func() { w.key("text"); w.text() },
		func() { w.key("timestamp"); w.time() },
		func() {
			w.key("replies")
			w.listOf(func() { w.fields(func() { w.key("id"); w.id() }, func() { w.key("text"); w.text() }) })
		},
	)
}

func (w *documentWriter) time() {
	w.oneOf(`"2019-09-26T22:36:43+0000"`, `"2019-09-26T22:36:43-0730"`, `"2024-02-29T00:00:00.25Z"`, "1569537403", "null")
}

// insight writes an entry of insights in one of the shapes that there are, or nearly.
func (w *documentWriter) insight() {
	kind := w.r.IntN(5)
	if w.r.IntN(3) == 0 {
		kind = 0
	}
	w.fields(
		func() { w.key("name"); w.oneOf(`"reach"`, `"views"`, `"l\u00e9"`) },
		func() { w.key("period"); w.oneOf(`"day"`, `"lifetime"`, "3") },
		func() {
			if kind == 4 {
				w.key("total_value")
				w.total()
				return
			}
			w.key("values")
			w.points(kind)
		},
		func() { w.key("title"); w.oneOf(`"T"`, `"\u0c95"`) },
		func() { w.key("description"); w.oneOf(`"D"`, `""`) },
		func() { w.key("more"); w.oneOf("null", `{"inner":[1, 2],"x":1}`, `{"inner":"s"}`) },
		func() {
			if kind < 3 {
				w.key("title2")
				w.b = append(w.b, '0')
				return
			}
			w.key([]string{"total_value", "values"}[kind-3])
			if kind == 4 {
				w.points(w.r.IntN(3))
			} else {
				w.total()
			}
		},
		func() { w.key("id"); w.id() },
	)
}

func (w *documentWriter) points(kind int) {
	if kind == 0 { // what templates are made of
		w.b = append(w.b, `[{"value":`...)
		w.plain()
		w.b = append(w.b, `}]`...)
		return
	}
	w.b = append(w.b, '[')
	for i := range w.r.IntN(4) {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.fields(
			func() { w.key("value"); w.metric(0) },
			func() {
				if w.r.IntN(3) == 0 {
					w.key("a")
					w.oneOf(`"x"`, `"y\u00e9"`, "null", "4")
				} else {
					w.key("end_time")
					w.time()
				}
			},
		)
	}
	w.b = append(w.b, ']')
}

func (w *documentWriter) plain() {
	w.b = strconv.AppendInt(w.b, w.r.Int64()>>w.r.IntN(63)-10, 10)
	if w.r.IntN(8) == 0 {
		w.oneOf(".5", ".0", "e2")
	}
}

func (w *documentWriter) metric(depth int) {
	switch p := w.r.IntN(12); {
	case p < 6:
		w.plain()
	case p < 8 || depth > 2:
		w.oneOf("null", `"7"`, `"0.5"`, "true", `"z"`, "[1, 2]")
	default:
		w.b = append(w.b, '{')
		for i := range w.r.IntN(3) {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			w.key([]string{"US", "DE", "é"}[i])
			w.metric(depth + 1)
		}
		w.b = append(w.b, '}')
	}
}

func (w *documentWriter) total() {
	if w.r.IntN(10) == 0 {
		w.oneOf("null", "{}")
		return
	}
	w.fields(
		func() { w.key("value"); w.metric(0) },
		func() {
			w.key("breakdowns")
			w.b = append(w.b, '[')
			for i := range w.r.IntN(3) {
				if i > 0 {
					w.b = append(w.b, ',')
				}
				w.breakdown()
			}
			w.b = append(w.b, ']')
		},
	)
}

func (w *documentWriter) breakdown() {
	keys := [][]string{{"a"}, {"b", "a"}, {"timeframe", "a"}, {"timeframe", "b"}, {}}[w.r.IntN(5)]
	extra := w.r.IntN(8) == 0
	w.fields(
		func() {
			w.key("dimension_keys")
			w.b = fmt.Appendf(w.b, `["%s"]`, strings.Join(keys, `","`))
			w.emptied(keys)
		},
		func() {
			w.key("results")
			if w.r.IntN(8) == 0 {
				w.oneOf("null", "[]")
				return
			}
			w.b = append(w.b, '[')
			for i := range 1 + w.r.IntN(3) {
				if i > 0 {
					w.b = append(w.b, ',')
				}
				w.fields(
					func() {
						w.key("dimension_values")
						w.b = append(w.b, '[')
						for j, key := range keys {
							if j > 0 {
								w.b = append(w.b, ',')
							}
							if key == "timeframe" && !extra {
								w.oneOf(`"LAST"`)
							} else {
								w.oneOf(`"x"`, `"y"`, `"\u00e9"`, "null", "18")
							}
						}
						w.b = append(w.b, ']')
					},
					func() { w.key("value"); w.metric(0) },
					func() {
						if w.r.IntN(4) > 0 {
							w.key("x")
							w.b = append(w.b, '1')
							return
						}
						w.key("end_time")
						w.time()
					},
				)
			}
			w.b = append(w.b, ']')
		},
	)
}

// emptied takes the one empty string out of a list of no keys.
func (w *documentWriter) emptied(keys []string) {
	if len(keys) == 0 {
		w.b = append(bytes.TrimSuffix(w.b, []byte(`[""]`)), "[]"...)
	}
}
