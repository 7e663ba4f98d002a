package plugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
)

// A descriptorCheck collects what is wrong with a descriptor while it is read.
type descriptorCheck struct {
	d        *Descriptor
	problems []error
	placed   map[string]string   // property: the group or output that it stands in
	labels   []string            // of the groups
	groups   map[string][]string // label: properties
}

func (c *descriptorCheck) fail(where, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

// known says whether there is a property of this name; it is a problem if there is none.
func (c *descriptorCheck) known(where, name string) bool {
	_, ok := c.d.Property(name)
	if !ok {
		c.fail(where, "there is no property %q%s", name, meant(name, c.d.PropertyNames()))
	}
	return ok
}

// meant is the end of a message on an unknown name.
func meant(name string, among []string) string {
	if near := nearest.Name(name, among); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

func at(list string, index int) string { return list + "[" + strconv.Itoa(index) + "]" }

// members are those of a JSON object, in order. A nil values is no object at all, already told.
type members struct {
	c      *descriptorCheck
	where  string
	names  []string
	values map[string]json.RawMessage
}

// object reads an object. A member not among the allowed is a problem, where any are given.
func (c *descriptorCheck) object(raw json.RawMessage, where string, allowed ...string) members {
	m := members{c: c, where: where}
	names, values, err := readObject(raw)
	if err != nil {
		c.fail(where, "%v", err)
		return m
	}
	for _, name := range names {
		if len(allowed) > 0 && !slices.Contains(allowed, name) {
			c.fail(where, "unknown member %q%s", name, meant(name, allowed))
		}
	}
	m.names, m.values = names, values
	return m
}

var errNoObject = errors.New("want a JSON object")

func readObject(raw json.RawMessage) ([]string, map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, errNoObject
	}
	var names []string
	values := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, nil, errNoObject
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, nil, err
		}
		if _, twice := values[name]; twice {
			return nil, nil, fmt.Errorf("member %q stands twice", name)
		}
		names = append(names, name)
		values[name] = value
	}
	return names, values, nil
}

func (m members) has(name string) bool {
	value, ok := m.values[name]
	return ok && string(value) != "null"
}

// missing tells of a required member that is not there.
func (m members) missing(name string, required bool) bool {
	if m.has(name) {
		return false
	}
	if required && m.values != nil {
		m.c.fail(m.where, "%s is missing", name)
	}
	return true
}

// text returns a member that is a string; a required one is not blank.
func (m members) text(name string, required bool) string {
	if m.missing(name, required) {
		return ""
	}
	var s string
	if json.Unmarshal(m.values[name], &s) != nil {
		m.c.fail(m.where, "%s must be a string", name)
	} else if required && strings.TrimSpace(s) == "" {
		m.c.fail(m.where, "%s is empty", name)
	}
	return s
}

// scalar returns a member that is a string, a number or a boolean, as JavaScript's toString gives it.
func (m members) scalar(name string) string {
	if m.missing(name, false) {
		return ""
	}
	var v any
	if json.Unmarshal(m.values[name], &v) == nil { // it fails for a number beyond float64
		switch v := v.(type) {
		case string:
			return v
		case bool:
			return strconv.FormatBool(v)
		case float64:
			return jsFormat(v)
		}
	}
	m.c.fail(m.where, "%s must be a string, a number or a boolean", name)
	return ""
}

func (m members) flag(name string) bool {
	var b bool
	if !m.missing(name, true) && json.Unmarshal(m.values[name], &b) != nil {
		m.c.fail(m.where, "%s must be true or false", name)
	}
	return b
}

func (m members) list(name string, required bool) []json.RawMessage {
	var list []json.RawMessage
	if !m.missing(name, required) && json.Unmarshal(m.values[name], &list) != nil {
		m.c.fail(m.where, "%s must be a list", name)
	}
	return list
}

func (m members) object(name string, allowed ...string) members {
	if m.missing(name, true) {
		return members{c: m.c, where: m.where + ": " + name}
	}
	return m.c.object(m.values[name], m.where+": "+name, allowed...)
}

// checkJSON says where text is not JSON.
func checkJSON(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	var whole json.RawMessage
	err := dec.Decode(&whole)
	if err == nil {
		if _, err := dec.Token(); err != io.EOF {
			return errors.New("something follows the JSON object")
		}
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		before := text[:min(int(syntax.Offset), len(text))]
		return fmt.Errorf("line %d is no JSON: %w", bytes.Count(before, []byte{'\n'})+1, err)
	}
	return fmt.Errorf("not JSON: %w", err)
}
