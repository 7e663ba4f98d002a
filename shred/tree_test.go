package shred

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/require"
)

// trees is how many random documents the test of nested trees reads.
const trees = 16_000

// testSchema makes a schema of name, type, name, type…; a name that ends in ! is not nullable.
func testSchema(parts ...any) *arrow.Schema {
	var fields []arrow.Field
	for i := 0; i < len(parts); i += 2 {
		name, must := strings.CutSuffix(parts[i].(string), "!")
		fields = append(fields, arrow.Field{Name: name, Type: parts[i+1].(arrow.DataType), Nullable: !must})
	}
	return arrow.NewSchema(fields, nil)
}

// testInsights is a table of insights whose values are of type dt.
func testInsights(table string, dt arrow.DataType, parent Field, dimensions ...string) Node {
	text := arrow.BinaryTypes.String
	form := FormText
	if dt.ID() == arrow.STRING {
		form = FormLoose
	}
	parts := []any{"id", text, "parent_id", text, "name", text, "key1!", text, "key2!", text, "value", dt, "period", text, "from", timestampType, "to", timestampType}
	n := Node{Table: table, Values: true, Columns: []Field{
		{Path: "id"},
		parent,
		{Path: "name"},
		{Value: ValueKey1},
		{Value: ValueKey2},
		{Value: ValueNumber, Form: form},
		{Path: "period", Form: FormLoose},
		{Value: ValueStart, Param: "start"},
		{Value: ValueEnd, Param: "end"},
	}}
	if dt.ID() == arrow.STRING { // such tables have no templates
		parts, n.Columns = append(parts, "more", text), append(n.Columns, Field{Path: "more.inner", Form: FormJSON})
	}
	for _, d := range dimensions {
		parts = append(parts, d, text)
		n.Columns = append(n.Columns, Field{Value: ValueDimension, Dimension: strings.TrimSuffix(d, "!")})
	}
	n.Schema = testSchema(parts...)
	return n
}

// testTrees are the nodes that random documents are read by, and their roots.
func testTrees() (nodes []Node, roots []Root) {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	of := func(column string) Field { return Field{Parent: column} }
	replies := Node{
		Table: "replies", Schema: testSchema("id", text, "parent_id", text, "account_id", text, "media", text),
		Columns: []Field{{Path: "id"}, of("id"), of("account_id"), of("media_id")},
	}
	sum := func(table string) *Node {
		return &Node{
			Table: table, Schema: testSchema("total_count", number, "parent_id", text), Columns: []Field{{Path: "total_count"}, of("id")},
		}
	}
	comments := Node{
		Table: "comments", Schema: testSchema("id", text, "parent_id", text, "account_id", text, "timestamp", timestampType, "text", text, "media_id", text),
		Columns: []Field{{Path: "id"}, of("id"), of("account_id"), {Path: "timestamp"}, {Path: "text"}, of("id")},
		Edges:   []Edge{{Path: "replies", Node: replies, Summary: sum("replies_summary")}},
	}
	media := Node{
		Table: "media", Schema: testSchema("id!", text, "account_id", text, "owner", text, "like_count", number, "absent", number),
		Columns: []Field{{Path: "id"}, {Param: "account", Path: "owner.id"}, {Path: "owner", Form: FormJSON}, {Path: "like_count"}, {Param: "never"}},
		Edges: []Edge{
			{Path: "comments", Node: comments, Summary: sum("comments_summary")},
			{Path: "insights", Node: testInsights("insights", number, of("id"))},
			{Path: "via.split", Node: testInsights("split", arrow.PrimitiveTypes.Float64, of("account_id"), "a", "b")},
			{Path: "tags", CursorOnly: true, Node: Node{Edges: []Edge{{Path: "replies", Node: Node{
				Table: "tagged", Schema: testSchema("id", text, "parent_id", text), Columns: []Field{{Path: "id", Form: FormLoose}, of("id")},
			}}}}},
		},
	}
	page := Node{
		Table: "page", Schema: testSchema("name", text), Columns: []Field{{Path: "name", Form: FormLoose}},
		Edges: []Edge{{Path: "media", Node: media, CursorOnly: true}, {Path: "insights", Node: testInsights("page_insights", text, Field{Param: "account"}, "a!")}},
	}
	return []Node{media, page, testInsights("values", text, Field{Param: "account"}, "b", "a"), testInsights("values", number, Field{Param: "account"})},
		[]Root{RootList, RootObject, RootList, RootList}
}

// treeChecker compares what the decoders of testTrees do with a document with what slowDecode says.
type treeChecker struct {
	nodes []Node
	roots []Root
	plans []*Plan
	warm  []*Decoder // have read other documents
}

func newTreeChecker(t testing.TB) *treeChecker {
	c := &treeChecker{}
	c.nodes, c.roots = testTrees()
	for i, n := range c.nodes {
		p, err := Compile(c.roots[i], n)
		require.NoError(t, err)
		c.plans, c.warm = append(c.plans, p), append(c.warm, p.NewDecoder())
	}
	return c
}

// testParams are the params of a document: which of them are set is in the bits of n.
func testParams(n uint8) map[string]any {
	params := map[string]any{}
	for i, name := range []string{"start", "end", "account"} {
		switch {
		case n>>i&1 == 0:
		case name == "account":
			params[name] = "17841"
		default:
			params[name] = time.Unix(int64(1000*(i+1)), 0)
		}
	}
	return params
}

// check returns what is wrong with how tree number tree reads doc, or nothing, and whether it was read.
func (c *treeChecker) check(tree int, doc []byte, params map[string]any) (read bool, wrong string) {
	var slow *slowDecoder
	var end cursorText
	want := fmt.Errorf("not well formed")
	if valid(doc) {
		slow, end, want = slowDecode(c.roots[tree], &c.nodes[tree], params, doc)
	}
	cold := c.plans[tree].NewDecoder()
	for i, d := range []*Decoder{cold, cold, c.warm[tree]} {
		for _, name := range []string{"start", "end", "account"} {
			if len(c.plans[tree].params) > 0 && contains(c.plans[tree].params, name) {
				if err := d.Set(name, params[name]); err != nil {
					return false, err.Error()
				}
			}
		}
		page, err := d.Decode(doc)
		if (err == nil) != (want == nil) {
			return false, fmt.Sprintf("decoder %d says %v, want %v", i, err, want)
		}
		if err != nil {
			continue
		}
		wrong := c.compare(tree, page, slow, end)
		if wrong == "" && i < 2 {
			wrong = compareUnknown(d, slow.unknown, uint64(i+1))
		}
		page.Release()
		if wrong != "" {
			return false, fmt.Sprintf("decoder %d: %s", i, wrong)
		}
	}
	return want == nil, ""
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func (c *treeChecker) compare(tree int, page *Page, slow *slowDecoder, end cursorText) string {
	for i, table := range c.plans[tree].Tables() {
		got := cellsOf(page.Records[i])
		if want := slow.cells[table]; len(got)+len(want) > 0 && !reflect.DeepEqual(want, got) {
			return fmt.Sprintf("table %s:\n got %v\nwant %v", table, got, want)
		}
	}
	if page.More != end.next || page.After != end.after {
		return fmt.Sprintf("cursor %q, %v, want %v", page.After, page.More, end)
	}
	if len(page.Open) != len(slow.open) {
		return fmt.Sprintf("open %v, want %d", page.Open, len(slow.open))
	}
	for i, want := range slow.open {
		if got := page.Open[i]; got.Table != want.table || got.Edge != want.edge || got.After != want.after || got.Parent != want.owner.id {
			return fmt.Sprintf("open %v, want %v of %q", got, want, want.owner.id)
		}
	}
	return ""
}

// compareUnknown compares the fields that d met in times documents alike.
func compareUnknown(d *Decoder, want map[string]int, times uint64) string {
	got := map[string]int{}
	for _, c := range d.UnknownFields() {
		if strings.HasSuffix(c.Name, "…") {
			return ""
		}
		got[c.Table+" "+c.Name] += int(c.Times / times)
		if c.Times%times != 0 {
			return fmt.Sprintf("%s.%s came %d times in %d documents", c.Table, c.Name, c.Times, times)
		}
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Sprintf("unknown fields %v, want %v", got, want)
	}
	return ""
}

// cellsOf returns the cells of rec: nil, string, int64 or float64.
func cellsOf(rec arrow.Record) (rows [][]any) {
	for i := range int(rec.NumRows()) {
		row := make([]any, rec.NumCols())
		for j, column := range rec.Columns() {
			if column.IsNull(i) {
				continue
			}
			switch a := column.(type) {
			case *array.String:
				row[j] = a.Value(i)
			case *array.Int64:
				row[j] = a.Value(i)
			case *array.Float64:
				row[j] = a.Value(i)
			case *array.Timestamp:
				row[j] = int64(a.Value(i))
			default:
				panic(column.DataType())
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// What nested trees give, rows of insights among them, is what the documentation says, cell by cell, whatever was read
// before; and what is refused is what it says as well.
func TestRandomTrees(t *testing.T) {
	t.Parallel()
	const workers = 4
	for worker := range workers {
		t.Run(strconv.Itoa(worker), func(t *testing.T) {
			t.Parallel()
			c, w := newTreeChecker(t), documentWriter{r: rand.New(rand.NewPCG(11, uint64(worker)))}
			read, n := 0, trees/workers/treesEvery
			for range n {
				tree := w.r.IntN(len(c.nodes))
				doc, params := w.tree(tree), testParams(uint8(w.r.IntN(8)))
				ok, wrong := c.check(tree, doc, params)
				if wrong != "" {
					t.Fatalf("tree %d, params %v, %s:\n%s", tree, params, doc, wrong)
				}
				if ok {
					read++
				}
			}
			require.Greater(t, read, n/4)
			require.Less(t, read, n*9/10)
		})
	}
}

func FuzzTrees(f *testing.F) {
	w := documentWriter{r: rand.New(rand.NewPCG(1, 2))}
	for i := range 60 {
		tree := i % 4
		f.Add(bytes.Clone(w.tree(tree)), uint8(i))
	}
	f.Fuzz(func(t *testing.T, doc []byte, n uint8) {
		if len(doc) > math.MaxInt16 {
			t.Skip("long documents make the slow way take too long")
		}
		c := newTreeChecker(t)
		for tree := range c.nodes {
			if _, wrong := c.check(tree, doc, testParams(n)); wrong != "" {
				t.Fatalf("tree %d, %q: %s", tree, doc, wrong)
			}
		}
	})
}
