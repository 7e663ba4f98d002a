package fields_test

import (
	"errors"
	"fmt"

	"github.com/igsource/igsource/graphapi/fields"
)

func Example() {
	list, err := fields.Parse(`
		id, caption,
		comments.limit(50) { text, replies.as(answers) { text } },
		insights.metric(reach, saved).period(lifetime)
	`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list)
	insights, _ := list.Find("insights")
	fmt.Printf("%q\n", insights.Args("metric"))
	comments, _ := list.Find("comments")
	fmt.Println(comments.With("limit", "25").With("after", "QVFI").Without("as"))
	// Output:
	// id,caption,comments.limit(50){text,replies.as(answers){text}},insights.metric(reach, saved).period(lifetime)
	// ["reach" "saved"]
	// comments.limit(25).after(QVFI){text,replies.as(answers){text}}
}

func ExampleParse_error() {
	_, err := fields.Parse("id,comments{text,,username}")
	fmt.Println(err)
	if e, ok := errors.AsType[*fields.SyntaxError](err); ok {
		fmt.Println(e.Column, e.Found, e.Expected)
	}
	// Output:
	// column 18 of fields: expected a field name, found "," in "id,comments{text,,username}"; there is a comma too many
	// 18 "," a field name
}

func ExampleNearest() {
	fmt.Println(fields.Known("metric"), fields.Known("metrics"), fields.Nearest("metrics"))
	// Output: true false metric
}
