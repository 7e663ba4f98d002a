package shred

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
)

// slowDecoder says what a page gives, by what the package's documentation says, in the plainest way: the page becomes a
// tree with encoding/json, and a Node is looked up in it. Nothing of it is shared with the decoders.
type slowDecoder struct {
	params  map[string]any
	cells   map[string][][]any // the rows of each table
	open    []*slowOpen
	unknown map[string]int // by table and name
}

type slowOpen struct {
	table, edge, after string
	owner              *slowRow
}

// slowRow is an object that is a row, or is none but has a row above it.
type slowRow struct {
	node  *Node
	cells []any
	id    string
	above *slowRow
	kids  []func() // what to do when its cells are known
}

// jsonTree is a JSON value with its keys in order.
type jsonTree struct {
	kind   byte // one of { [ " 0 t n
	raw    string
	text   string
	keys   []string
	values []jsonTree
}

var errSlow = errors.New("refused")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errSlow, fmt.Sprintf(format, args...))
}

func parseTree(raw []byte) (v jsonTree, err error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return v, err
	}
	v.raw = compact.String()
	switch v.kind = v.raw[0]; v.kind {
	case '{', '[':
		dec := json.NewDecoder(strings.NewReader(v.raw))
		if _, err := dec.Token(); err != nil {
			return v, err
		}
		for dec.More() {
			if v.kind == '{' {
				key, err := dec.Token()
				if err != nil {
					return v, err
				}
				v.keys = append(v.keys, key.(string))
			}
			var inner json.RawMessage
			if err := dec.Decode(&inner); err != nil {
				return v, err
			}
			value, err := parseTree(inner)
			if err != nil {
				return v, err
			}
			v.values = append(v.values, value)
		}
	case '"':
		err = json.Unmarshal([]byte(v.raw), &v.text)
	case 't', 'f':
		v.kind, v.text = 't', v.raw
	case 'n':
	default:
		v.kind, v.text = '0', v.raw
	}
	return v, err
}

// get returns the value of key, null if there is none.
func (v jsonTree) get(key string) jsonTree {
	if i := slices.Index(v.keys, key); i >= 0 {
		return v.values[i]
	}
	return jsonTree{kind: 'n'}
}

// slowDecode decodes page, which is well formed, by root and node.
func slowDecode(root Root, node *Node, params map[string]any, page []byte) (*slowDecoder, cursorText, error) {
	d := &slowDecoder{params: params, cells: map[string][][]any{}, unknown: map[string]int{}}
	v, err := parseTree(page)
	if err != nil {
		return nil, cursorText{}, err
	}
	if root == RootObject {
		return d, cursorText{}, d.object(node, v, nil)
	}
	c, err := d.list(node, nil, v, nil, node.Table, "")
	return d, c, err
}

type cursorText struct {
	after      string
	next, some bool
	rows       int
}

// list decodes a list of node's objects.
func (d *slowDecoder) list(node, summary *Node, v jsonTree, owner *slowRow, table, prefix string) (c cursorText, err error) {
	data := v
	if v.kind != '[' {
		if v.kind != '{' {
			return c, refuse("a list")
		}
		summed := false
		for i, key := range v.keys {
			inner := v.values[i]
			switch {
			case key == "data":
			case key == "paging" && node.Values:
			case key == "paging":
				if c, err = pagingOf(inner); err != nil {
					return c, err
				}
			case key == "summary" && summary != nil:
				if inner.kind != 'n' {
					summed = true
					if err := d.object(summary, inner, owner); err != nil {
						return c, err
					}
				}
			default:
				d.unknown[table+" "+prefix+key]++
			}
		}
		if !slices.Contains(v.keys, "data") {
			if summed {
				return c, nil
			}
			return c, refuse("no data")
		}
		if data = v.get("data"); data.kind != '[' {
			return c, refuse("data")
		}
	}
	for _, inner := range data.values {
		c.rows++
		if node.Values {
			err = d.entry(node, inner, owner)
		} else {
			err = d.object(node, inner, owner)
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

func pagingOf(v jsonTree) (c cursorText, err error) {
	if v.kind == 'n' {
		return c, nil
	}
	if v.kind != '{' {
		return c, refuse("paging")
	}
	c.next = v.get("next").kind == '"'
	switch cursors := v.get("cursors"); cursors.kind {
	case 'n':
	case '{':
		after := cursors.get("after")
		c.after, c.some = after.text, after.kind == '"'
	default:
		return c, refuse("cursors")
	}
	return c, nil
}

// object decodes an object that is a row of node's table.
func (d *slowDecoder) object(node *Node, v jsonTree, above *slowRow) error {
	if v.kind != '{' {
		return refuse("an object")
	}
	r := &slowRow{node: node, above: above}
	if node.Table != "" && len(node.Edges) > 0 {
		id, err := slowCell(arrow.BinaryTypes.String, FormText, v.get("id"))
		if err != nil {
			return err
		}
		r.id, _ = id.(string)
	}
	if err := d.fields(node, v, "", r); err != nil {
		return err
	}
	if node.Table == "" {
		return nil
	}
	if err := d.row(r, v, nil); err != nil {
		return err
	}
	d.cells[node.Table] = append(d.cells[node.Table], r.cells)
	return nil
}

// row fills the cells of r but for those of Values.
func (d *slowDecoder) row(r *slowRow, v jsonTree, cells []any) error {
	r.cells = append(cells, make([]any, len(r.node.Columns)-len(cells))...)
	for i, f := range r.node.Columns {
		field := r.node.Schema.Field(i)
		var err error
		switch {
		case f.Value != 0:
			continue
		case f.Parent != "":
			d.inherit(r, i, f.Parent)
			continue
		case f.Param != "" && d.params[f.Param] != nil:
			r.cells[i] = plainCell(d.params[f.Param])
		case f.Path != "":
			if r.cells[i], err = slowCell(field.Type, f.Form, at(v, f.Path)); err != nil {
				return err
			}
		}
		if r.cells[i] == nil && !field.Nullable {
			return refuse("column %s", field.Name)
		}
	}
	for _, kid := range r.kids {
		kid()
	}
	return nil
}

// inherit makes cell i of r that of the nearest row above with a column called name.
func (d *slowDecoder) inherit(r *slowRow, i int, name string) {
	for up := r.above; up != nil; up = up.above {
		if up.node.Table == "" {
			continue
		}
		if j := up.node.Schema.FieldIndices(name); len(j) > 0 {
			up.kids = append(up.kids, func() {
				r.cells[i] = up.cells[j[0]]
				for _, kid := range r.kids {
					kid()
				}
			})
			return
		}
	}
}

// at returns what path leads to.
func at(v jsonTree, path string) jsonTree {
	for key := range strings.SplitSeq(path, ".") {
		v = v.get(key)
	}
	return v
}

// fields goes through the fields of an object, or of one inside it, in order: edges are read, and what nothing asks
// for is counted.
func (d *slowDecoder) fields(node *Node, v jsonTree, prefix string, r *slowRow) error {
	if v.kind != '{' {
		return refuse("an object")
	}
	for i, key := range v.keys {
		path, value, asked, deeper := prefix+key, v.values[i], false, false
		see := func(p string) {
			asked = asked || p == path
			deeper = deeper || strings.HasPrefix(p, path+".")
		}
		for _, f := range node.Columns {
			if f.Path != "" {
				see(f.Path)
			}
		}
		if path == "id" && len(node.Edges) > 0 && node.Table != "" {
			asked = true
		}
		for _, e := range node.Edges {
			see(e.Path)
		}
		if node.Values && (path == "values" || path == "total_value") {
			asked = true
		}
		if deeper && value.kind != 'n' {
			if err := d.fields(node, value, path+".", r); err != nil {
				return err
			}
		}
		for _, e := range node.Edges {
			if e.Path == path && value.kind != 'n' {
				if err := d.edge(e, value, r, path); err != nil {
					return err
				}
			}
		}
		if !asked && !deeper && !(node.Values && slices.Contains([]string{"name", "period", "title", "description", "id"}, path)) {
			d.unknown[node.Table+" "+path]++
		}
	}
	return nil
}

func (d *slowDecoder) edge(e Edge, v jsonTree, r *slowRow, path string) error {
	c, err := d.list(&e.Node, e.Summary, v, r, r.node.Table, path+".")
	if err != nil {
		return err
	}
	if c.some && (c.next || e.CursorOnly && c.rows > 0) {
		d.open = append(d.open, &slowOpen{table: e.Node.Table, edge: e.Path, after: c.after, owner: r})
	}
	return nil
}
