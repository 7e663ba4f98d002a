package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
)

// cdapDepth is how deep a schema may nest; more is an accident or an attack.
const cdapDepth = 200

// ParseCDAP reads a schema in CDAP's JSON form. It reads what CDAP reads: type names in either case,
// the members of an object in any order, null on either side of a union; members it does not know are
// skipped. The error says where in the schema it lies.
func ParseCDAP(text []byte) (CDAP, error) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return CDAP{}, fmt.Errorf("CDAP schema: %w", err)
	}
	p := cdapParser{records: make(map[string]*CDAP)}
	c, err := p.schema(v, "", 0)
	if err != nil {
		return CDAP{}, fmt.Errorf("CDAP schema: %w", err)
	}
	return c, nil
}

// cdapParser knows the records by name; one that is still being read is nil.
type cdapParser struct{ records map[string]*CDAP }

func (p *cdapParser) schema(v any, path string, depth int) (CDAP, error) {
	if depth > cdapDepth {
		return CDAP{}, cdapErrorf(path, "nests deeper than %d", cdapDepth)
	}
	switch v := v.(type) {
	case string:
		return p.word(v, path)
	case []any:
		return p.union(v, path, depth)
	case map[string]any:
		return p.object(v, path, depth)
	default:
		return CDAP{}, cdapErrorf(path, "a type is a name, an object or an array, not %s", jsonKind(v))
	}
}

// word reads a bare name: a record already met, or a simple type.
func (p *cdapParser) word(name, path string) (CDAP, error) {
	if _, ok := p.records[name]; ok {
		return CDAP{Type: CDAPRecord, Name: name}, nil
	}
	if t := CDAPType(strings.ToLower(name)); cdapSimple[t] {
		return CDAP{Type: t}, nil
	}
	return CDAP{}, cdapErrorf(path, "%q is neither a simple type nor a record defined before", name)
}

func (p *cdapParser) union(alternatives []any, path string, depth int) (CDAP, error) {
	if len(alternatives) == 0 {
		return CDAP{}, cdapErrorf(path, "a union is empty")
	}
	u := CDAP{Type: CDAPUnion}
	var maps, arrays int
	for i, a := range alternatives {
		c, err := p.schema(a, fmt.Sprintf("%s[%d]", path, i), depth+1)
		if err != nil {
			return CDAP{}, err
		}
		switch c.Type {
		case CDAPMap:
			maps++
		case CDAPArray:
			arrays++
		}
		u.Union = append(u.Union, c)
	}
	if maps > 1 || arrays > 1 {
		return CDAP{}, cdapErrorf(path, "a union holds more than one map or array")
	}
	return u, nil
}

func (p *cdapParser) object(o map[string]any, path string, depth int) (CDAP, error) {
	if l, ok := o["logicalType"]; ok && l != nil {
		return logical(l, o, path)
	}
	name, ok := o["type"].(string)
	if !ok {
		if _, has := o["type"]; !has {
			return CDAP{}, cdapErrorf(path, "an object has no type")
		}
		return CDAP{}, cdapErrorf(path, "the type of an object is a name, not %s", jsonKind(o["type"]))
	}
	switch t := CDAPType(strings.ToLower(name)); t {
	case CDAPEnum:
		return enum(o, path)
	case CDAPArray:
		items, err := p.part(o, "items", path, depth)
		return CDAP{Type: t, Items: items}, err
	case CDAPMap:
		keys, err := p.part(o, "keys", path, depth)
		if err != nil {
			return CDAP{}, err
		}
		values, err := p.part(o, "values", path, depth)
		return CDAP{Type: t, Keys: keys, Values: values}, err
	case CDAPRecord:
		return p.record(o, path, depth)
	default:
		return p.word(name, path)
	}
}

// part reads the type that the member name of o holds.
func (p *cdapParser) part(o map[string]any, name, path string, depth int) (*CDAP, error) {
	v, ok := o[name]
	if !ok {
		return nil, cdapErrorf(path, "%s is missing", name)
	}
	c, err := p.schema(v, joinPath(path, name), depth+1)
	return &c, err
}

func logical(l any, o map[string]any, path string) (CDAP, error) {
	name, _ := l.(string)
	c := CDAP{Type: cdapBase[CDAPLogical(name)], Logical: CDAPLogical(name)}
	if c.Type == "" {
		return CDAP{}, cdapErrorf(path, "%v is not a logical type", l)
	}
	if c.Logical != CDAPDecimal {
		return c, nil
	}
	var err error
	if c.Precision, err = digits(o, "precision", path); err != nil {
		return CDAP{}, err
	}
	if c.Precision <= 0 {
		return CDAP{}, cdapErrorf(path, "a decimal needs a precision above 0")
	}
	if c.Scale, err = digits(o, "scale", path); err != nil {
		return CDAP{}, err
	}
	if c.Scale < 0 || c.Scale > c.Precision {
		return CDAP{}, cdapErrorf(path, "the scale of a decimal is from 0 to its precision %d, not %d", c.Precision, c.Scale)
	}
	return c, nil
}

// digits reads a whole number; one that is missing is 0.
func digits(o map[string]any, name, path string) (int, error) {
	v, ok := o[name]
	if !ok {
		return 0, nil
	}
	f, ok := v.(float64)
	if !ok || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, cdapErrorf(path, "%s is a whole number, not %v", name, v)
	}
	return int(f), nil
}

func enum(o map[string]any, path string) (CDAP, error) {
	list, _ := o["symbols"].([]any)
	if len(list) == 0 {
		return CDAP{}, cdapErrorf(path, "an enum has no symbols")
	}
	c := CDAP{Type: CDAPEnum}
	seen := make(map[string]bool, len(list))
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return CDAP{}, cdapErrorf(path, "a symbol of an enum is a string, not %s", jsonKind(v))
		}
		if seen[s] {
			return CDAP{}, cdapErrorf(path, "the symbol %q stands twice in an enum", s)
		}
		seen[s] = true
		c.Symbols = append(c.Symbols, s)
	}
	return c, nil
}

func (p *cdapParser) record(o map[string]any, path string, depth int) (CDAP, error) {
	name, _ := o["name"].(string)
	if name == "" {
		return CDAP{}, cdapErrorf(path, "a record has no name")
	}
	if t := CDAPType(strings.ToLower(name)); cdapSimple[t] {
		return CDAP{}, cdapErrorf(path, "a record is called %q, which is the name of a type", name)
	}
	list, _ := o["fields"].([]any)
	if len(list) == 0 {
		return CDAP{}, cdapErrorf(path, "record %s has no fields", name)
	}
	before, again := p.records[name]
	if again && before == nil {
		return CDAP{}, cdapErrorf(path, "record %s is defined inside itself", name)
	}
	p.records[name] = nil
	c := CDAP{Type: CDAPRecord, Name: name}
	seen := make(map[string]bool, len(list))
	for i, v := range list {
		f, _ := v.(map[string]any)
		field, _ := f["name"].(string)
		if field == "" {
			return CDAP{}, cdapErrorf(path, "field %d of record %s has no name", i+1, name)
		}
		if seen[field] {
			return CDAP{}, cdapErrorf(path, "field %s of record %s stands twice", field, name)
		}
		seen[field] = true
		at := joinPath(path, field)
		t, ok := f["type"]
		if !ok {
			return CDAP{}, cdapErrorf(at, "the field has no type")
		}
		inner, err := p.schema(t, at, depth+1)
		if err != nil {
			return CDAP{}, err
		}
		c.Fields = append(c.Fields, CDAPField{Name: field, Type: inner})
	}
	// A second definition is printed as the name alone, so it has to be the same.
	if again && !reflect.DeepEqual(*before, c) {
		return CDAP{}, cdapErrorf(path, "record %s is defined twice, and differently", name)
	}
	p.records[name] = &c
	return c, nil
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func cdapErrorf(path, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if path == "" {
		return fmt.Errorf("%s", message)
	}
	return fmt.Errorf("%s: %s", path, message)
}

// jsonKind names the JSON kind of a decoded value.
func jsonKind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}
