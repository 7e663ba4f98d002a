package shred

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// slowValue is one row of an entry, as far as it is a value's.
type slowValue struct {
	value      jsonTree
	key1, key2 string
	time       any // its own end_time
	dimensions map[string]any
}

// entry decodes an entry of insights: a row a value.
func (d *slowDecoder) entry(node *Node, v jsonTree, owner *slowRow) error {
	if v.kind != '{' {
		return refuse("an entry")
	}
	totals, err := d.total(node, v.get("total_value"))
	if err != nil {
		return err
	}
	points, err := d.points(node, v.get("values"), len(totals) > 0)
	if err != nil {
		return err
	}
	values := append(totals, points...)
	if len(values) == 0 {
		values = []slowValue{{value: jsonTree{kind: 'n'}}}
	}
	if err := d.fields(node, v, "", &slowRow{node: node}); err != nil {
		return err
	}
	for _, value := range values {
		r := &slowRow{node: node, above: owner}
		var cells []any
		for i, f := range node.Columns {
			field := node.Schema.Field(i)
			cell, err := d.valueCell(f, field, value)
			if err != nil {
				return err
			}
			if f.Value != 0 && cell == nil && !field.Nullable {
				return refuse("column %s", field.Name)
			}
			cells = append(cells, cell)
		}
		if err := d.row(r, v, cells); err != nil {
			return err
		}
		d.cells[node.Table] = append(d.cells[node.Table], r.cells)
	}
	return nil
}

func (d *slowDecoder) valueCell(f Field, field arrow.Field, v slowValue) (any, error) {
	var param any
	if f.Param != "" && d.params[f.Param] != nil {
		param = plainCell(d.params[f.Param])
	}
	switch f.Value {
	case ValueNumber:
		return slowCell(field.Type, f.Form, v.value)
	case ValueKey1:
		return v.key1, nil
	case ValueKey2:
		return v.key2, nil
	case ValueStart:
		if v.time != nil {
			return nil, nil
		}
		return param, nil
	case ValueEnd:
		if v.time != nil {
			return v.time, nil
		}
		return param, nil
	case ValueDimension:
		return v.dimensions[f.Dimension], nil
	}
	return nil, nil
}

func dimensionsOf(node *Node) (names []string) {
	for _, f := range node.Columns {
		if f.Value == ValueDimension {
			names = append(names, f.Dimension)
		}
	}
	return names
}

// spread gives a value for each entry of a map, at most two deep.
func spread(of slowValue) (list []slowValue) {
	if of.value.kind != '{' {
		return []slowValue{of}
	}
	for i, key := range of.value.keys {
		inner := of
		inner.key1, inner.value = key, of.value.values[i]
		if inner.value.kind != '{' {
			list = append(list, inner)
			continue
		}
		for j, key := range inner.value.keys {
			deeper := inner
			deeper.key2, deeper.value = key, inner.value.values[j]
			list = append(list, deeper)
		}
	}
	return list
}

// check refuses values that their column does not take, whether they become rows or not.
func (d *slowDecoder) check(node *Node, list []slowValue) error {
	for i, f := range node.Columns {
		for _, v := range list {
			if f.Value != ValueNumber {
				continue
			}
			if _, err := slowCell(node.Schema.Field(i).Type, f.Form, v.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// points are the values of a list; without repeats those are left out that a total repeats.
func (d *slowDecoder) points(node *Node, v jsonTree, total bool) (list []slowValue, err error) {
	if v.kind == 'n' {
		return nil, nil
	}
	if v.kind != '[' {
		return nil, refuse("values")
	}
	dimensions := dimensionsOf(node)
	for _, point := range v.values {
		if point.kind != '{' {
			return nil, refuse("a point")
		}
		p := slowValue{value: point.get("value"), dimensions: map[string]any{}}
		divided := false
		for i, key := range point.keys {
			switch {
			case key == "value":
			case key == "end_time":
				if p.time, err = slowCell(timestampType, FormText, point.values[i]); err != nil {
					return nil, err
				}
			case slices.Contains(dimensions, key):
				divided = true
				if p.dimensions[key], err = slowCell(arrow.BinaryTypes.String, FormText, point.values[i]); err != nil {
					return nil, err
				}
			default:
				d.unknown[node.Table+" values."+key]++
			}
		}
		all := spread(p)
		if err := d.check(node, all); err != nil {
			return nil, err
		}
		if total && p.time == nil && !divided && p.value.kind != '{' {
			continue
		}
		list = append(list, all...)
	}
	return list, nil
}

// total are the values of a total: its breakdowns', or its own.
func (d *slowDecoder) total(node *Node, v jsonTree) (list []slowValue, err error) {
	if v.kind == 'n' {
		return nil, nil
	}
	if v.kind != '{' {
		return nil, refuse("a total")
	}
	for _, key := range v.keys {
		if key != "value" && key != "breakdowns" {
			d.unknown[node.Table+" total_value."+key]++
		}
	}
	breakdowns := v.get("breakdowns")
	if breakdowns.kind != 'n' && breakdowns.kind != '[' {
		return nil, refuse("breakdowns")
	}
	for _, b := range breakdowns.values {
		results, err := d.breakdown(node, b)
		if err != nil {
			return nil, err
		}
		list = append(list, results...)
	}
	if value := v.get("value"); len(list) == 0 && value.kind != 'n' {
		list = spread(slowValue{value: value})
	}
	return list, d.check(node, list)
}

func (d *slowDecoder) breakdown(node *Node, b jsonTree) (list []slowValue, err error) {
	if b.kind != '{' {
		return nil, refuse("a breakdown")
	}
	for _, key := range b.keys {
		if key != "dimension_keys" && key != "results" {
			d.unknown[node.Table+" total_value.breakdowns."+key]++
		}
	}
	dimensions := dimensionsOf(node)
	var keys []string
	if slices.Contains(b.keys, "dimension_keys") {
		names := b.get("dimension_keys")
		if names.kind != '[' {
			return nil, refuse("dimension_keys")
		}
		for _, n := range names.values {
			if n.kind != '"' || slices.Contains(dimensions, n.text) && slices.Contains(keys, n.text) {
				return nil, refuse("a dimension")
			}
			keys = append(keys, n.text)
		}
	}
	results := b.get("results")
	if results.kind != 'n' && results.kind != '[' {
		return nil, refuse("results")
	}
	var first []any
	for i, r := range results.values {
		v, extra, err := d.result(node, r, keys)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = extra
		}
		if !slices.Equal(first, extra) {
			return nil, refuse("a dimension that was not asked for")
		}
		list = append(list, spread(v)...)
	}
	return list, nil
}

// result is one result, and what it says of dimensions that the table does not have.
func (d *slowDecoder) result(node *Node, r jsonTree, keys []string) (v slowValue, extra []any, err error) {
	if r.kind != '{' {
		return v, nil, refuse("a result")
	}
	for _, key := range r.keys {
		if key != "value" && key != "dimension_values" && key != "end_time" {
			d.unknown[node.Table+" total_value.breakdowns.results."+key]++
		}
	}
	v = slowValue{value: r.get("value"), dimensions: map[string]any{}}
	if v.time, err = slowCell(timestampType, FormText, r.get("end_time")); err != nil {
		return v, nil, err
	}
	if d.params["end"] != nil { // the window asked for; the trees of the tests call its end so
		v.time = nil
	}
	values := r.get("dimension_values")
	if slices.Contains(r.keys, "dimension_values") && values.kind != '[' || len(values.values) != len(keys) {
		return v, nil, refuse("dimension_values")
	}
	dimensions := dimensionsOf(node)
	for j, value := range values.values {
		cell, err := slowCell(arrow.BinaryTypes.String, FormText, value)
		if err != nil {
			return v, nil, err
		}
		if slices.Contains(dimensions, keys[j]) {
			v.dimensions[keys[j]] = cell
		} else {
			extra = append(extra, cell)
		}
	}
	return v, extra, nil
}
