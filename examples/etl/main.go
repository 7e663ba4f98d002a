// Etl is an ETL program with a loop of its own: it takes Arrow batches from the source one by one, and
// sums a column without a cell being copied.
//
//	IGSOURCE_TOKEN=… go run ./examples/etl 17841400000000001
//	igsource graph-server --addr 127.0.0.1:8080   # or try it without a token: it prints URL, token and ids
//	IGSOURCE_GRAPH_URL=http://127.0.0.1:8080 IGSOURCE_TOKEN=… go run ./examples/etl all
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/plugin"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("name one account id, or all")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	source, err := plugin.Open(igsource.Instagram, map[string]string{
		"referenceName":  "etl",
		"accessToken":    os.Getenv("IGSOURCE_TOKEN"),
		"requestType":    "account_insights",
		"accountId":      os.Args[1],
		"accountMetrics": "reach,views",
		"period":         "day",
		"fromDate":       "28 days ago",
		"toDate":         "yesterday",
	}, plugin.Options{Environment: plugin.Environment{Endpoint: os.Getenv("IGSOURCE_GRAPH_URL")}})
	if err != nil {
		return err
	}
	reader, err := plugin.Records(ctx, source, "account_insights", plugin.RunOptions{})
	if err != nil {
		return err
	}
	defer reader.Release()

	var rows, views int64
	for reader.Next() {
		batch := reader.Record() // lent until the next call
		rows += batch.NumRows()
		column := batch.Column(batch.Schema().FieldIndices("views")[0]).(*array.Int64)
		for i := range column.Len() {
			if column.IsValid(i) {
				views += column.Value(i)
			}
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	fmt.Printf("%d rows, %d views\n", rows, views)
	return nil
}
