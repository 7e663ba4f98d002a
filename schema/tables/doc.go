// Package tables makes the tables of the request types: from the metrics, dimensions and fields that a
// user chose, or the query they wrote, the Arrow columns and the key of what will be delivered, before any
// call is made.
//
//	layout, err := tables.AccountInsights(tables.AccountInsightsOptions{
//		Metrics: []string{"reach", "views"},
//		Period:  metrics.Day,
//		Shape:   tables.Wide,
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(layout.Table.Key)
//
// AccountInsights, AccountProfile, Media and MediaChildren make the tables. What is wrong with a choice is
// said by metrics.Choice, MediaOptions.Problems, CheckProfileFields and CheckMediaFields, one remark for
// each bad name.
//
// Query makes the tables of a query, whatever its depth, and the tree of positions that fill them.
//
// A Layout says of every column what it is for, so that rows can be built without knowing names. The
// same options give the same layout. Everything is safe for concurrent use.
package tables
