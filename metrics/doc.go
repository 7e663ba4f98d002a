// Package metrics knows which insights metrics the Graph API has, and which of them fit together.
//
// What it knows is data: catalogue.json, embedded. A new version of the API is an edit of that file; no
// metric is named in Go. Lookup and All read it. A Choice is what a user asked for: Problems says all
// that is wrong with it and what would fit instead, Groups cuts it into the fewest requests that the
// API answers, and MediaGroups into those that media of each product type need.
//
//	choice := metrics.Choice{
//		Object:  metrics.Account,
//		Metrics: []string{"reach", "views", "follower_count"},
//		Period:  metrics.Day,
//	}
//	for _, p := range choice.Problems() {
//		fmt.Println(p.Kind, p.Element, p.Message, p.Action)
//	}
//	for _, g := range choice.Groups() {
//		fmt.Println(g.Type, g.Metrics)
//	}
//
// Nothing here calls the network or reads a clock, and everything is safe for concurrent use. The
// slices inside a Metric belong to the catalogue: do not change them.
package metrics
