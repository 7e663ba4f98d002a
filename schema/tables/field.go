package tables

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/internal/nearest"
)

// fieldName is what the name of a field can be made of. Anything more would be read as field expansion.
var fieldName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// A Remark is something to say about one of the fields a user asked for.
type Remark struct {
	// Element is the field.
	Element string
	// Message says what the matter is, Action what to do. Both are whole sentences.
	Message string
	Action  string
}

// fieldJudge collects the fields that a user asks for beside those a table has anyway, and what is to be
// said about them.
type fieldJudge struct {
	node  nodes.Node
	login string
	// one and many are what users call the node.
	one, many string
	// own are columns of the table that are no fields of the API, taken those that metrics and dimensions
	// of it have, metrics the names of such as could be mistaken for fields.
	own, taken, metrics []string
	// foreign says that the objects belong to other accounts.
	foreign bool
	// columns says that fields have columns in the table.
	columns bool

	seen               []string
	asked              []nodes.Field // in column order
	failures, warnings []Remark
}

// defaults adds the fields that every row has. id is among the columns of every table, by another name.
func (j *fieldJudge) defaults(names []string) {
	j.seen = append(j.seen, "id")
	if !j.columns {
		return
	}
	for _, name := range names {
		f, _ := j.node.Field(name)
		j.asked = append(j.asked, f)
		j.seen = append(j.seen, name)
	}
}

func (j *fieldJudge) fail(name, message, action string) {
	j.failures = append(j.failures, Remark{name, message, action})
}

func (j *fieldJudge) warn(name, message, action string) {
	j.warnings = append(j.warnings, Remark{name, message, action})
}

// ask judges a field that the user names; a repeat has been judged.
func (j *fieldJudge) ask(name string) {
	if slices.Contains(j.seen, name) {
		return
	}
	j.seen = append(j.seen, name)
	_, edge := j.node.Edge(name)
	switch {
	case strings.TrimSpace(name) == "":
		j.fail(name, "A name in the list of fields is empty.", "Take out the comma too many.")
	case !fieldName.MatchString(name):
		j.fail(name, fmt.Sprintf("%s is not the name of a field.", name),
			"Name plain fields, and read nested ones with a query.")
	case edge:
		// An edge's answer holds its paging links, and these the token.
		j.fail(name, fmt.Sprintf("%s is an edge of %s and not a field of it.", name, j.one),
			"Leave it out, and read it with a query.")
	case slices.Contains(j.own, name):
		j.warn(name, fmt.Sprintf("%s is no field of the API; the table has this column anyway.", name), "Leave it out.")
	case name == SnapshotDateColumn:
		j.fail(name, name+" is no field of the API; it is the column of a table of snapshots.", "Leave it out, and set snapshots to true to have it.")
	case slices.Contains(j.taken, name):
		j.fail(name, fmt.Sprintf("%s is chosen as a metric or dimension, and the table has one column of that name.", name),
			"Leave it out of the fields.")
	default:
		j.add(name)
	}
}

// add judges a name that can be a field's, and gives it a column.
func (j *fieldJudge) add(name string) {
	f, known := j.node.Field(name)
	if !known {
		f = nodes.Field{Name: name, Type: nodes.String}
	} else if !j.readable(f) {
		return
	}
	if !j.columns {
		j.warn(name, fmt.Sprintf("%s has no column in the long layout.", name), "Leave it out, or choose the wide layout.")
		return
	}
	switch {
	case !known:
		j.unknown(name)
	case f.Doubtful:
		j.warn(name, fmt.Sprintf("%s is documented for %s, but the API most likely refuses it.", name, j.many),
			"Leave it out if the call fails.")
	case j.foreign && !f.Public:
		j.warn(name, fmt.Sprintf("%s is not known to be public, and the %s belong to other accounts.", name, j.many),
			"Leave it out if the call fails.")
	}
	j.asked = append(j.asked, f)
}

// readable says whether the API can answer a field of the catalogue, and if not, why.
func (j *fieldJudge) readable(f nodes.Field) bool {
	switch {
	case !f.On(j.login):
		j.fail(f.Name, fmt.Sprintf("%s can be read with the %s login alone.", f.Name, f.Login),
			fmt.Sprintf("Leave it out, or set the login to %s.", f.Login))
	case f.RemovedIn != "":
		j.fail(f.Name, fmt.Sprintf("%s was removed in %s.", f.Name, f.RemovedIn), "Leave it out.")
	case f.OnlyIn != "":
		j.fail(f.Name, fmt.Sprintf("%s can be read through %s alone.", f.Name, f.OnlyIn),
			"Leave it out, and read it with a query.")
	case f.Argument != "":
		j.fail(f.Name, fmt.Sprintf("%s cannot be read without its argument %s.", f.Name, f.Argument),
			"Leave it out, and read it with a query.")
	default:
		return true
	}
	return false
}

// unknown says what may have been meant by a name that the catalogue does not have.
func (j *fieldJudge) unknown(name string) {
	action := "Leave it out if the call fails."
	if slices.Contains(j.metrics, name) {
		action = "Name it among the metrics if that was meant."
	} else if near := nearest.Name(name, j.node.FieldNames(j.login)); near != "" {
		action = fmt.Sprintf("Use %s if that was meant.", near)
	}
	j.warn(name, fmt.Sprintf("%s is not a field of %s that is known; it is read as text.", name, j.many), action)
}

// sentences are the failures, each in one text.
func (j *fieldJudge) sentences() []string {
	var sentences []string
	for _, f := range j.failures {
		sentences = append(sentences, f.Message+" "+f.Action)
	}
	return sentences
}

// fields appends a column for each field.
func (l *Layout) fields(fields []nodes.Field) {
	for _, f := range fields {
		l.addNullable(Field, f.Name, f.Name, fieldType(f), fieldDoc(f))
		l.Fields = append(l.Fields, f)
	}
}

func fieldType(f nodes.Field) arrow.DataType {
	switch f.Type {
	case nodes.Int:
		return intType
	case nodes.Float:
		return floatType
	case nodes.Bool:
		return boolType
	case nodes.Datetime:
		return momentType
	default:
		return textType
	}
}

func fieldDoc(f nodes.Field) string {
	switch {
	case f.Doc == "":
		return fmt.Sprintf("Field %s as the API gives it, as text.", f.Name)
	case !f.Type.Scalar():
		return strings.TrimSuffix(f.Doc, ".") + ", as JSON text."
	default:
		return f.Doc
	}
}
