package keboola

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// An object is a JSON object with its keys in order, dashes in place of underscores. Of a key that stands
// twice the last value counts.
type object struct {
	keys   []string
	names  []string // the keys as they are written
	values map[string]json.RawMessage
}

// normal is a key as it is looked up.
func normal(key string) string { return strings.ReplaceAll(key, "_", "-") }

// readObject reads an object. keep leaves the keys as they are written.
func readObject(raw json.RawMessage, keep bool) (object, error) {
	o := object{values: make(map[string]json.RawMessage)}
	d := json.NewDecoder(bytes.NewReader(raw))
	if first, err := d.Token(); err != nil {
		return o, err
	} else if first != json.Delim('{') {
		return o, fmt.Errorf("it is %s instead of an object", kind(raw))
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return o, err
		}
		name, _ := token.(string) // the keys of a valid object are strings
		key := name
		if !keep {
			key = normal(name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, err
		}
		if _, twice := o.values[key]; !twice {
			o.keys, o.names = append(o.keys, key), append(o.names, name)
		}
		o.values[key] = value
	}
	return o, nil
}

// get returns the value of a key; null counts as absent.
func (o object) get(key string) (json.RawMessage, bool) {
	raw, ok := o.values[key]
	if !ok || isNull(raw) {
		return nil, false
	}
	return raw, true
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// scalar is the text of a string, number or boolean.
func scalar(raw json.RawMessage) (string, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "", false
	}
	switch raw[0] {
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err == nil
	case '{', '[', 'n':
		return "", false
	}
	return string(raw), true
}

// compact is a value as JSON without white space.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
}

// encode is a value as JSON, with <, > and & as they are.
func encode(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // texts, booleans and lists of them have JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// kind says in words what a JSON value is.
func kind(raw json.RawMessage) string {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '[':
		return "a list"
	case raw[0] == '"':
		return "a text"
	case raw[0] == 't', raw[0] == 'f':
		return string(raw)
	case raw[0] == 'n':
		return "null"
	}
	return "a number"
}
