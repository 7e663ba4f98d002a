// Preview shows what a form would: what is wrong with a choice, and the schema it gives, before any call.
//
//	go run ./examples/preview reach,views day
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/plugin"
)

func main() {
	metrics, period := "reach,views,follows_and_unfollows", "day"
	if len(os.Args) > 2 {
		metrics, period = os.Args[1], os.Args[2]
	}
	source, err := plugin.Open(igsource.Instagram, map[string]string{
		"referenceName":  "preview",
		"accessToken":    "${secure(instagram)}", // a macro: not needed for the schema
		"requestType":    "account_insights",
		"accountId":      "all",
		"accountMetrics": metrics,
		"period":         period,
		"fromDate":       "30 days ago",
		"toDate":         "yesterday",
	}, plugin.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, f := range source.Validate() {
		property, element := f.Property()
		fmt.Printf("%s %s: %s %s\n", property, element, f.Message, f.CorrectiveAction)
	}
	tables, err := source.Tables()
	if err != nil {
		return // what is wrong has been said
	}
	for _, t := range tables {
		fmt.Printf("%s, key %s\n", t.Name, strings.Join(t.Key, "+"))
		for _, c := range t.Columns {
			fmt.Printf("  %-24s %s\n", c.Name, c.Type)
		}
	}
}
