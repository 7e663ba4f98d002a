package nodes

import "slices"

// A Type is the JSON type of a field.
type Type string

// The types. A Datetime is a string such as 2019-09-26T22:36:43+0000.
const (
	String   Type = "string"
	Int      Type = "int"
	Float    Type = "float"
	Bool     Type = "bool"
	Datetime Type = "datetime"
	Object   Type = "object"
	List     Type = "list"
)

// Scalar says whether a value of t is one value, and neither an object nor a list.
func (t Type) Scalar() bool { return t != Object && t != List }

// A Node is a kind of object that the Graph API answers, or that lies inside such a one. Its JSON form
// is what `igsource nodes --json` prints.
type Node struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// DefaultFields are what the API gives when no fields are asked for; if empty, it gives all.
	DefaultFields []string `json:"default_fields"`
	Fields        []Field  `json:"fields"`
	Edges         []Edge   `json:"edges"`
}

// A Field is one field of a Node.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	// Node is the node that an Object is, or that a List is of. It may be one that the catalogue does
	// not have, and is empty where the API names none.
	Node string `json:"node,omitempty"`
	// Login is the only login whose host has the field, or empty for both.
	Login string `json:"login,omitempty"`
	// Public says that the field can be read of objects of others too.
	Public bool `json:"public,omitempty"`
	// Since is the day the field came, yyyy-mm-dd, where it is known.
	Since string `json:"since,omitempty"`
	// RemovedIn is the first version that refuses the field.
	RemovedIn string `json:"removed_in,omitempty"`
	// MediaTypes are the media_type or media_product_type that have the field; empty for all.
	MediaTypes []string `json:"media_types,omitempty"`
	// Separate says that the field fails the whole request for objects it does not suit, and so is asked
	// of those alone that it does.
	Separate bool `json:"separate,omitempty"`
	// OnlyIn is the field that the objects must be read through for this one to be answered.
	OnlyIn string `json:"only_in,omitempty"`
	// Argument is the argument without which the field cannot be asked for.
	Argument string `json:"argument,omitempty"`
	// Foreign says that the objects behind the field may belong to other accounts, as with an Edge.
	Foreign bool `json:"foreign,omitempty"`
	// Identifies says that the field tells the objects of one list apart, where they have no id.
	Identifies bool `json:"identifies,omitempty"`
	// Secret says that the value is a credential, which must reach no output.
	Secret bool `json:"secret,omitempty"`
	// Doubtful says that the documentation lists the field but the API most likely refuses it.
	Doubtful bool   `json:"doubtful,omitempty"`
	Doc      string `json:"doc"`
}

// On says whether the host of login has the field; every host has it for an empty login.
func (f Field) On(login string) bool { return f.Login == "" || login == "" || f.Login == login }

// Suits says whether a media of these media_type and media_product_type has the field.
func (f Field) Suits(mediaType, productType string) bool {
	return len(f.MediaTypes) == 0 || slices.Contains(f.MediaTypes, mediaType) || slices.Contains(f.MediaTypes, productType)
}

// An Edge leads from a Node to a list of others.
type Edge struct {
	Name string `json:"name"`
	// Node is what the edge leads to. It may be one that the catalogue does not have.
	Node string `json:"node"`
	// Login is the only login whose host has the edge, or empty for both.
	Login  string  `json:"login,omitempty"`
	Params []Param `json:"params,omitempty"`
	// DefaultFields are what the edge gives when no fields are asked for, where they are not those of
	// the node it leads to.
	DefaultFields []string `json:"default_fields,omitempty"`
	// ProductTypes are the media_product_types of the media the edge gives, where they are known.
	ProductTypes []string `json:"product_types,omitempty"`
	// Foreign says that what the edge gives belongs to other accounts: only public fields of it can be
	// counted on, and no insights.
	Foreign bool `json:"foreign,omitempty"`
	// MaxLimit is the largest page the edge is known to give; 0: not known.
	MaxLimit int `json:"max_limit,omitempty"`
	// NoNext says that its pages name no next page: the cursor alone leads on.
	NoNext bool `json:"no_next,omitempty"`
	// Single says that the list has at most one object.
	Single bool `json:"single,omitempty"`
	// Summary are the fields of the object that summary(true) adds to the list, where they are known; all
	// but total_count come only if named.
	Summary []Field `json:"summary,omitempty"`
	Doc     string  `json:"doc"`
}

// On says whether the host of login has the edge; every host has it for an empty login.
func (e Edge) On(login string) bool { return e.Login == "" || login == "" || e.Login == login }

// A Param is a parameter that an Edge takes.
type Param struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Required bool   `json:"required,omitempty"`
}

// Field returns the field of n called name, exactly.
func (n Node) Field(name string) (Field, bool) {
	for _, f := range n.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Edge returns the edge of n called name, exactly.
func (n Node) Edge(name string) (Edge, bool) {
	for _, e := range n.Edges {
		if e.Name == name {
			return e, true
		}
	}
	return Edge{}, false
}

// Defaults returns the names of the fields that the API gives when none are asked for.
func (n Node) Defaults() []string {
	if len(n.DefaultFields) > 0 {
		return n.DefaultFields
	}
	return n.FieldNames("")
}

// FieldNames returns the names of the fields that login's host has, in catalogue order; of all for an
// empty login.
func (n Node) FieldNames(login string) []string {
	var names []string
	for _, f := range n.Fields {
		if f.On(login) {
			names = append(names, f.Name)
		}
	}
	return names
}
