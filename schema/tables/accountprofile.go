package tables

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/internal/nearest"
)

// AccountProfileTable is the name of the table of account profiles.
const AccountProfileTable = "account_profile"

// profileNode is the node a profile is read from.
const profileNode = "IGUser"

// profileDefaults are the fields every profile has, in column order.
var profileDefaults = []string{"username", "name", "biography", "website", "followers_count",
	"follows_count", "media_count", "profile_picture_url"}

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

// CheckProfileFields says what is wrong with fields asked for beside those every profile has: failures
// make the table impossible or its reading hopeless, warnings do not. Login is facebook, instagram, or
// empty if not known yet, which judges no host.
func CheckProfileFields(fields []string, login string) (failures, warnings []Remark) {
	_, failures, warnings = profileFields(fields, login)
	return failures, warnings
}

// AccountProfile returns the layout of the account_profile table with fields beside the defaults; those
// asked twice, or among the defaults, stand once. A field that the catalogue does not have becomes a
// text column and a warning; fields of objects and lists hold JSON text. Failures of
// CheckProfileFields come as the error.
func AccountProfile(fields []string, login string) (l Layout, warnings []Remark, err error) {
	asked, failures, warnings := profileFields(fields, login)
	if len(failures) > 0 {
		sentences := make([]string, len(failures))
		for i, f := range failures {
			sentences[i] = f.Message + " " + f.Action
		}
		return Layout{}, warnings, fmt.Errorf("table %s: %w", AccountProfileTable, errors.New(strings.Join(sentences, " ")))
	}
	l.Shape, l.Form, l.Table.Name = Wide, Profile, AccountProfileTable
	l.accountID()
	for _, f := range asked {
		l.addNullable(Field, f.Name, f.Name, fieldType(f), fieldDoc(f))
	}
	l.retrievedAt()
	l.key(AccountID)
	return l, warnings, l.Table.Check()
}

// profileFields returns the fields of a profile in column order, without id, which account_id holds.
func profileFields(fields []string, login string) (asked []nodes.Field, failures, warnings []Remark) {
	node, _ := nodes.Lookup(profileNode)
	seen := []string{"id"}
	for _, name := range profileDefaults {
		f, _ := node.Field(name)
		asked = append(asked, f)
		seen = append(seen, name)
	}
	for _, name := range fields {
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		f, known := node.Field(name)
		switch {
		case !known:
			failure, warning := unknownField(node, name, login)
			failures, warnings = append(failures, failure...), append(warnings, warning...)
			f = nodes.Field{Name: name, Type: nodes.String}
			if !fieldName.MatchString(name) || name == "account_id" || name == "retrieved_at" {
				continue
			}
		case !f.On(login):
			failures = append(failures, Remark{name,
				fmt.Sprintf("%s can be read with the %s login alone.", name, f.Login),
				fmt.Sprintf("Leave it out, or set the login to %s.", f.Login)})
		case f.Argument != "":
			failures = append(failures, Remark{name,
				fmt.Sprintf("%s cannot be read without its argument %s.", name, f.Argument),
				"Leave it out, and read it with a query."})
		case f.Doubtful:
			warnings = append(warnings, Remark{name,
				fmt.Sprintf("%s is documented for accounts, but the API most likely refuses it.", name),
				"Leave it out if the call fails."})
		}
		asked = append(asked, f)
	}
	return asked, failures, warnings
}

// unknownField judges a name that is no field of node.
func unknownField(node nodes.Node, name, login string) (failures, warnings []Remark) {
	_, edge := node.Edge(name)
	switch {
	case strings.TrimSpace(name) == "":
		return []Remark{{name, "A name in the list of fields is empty.", "Take out the comma too many."}}, nil
	case !fieldName.MatchString(name):
		return []Remark{{name, fmt.Sprintf("%s is not the name of a field.", name),
			"Name plain fields, and read nested ones with a query."}}, nil
	case edge:
		// An edge's answer holds its paging links, and these the token.
		return []Remark{{name, fmt.Sprintf("%s is an edge of an account and not a field of it.", name),
			"Leave it out, and read it with a query."}}, nil
	case name == "account_id" || name == "retrieved_at":
		return nil, []Remark{{name, fmt.Sprintf("%s is no field of the API; the table has this column anyway.", name),
			"Leave it out."}}
	}
	action := "Leave it out if the call fails."
	if near := nearest.Name(name, node.FieldNames(login)); near != "" {
		action = fmt.Sprintf("Use %s if that was meant.", near)
	}
	return nil, []Remark{{name, fmt.Sprintf("%s is not a field of accounts that is known; it is read as text.", name), action}}
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
