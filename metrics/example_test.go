package metrics_test

import (
	"fmt"

	"github.com/igsource/igsource/metrics"
)

func Example() {
	choice := metrics.Choice{
		Object:  metrics.Account,
		Metrics: []string{"reach", "views", "follower_count", "saved"},
		Period:  metrics.Day,
	}
	for _, p := range choice.Problems() {
		fmt.Println(p.Kind, p.Element+":", p.Message, p.Action)
	}
	for _, g := range choice.Groups() {
		fmt.Println(g.Type, g.Metrics)
	}
	// Output:
	// metrics saved: saved is a metric of media, not of accounts. Use saves, which is the nearest name for accounts.
	// time_series [reach]
	// total_value [views]
	// time_series [follower_count]
}

func ExampleLookup() {
	m, ok := metrics.Lookup(metrics.Media, "plays")
	fmt.Println(ok, m.Status, m.Removed, m.ReplacedBy)
	// Output:
	// true removed 2025-04-21 views
}
