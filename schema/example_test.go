package schema_test

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

func reach() schema.Table {
	return schema.Table{
		Name: "reach",
		Columns: []schema.Column{
			{Name: "account_id", Type: arrow.BinaryTypes.String},
			{Name: "end_time", Type: arrow.FixedWidthTypes.Timestamp_us},
			{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		},
		Key: []string{"account_id", "end_time"},
	}
}

func Example() {
	c, err := reach().CDAP()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c)
	// Output:
	// {"type":"record","name":"etlSchemaBody","fields":[{"name":"account_id","type":"string"},{"name":"end_time","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"reach","type":["long","null"]}]}
}

func ExampleParseCDAP() {
	c, err := schema.ParseCDAP([]byte(`{"type":"record","name":"posts","fields":[{"name":"id","type":"STRING"},{"name":"likes","type":["null","long"]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := c.Table("posts")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, column := range t.Columns {
		fmt.Println(column.Name, column.Type, column.Nullable)
	}
	// Output:
	// id utf8 false
	// likes int64 true
}

func ExampleArrowJSON() {
	text, err := schema.ArrowJSON([]schema.Table{reach()})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
	// Output:
	// {
	//   "reach": {
	//     "primary_key": ["account_id", "end_time"],
	//     "fields": [
	//       {"name": "account_id", "type": "utf8", "nullable": false},
	//       {"name": "end_time", "type": "timestamp[us, tz=UTC]", "nullable": false},
	//       {"name": "reach", "type": "int64", "nullable": true}
	//     ]
	//   }
	// }
}
