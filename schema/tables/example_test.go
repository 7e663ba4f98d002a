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

func ExampleMedia() {
	options := tables.MediaOptions{
		Table:   tables.AccountMediaTable,
		Edge:    tables.MediaEdge,
		Login:   "facebook",
		Metrics: []string{"reach", "reels_skip_rate"},
		Fields:  []string{"caption", "children"},
	}
	layout, _, err := tables.Media(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(layout.Table.Key, layout.Names(tables.Field), layout.Names(tables.Measure))
	if options.Children() {
		fmt.Println(tables.MediaChildren().Table.Name)
	}
	// Output:
	// [media_id] [media_type media_product_type permalink timestamp caption] [reach reels_skip_rate]
	// account_media_children
}

func ExampleMediaMetrics() {
	fmt.Println(tables.MediaMetrics(tables.StoriesEdge, "instagram"))
	// Output:
	// [reach shares total_interactions views follows profile_visits profile_activity navigation replies reposts facebook_views]
}

func ExampleQuery() {
	layout, failures, warnings := tables.Query(tables.QueryOptions{
		Name:     "media_comments",
		Endpoint: "media",
		Fields:   "captoin,comments{text,from{username}}",
		Accounts: true,
		Login:    "facebook",
	})
	if layout == nil {
		fmt.Println(failures)
		return
	}
	for _, t := range layout.Tables {
		fmt.Println(t.Name, t.Key)
		for _, c := range t.Columns[4:] {
			fmt.Println(" ", c.Name, c.Type)
		}
	}
	for _, w := range warnings {
		fmt.Println(w.Message, w.Action)
	}
	comments := layout.Root.Children[0]
	fmt.Println(comments.GraphNode, comments.Path, comments.Item)
	// Output:
	// media_comments_media [parent_id id]
	//   captoin utf8
	// media_comments [parent_id id]
	//   text utf8
	//   from_username utf8
	// column 1 of fields: captoin is not a field of IGMedia that is known; it is read as text. Use caption if that was meant.
	// page_media_comments comments comments{text,from{username}}
}
