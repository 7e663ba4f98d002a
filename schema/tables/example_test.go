package tables_test

import (
	"fmt"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
)

func ExampleAccountInsights() {
	layout, err := tables.AccountInsights(tables.AccountInsightsOptions{
		Metrics: []string{"reach", "views"},
		Period:  metrics.Day,
		Shape:   tables.Wide,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(layout.Table.Key, layout.Names(tables.Measure))
	// Output:
	// [account_id period date] [reach views]
}

func ExampleAccountProfile() {
	layout, warnings, err := tables.AccountProfile([]string{"ig_id", "folowers_count"}, "facebook")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(layout.Names(tables.Field)[8:])
	for _, w := range warnings {
		fmt.Println(w.Message, w.Action)
	}
	// Output:
	// [ig_id folowers_count]
	// folowers_count is not a field of accounts that is known; it is read as text. Use followers_count if that was meant.
}
