package nodes_test

import (
	"fmt"

	"github.com/igsource/igsource/graphapi/nodes"
)

func ExampleRoots() {
	for _, r := range nodes.Roots() {
		if r.On("instagram") {
			fmt.Println(r.Name, r.Node)
		}
	}
	// Output:
	// me IGUser
}

func Example() {
	user, _ := nodes.Lookup("IGUser")
	field, ok := user.Field("followers_count")
	fmt.Println(ok, field.Type, field.Doc)
	// Output:
	// true int How many accounts follow the account now.
}
