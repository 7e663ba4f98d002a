package shred

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// documents is how many random documents the differential test reads.
const documents = 300_000

// lax lets jsontext accept a surrogate without its other half, as this package does. Bytes that are not UTF-8 are
// then looked for apart.
var lax = jsontext.AllowInvalidUTF8(true)

// valid says by other means what this package says it accepts: strict JSON in UTF-8 without duplicate keys, not
// nested too deep.
func valid(doc []byte) bool {
	return utf8.Valid(doc) && jsontext.Value(doc).IsValid(lax) && depthOf(doc) <= maxDepth
}

func depthOf(doc []byte) (deepest int) {
	depth := 0
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		case '"':
			for i++; i < len(doc) && doc[i] != '"'; i++ {
				if doc[i] == '\\' {
					i++
				}
			}
		}
	}
	return deepest
}

// checker compares what this package does with a document with what encoding/json and jsontext do.
type checker struct {
	s scanner
	d *Decoder
}

func newChecker(t testing.TB) *checker {
	field := func(name string) arrow.Field {
		return arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	p, err := Compile(RootObject, Node{
		Table:   "t",
		Schema:  arrow.NewSchema([]arrow.Field{field("loose"), field("json"), field("inner")}, nil),
		Columns: []Field{{Path: "a", Form: FormLoose}, {Path: "b", Form: FormJSON}, {Path: "a", Form: FormJSON}},
	})
	require.NoError(t, err)
	return &checker{d: p.NewDecoder()}
}

// check returns what is wrong, or nothing.
func (c *checker) check(doc []byte) string {
	want, wrong := c.accepts(doc)
	if wrong != "" {
		return wrong
	}
	return c.columns(doc, want)
}

// accepts compares what is accepted.
func (c *checker) accepts(doc []byte) (want bool, wrong string) {
	want = valid(doc)
	ok := c.s.start(doc)
	if ok {
		c.s.next()
		ok = c.s.skip() && c.s.end()
	}
	if ok != want {
		return want, fmt.Sprintf("skip accepts: %v, want %v (%v)", ok, want, c.s.err())
	}
	return want, ""
}

// columns compares what is yielded by a document that is good or not.
func (c *checker) columns(doc []byte, want bool) string {
	first := bytes.TrimLeft(doc, " \t\r\n")
	isObject := len(first) > 0 && first[0] == '{'
	page, err := c.d.Decode(doc)
	if (err == nil) != (want && isObject) {
		return fmt.Sprintf("decode says %v, want accepted %v", err, want && isObject)
	}
	if err != nil {
		return ""
	}
	defer page.Release()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(doc, &fields); err != nil {
		return fmt.Sprintf("encoding/json refuses: %v", err)
	}
	rec := page.Records[0]
	for i, key := range []string{"a", "b", "a"} {
		got := rec.Column(i).(*array.String)
		raw, has := fields[key]
		if has = has && string(raw) != "null"; has != got.IsValid(0) {
			return fmt.Sprintf("%s: there: %v, want %v", key, got.IsValid(0), has)
		}
		if !has {
			continue
		}
		if want := wantText(raw, i == 0); got.Value(0) != want {
			return fmt.Sprintf("%s: %q, want %q", key, got.Value(0), want)
		}
	}
	return ""
}

// wantText is what a column makes of raw, by encoding/json.
func wantText(raw json.RawMessage, loose bool) string {
	if loose && raw[0] == '"' {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			panic(err)
		}
		return text
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		panic(err)
	}
	return b.String()
}

// documentWriter writes random documents, most of them valid.
type documentWriter struct {
	r *rand.Rand
	b []byte
}

func (w *documentWriter) oneOf(list ...string) { w.b = append(w.b, list[w.r.IntN(len(list))]...) }

func (w *documentWriter) space() {
	if w.r.IntN(8) == 0 {
		w.oneOf(" ", "\n", "\t", "\r\n", "  ")
	}
}

func (w *documentWriter) document() []byte {
	w.b = w.b[:0]
	w.space()
	if w.r.IntN(10) == 0 {
		w.value(0)
	} else {
		w.object(0)
	}
	w.space()
	if w.r.IntN(3) == 0 && len(w.b) > 0 {
		w.damage()
	}
	return w.b
}

// damage changes a byte or a few.
func (w *documentWriter) damage() {
	at := w.r.IntN(len(w.b))
	switch w.r.IntN(5) {
	case 0:
		w.b[at] = byte(w.r.IntN(256))
	case 1:
		w.b = w.b[:at]
	case 2:
		w.b = append(w.b[:at], w.b[at+1:]...)
	case 3:
		w.b[at] = `{}[]",:\u0123e-.tfn`[w.r.IntN(19)]
	default:
		from := w.r.IntN(len(w.b))
		to := min(len(w.b), from+w.r.IntN(8))
		w.b = append(w.b, w.b[from:to]...)
	}
}

func (w *documentWriter) object(depth int) {
	w.b = append(w.b, '{')
	n := w.r.IntN(4)
	if w.r.IntN(100) == 0 {
		n = 15 + w.r.IntN(8)
	}
	for i := range n {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.space()
		switch p := w.r.IntN(20); {
		case n > 10:
			w.b = strconv.AppendInt(append(w.b, `"k`...), int64(w.r.IntN(200)), 10)
			w.b = append(w.b, '"')
		case p == 0:
			w.text()
		case p == 1:
			w.oneOf(`"\u0061"`, `"\u0062"`, `"\ud800"`, `"\ufffd"`, `"\udc00"`)
		default:
			w.oneOf(`"a"`, `"b"`, `"c"`, `"d"`, `"name"`, `"value"`, `""`, `"é"`)
		}
		w.space()
		w.b = append(w.b, ':')
		w.space()
		w.value(depth + 1)
		w.space()
	}
	w.b = append(w.b, '}')
}

func (w *documentWriter) value(depth int) {
	p := w.r.IntN(12)
	if depth > 4 {
		p = w.r.IntN(8)
	}
	switch p {
	case 0, 1, 2:
		w.text()
	case 3, 4:
		w.number()
	case 5:
		w.oneOf("true", "false")
	case 6:
		w.oneOf("null")
	case 7:
		w.oneOf("{}", "[]", `""`, "0")
	case 8, 9:
		w.b = append(w.b, '[')
		for i := range w.r.IntN(4) {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			w.space()
			w.value(depth + 1)
			w.space()
		}
		w.b = append(w.b, ']')
	default:
		w.object(depth)
	}
}

func (w *documentWriter) text() {
	w.b = append(w.b, '"')
	for range w.r.IntN(12) {
		switch w.r.IntN(12) {
		case 0:
			w.oneOf(`\n`, `\"`, `\\`, `\/`, `\t`, `\b`, `\f`, `\r`)
		case 1:
			fmt.Fprintf((*appender)(&w.b), `\u%04x`, w.r.IntN(0x10000))
		case 2:
			fmt.Fprintf((*appender)(&w.b), `\u%04X\u%04x`, 0xD800+w.r.IntN(0x400), 0xDC00+w.r.IntN(0x400))
		case 3:
			fmt.Fprintf((*appender)(&w.b), `\u%04x`, 0xD800+w.r.IntN(0x800))
		case 4:
			w.oneOf("é", "ಕ", "😍", "\u2028", "\x7f")
		default:
			w.oneOf("a", "some words ", "0123456789abcdef", " ", "<&>", "x y z")
		}
	}
	w.b = append(w.b, '"')
}

func (w *documentWriter) number() {
	if w.r.IntN(2) == 0 {
		w.b = append(w.b, '-')
	}
	w.b = strconv.AppendUint(w.b, w.r.Uint64()>>w.r.IntN(64), 10)
	if w.r.IntN(4) == 0 {
		w.oneOf(".0", ".5", ".25", ".000")
	}
	if w.r.IntN(4) == 0 {
		w.oneOf("e0", "E+2", "e-1", "e-3", "e18", "e400")
	}
}

type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// What is accepted, and what texts become, is what jsontext and encoding/json say, but for the differences that the
// package's documentation names.
func TestRandomDocuments(t *testing.T) {
	const workers = 4
	for worker := range workers {
		t.Run(strconv.Itoa(worker), func(t *testing.T) {
			t.Parallel()
			c, w := newChecker(t), documentWriter{r: rand.New(rand.NewPCG(7, uint64(worker)))}
			accepted := 0
			for i := range documents / workers {
				doc := w.document()
				want, wrong := c.accepts(doc)
				if wrong == "" && i%columnsEvery == 0 {
					wrong = c.columns(doc, want)
				}
				if wrong != "" {
					t.Fatalf("%q: %s", doc, wrong)
				}
				if want {
					accepted++
				}
			}
			require.Greater(t, accepted, documents/workers/3)
			require.Less(t, accepted, documents/workers*9/10)
		})
	}
}

func TestDeepDocuments(t *testing.T) {
	c := newChecker(t)
	for _, n := range []int{1, 999, 1000, 1001, 5000} {
		for _, doc := range []string{
			strings.Repeat("[", n) + strings.Repeat("]", n),
			strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n),
			strings.Repeat(`{"x":`, n) + "1" + strings.Repeat("}", n),
		} {
			require.Empty(t, c.check([]byte(doc)))
		}
	}
}

// Integers are compared with exact arithmetic, floats with strconv.
func TestRandomNumbers(t *testing.T) {
	w := documentWriter{r: rand.New(rand.NewPCG(7, 99))}
	var s scanner
	whole := 0
	for range 50_000 {
		w.b = w.b[:0]
		w.number()
		text := string(w.b)
		exactly, _ := new(big.Rat).SetString(text)
		require.True(t, s.start(w.b))
		got, _, ok := s.integer()
		require.Equal(t, exactly.IsInt() && exactly.Num().IsInt64(), ok, text)
		if ok {
			whole++
			require.Equal(t, exactly.Num().Int64(), got, text)
		}
		want, err := strconv.ParseFloat(text, 64)
		require.True(t, s.start(w.b))
		float, _, ok := s.decimal()
		require.Equal(t, err == nil, ok, text)
		if ok {
			require.Equal(t, want, float, text)
		}
	}
	require.Greater(t, whole, 10_000)
}

func FuzzScanner(f *testing.F) {
	w := documentWriter{r: rand.New(rand.NewPCG(1, 1))}
	for range 50 {
		f.Add(bytes.Clone(w.document()))
	}
	f.Add([]byte(`{"a":"\ud83d\ude0d\ud83d","b":{"x" : [1, 2.50e-3, true, null]}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		c := newChecker(t)
		for range 2 { // the second time with what the first one taught
			if wrong := c.check(doc); wrong != "" {
				t.Fatalf("%q: %s", doc, wrong)
			}
		}
	})
}
