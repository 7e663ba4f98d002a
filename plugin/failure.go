package plugin

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A Failure is one thing that is wrong with a configuration, in the shape of CDAP's validation answers:
// {message, correctiveAction, causes[{attributes}]}.
type Failure struct {
	Message string
	// CorrectiveAction says what to do; empty is JSON null.
	CorrectiveAction string
	Causes           []Cause
}

// A Cause says where a failure lies.
type Cause struct{ Attributes []Attribute }

// An Attribute is a name and a value of a Cause; their order is kept.
type Attribute struct{ Name, Value string }

// Names of the attributes that igsource uses, from CDAP's CauseAttributes.
const (
	AttrStage         = "stage"
	AttrStageConfig   = "stageConfig"
	AttrConfigElement = "configElement"
)

// Fail returns a failure on no property in particular.
func Fail(message, correctiveAction string) Failure {
	return Failure{Message: message, CorrectiveAction: correctiveAction}
}

// On returns f with a cause on a property.
func (f Failure) On(property string) Failure {
	f.Causes = append(f.Causes[:len(f.Causes):len(f.Causes)], Cause{[]Attribute{{AttrStageConfig, property}}})
	return f
}

// OnElement returns f with a cause on one element of a property that holds several.
func (f Failure) OnElement(property, element string) Failure {
	f.Causes = append(f.Causes[:len(f.Causes):len(f.Causes)],
		Cause{[]Attribute{{AttrStageConfig, property}, {AttrConfigElement, element}}})
	return f
}

// AtStage returns f with a stage attribute in every cause, as CDAP's collector adds it: a failure
// without a cause gets one.
func (f Failure) AtStage(stage string) Failure {
	causes := make([]Cause, 0, max(1, len(f.Causes)))
	for _, c := range f.Causes {
		causes = append(causes, Cause{append(c.Attributes[:len(c.Attributes):len(c.Attributes)], Attribute{AttrStage, stage})})
	}
	if len(causes) == 0 {
		causes = append(causes, Cause{[]Attribute{{AttrStage, stage}}})
	}
	f.Causes = causes
	return f
}

// Property returns the property that the first cause names, and its element, or empty.
func (f Failure) Property() (name, element string) {
	for _, c := range f.Causes {
		for _, a := range c.Attributes {
			switch a.Name {
			case AttrStageConfig:
				name = a.Value
			case AttrConfigElement:
				element = a.Value
			}
		}
		if name != "" {
			return name, element
		}
	}
	return "", ""
}

// String is the failure as one line for people: where, what, what to do.
func (f Failure) String() string {
	var b strings.Builder
	if p, _ := f.Property(); p != "" {
		b.WriteString(p + ": ")
	}
	b.WriteString(f.Message)
	if f.CorrectiveAction != "" {
		b.WriteString(" " + f.CorrectiveAction)
	}
	return b.String()
}

// MarshalJSON implements json.Marshaler in CDAP's shape.
func (f Failure) MarshalJSON() ([]byte, error) {
	out := struct {
		Message          string  `json:"message"`
		CorrectiveAction *string `json:"correctiveAction"`
		Causes           []Cause `json:"causes"`
	}{Message: f.Message, Causes: f.Causes}
	if f.CorrectiveAction != "" {
		out.CorrectiveAction = &f.CorrectiveAction
	}
	if out.Causes == nil {
		out.Causes = []Cause{}
	}
	return json.Marshal(out)
}

// MarshalJSON implements json.Marshaler: the attributes as an object, in order.
func (c Cause) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"attributes":{`)
	for i, a := range c.Attributes {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range []string{a.Name, a.Value} {
			if j > 0 {
				b.WriteByte(':')
			}
			text, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
	}
	b.WriteString("}}")
	return b.Bytes(), nil
}
