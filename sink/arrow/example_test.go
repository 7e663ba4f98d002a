package arrow_test

import (
	"bytes"
	"fmt"

	v15 "github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/arrow"
)

func ExampleNewEncoder() {
	table := schema.Table{Name: "account_profile", Key: []string{"account_id"}, Columns: []schema.Column{
		{Name: "account_id", Type: v15.BinaryTypes.String},
		{Name: "followers_count", Type: v15.PrimitiveTypes.Int64, Nullable: true},
	}}
	rows := plugintest.Record(table, []any{"17841405793187218", 1024})
	defer rows.Release()

	var stream bytes.Buffer
	e, err := arrow.NewEncoder(&stream, table)
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

	r, err := ipc.NewReader(&stream)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Release()
	back, err := schema.FromArrow("", r.Schema())
	fmt.Println(back.Name, back.Key, err)
	for r.Next() {
		fmt.Println(r.Record().Column(1))
	}
	// Output:
	// account_profile [account_id] <nil>
	// [1024]
}
