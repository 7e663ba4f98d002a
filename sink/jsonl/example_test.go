package jsonl_test

import (
	"fmt"
	"os"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/jsonl"
)

func ExampleNewEncoder() {
	table := schema.Table{Name: "account_insights", Columns: []schema.Column{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
		{Name: "online_followers", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
	}}
	end := time.Date(2026, 10, 2, 7, 0, 0, 0, time.UTC)
	rows := plugintest.Record(table, []any{"17841405793187218", end, map[string]any{"0": 71, "1": 40}}, []any{"17841405793187219", end, nil})
	defer rows.Release()

	e, err := jsonl.NewEncoder(os.Stdout, table)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Release()
	if err := e.Write(rows); err != nil {
		fmt.Println(err)
	}
	if err := e.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"account_id":"17841405793187218","end_time":"2026-10-02T07:00:00Z","online_followers":{"0":71,"1":40}}
	// {"account_id":"17841405793187219","end_time":"2026-10-02T07:00:00Z","online_followers":null}
}
