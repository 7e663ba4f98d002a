package igsource_test

import (
	"context"
	"fmt"
	"time"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// The whole of embedding: open, take the records, loop. The Graph API here is a built-in one.
func Example() {
	now := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	world := graphtest.NewWorld(1, graphtest.WithNow(now), graphtest.WithAccounts(2))
	server, err := graphtest.Listen("127.0.0.1:0", world)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	source, err := plugin.Open(igsource.Instagram, map[string]string{
		"referenceName": "brand", "accessToken": world.Token(graphtest.Facebook), "requestType": "account_insights",
		"accountId": "all", "accountMetrics": "reach,views", "period": "day", "fromDate": "28 days ago", "toDate": "yesterday",
	}, plugin.Options{Start: now, Environment: plugin.Environment{Endpoint: server.URL}})
	if err != nil {
		fmt.Println(err)
		return
	}
	reader, err := plugin.Records(context.Background(), source, "account_insights", plugin.RunOptions{Start: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reader.Release()
	rows := 0
	for reader.Next() {
		rows += int(reader.Record().NumRows())
	}
	fmt.Println(rows, "rows,", reader.Schema().NumFields(), "columns,", reader.Err())
	// Output: 56 rows, 6 columns, <nil>
}
