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

func ExampleChoice_MediaGroups() {
	groups := metrics.Choice{
		Object:       metrics.Media,
		Metrics:      []string{"reach", "likes", "ig_reels_avg_watch_time", "facebook_views"},
		ProductTypes: []string{"FEED", "REELS"},
	}.MediaGroups()
	fmt.Println("every page:", groups.Common.Metrics)
	for _, t := range groups.Types {
		for _, g := range t.Groups {
			fmt.Println("each", t.ProductType+":", g.Metrics)
		}
	}
	// Output:
	// every page: [reach likes]
	// each FEED: [facebook_views]
	// each REELS: [ig_reels_avg_watch_time]
	// each REELS: [facebook_views]
}
