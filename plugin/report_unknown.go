package plugin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	// maxUnknown is how many unknown fields a run tells by name: where keys are ids there is no end of them.
	maxUnknown = 100
	// maxUnknownInError is how many of them an error names.
	maxUnknownInError = 20
	// maxFieldName is how many characters of a field's name are told.
	maxFieldName = 100
)

// An UnknownFieldsError says that RunOptions.Strict failed the run: fields came that no table has a
// column for.
type UnknownFieldsError struct {
	// Fields are told once for each table and field, with the sum of their counts, in the order of
	// delivery. Split is empty.
	Fields []Unknown
	// More is how often still other fields came, which are too many to name.
	More int64
}

// Error names the first fields, and says what to do.
func (e *UnknownFieldsError) Error() string {
	var parts []string
	for _, f := range e.Fields[:min(len(e.Fields), maxUnknownInError)] {
		text := fieldText(f.Field)
		if f.Table != "" {
			text += " of table " + f.Table
		}
		parts = append(parts, text+" ("+times(f.Count)+")")
	}
	if n := len(e.Fields) - len(parts); e.More > 0 {
		parts = append(parts, "and still more")
	} else if n > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", n))
	}
	return "fields came that are in no table: " + strings.Join(parts, ", ") +
		"; ask for them by name to have them, or do not be strict to go on without them"
}

// unknowns are Unknown notes, one for each table and field, in the order of their first.
type unknowns struct {
	list  []*Unknown
	index map[[2]string]*Unknown
	more  int64 // of fields beyond maxUnknown
}

func (u *unknowns) add(n Unknown) {
	if n.Count <= 0 {
		return
	}
	key := [2]string{n.Table, n.Field}
	have := u.index[key]
	switch {
	case have != nil:
		have.Count += n.Count
	case len(u.list) == maxUnknown:
		u.more += n.Count
	default:
		if u.index == nil {
			u.index = map[[2]string]*Unknown{}
		}
		u.index[key] = &Unknown{Table: n.Table, Field: n.Field, Count: n.Count}
		u.list = append(u.list, u.index[key])
	}
}

func (u *unknowns) merge(o unknowns) {
	for _, n := range o.list {
		u.add(*n)
	}
	u.more += o.more
}

// texts are the warnings.
func (u *unknowns) texts() []string {
	out := make([]string, 0, len(u.list)+1)
	for _, n := range u.list {
		text := "field " + fieldText(n.Field)
		if n.Table != "" {
			text = "table " + n.Table + ": " + text
		}
		out = append(out, text+" came "+times(n.Count)+" and is in no table")
	}
	if u.more > 0 {
		out = append(out, "still other fields came "+times(u.more)+" and are in no table")
	}
	return out
}

// err is nil when there are none.
func (u *unknowns) err() error {
	if len(u.list) == 0 {
		return nil
	}
	e := &UnknownFieldsError{More: u.more}
	for _, n := range u.list {
		e.Fields = append(e.Fields, *n)
	}
	return e
}

// fieldText is a field's name for people. The service chose it, so that it may be long and hold anything.
func fieldText(name string) string {
	runes := []rune(strings.ToValidUTF8(name, "�"))
	if len(runes) > maxFieldName {
		runes = append(runes[:maxFieldName:maxFieldName], '…')
	}
	odd := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '"' }
	if len(runes) == 0 || slices.ContainsFunc(runes, odd) {
		return strconv.Quote(string(runes))
	}
	return string(runes)
}

func times(n int64) string { return counts(n, "time", "times") }
