package keboola_test

import (
	"fmt"

	"github.com/igsource/igsource/cmd/igsource/keboola"
)

func ExampleParse() {
	c, err := keboola.Parse([]byte(`{"parameters": {
		"accounts": {"17841400000000001": {"id": "17841400000000001", "name": "Brand"}},
		"queries": [{"id": 1, "type": "nested-query", "name": "media", "query": {"path": "media", "ids": "", "fields": "id,caption", "limit": "50"}}]
	}}`))
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Properties()["queries"])
	tables, err := c.Source(true).Tables()
	fmt.Println(tables[0].Name, tables[0].Key, err)
	// Output:
	// [{"name":"media","endpoint":"media","fields":"id,caption","accounts":["17841400000000001"],"limit":"50"}]
	// accounts [id] <nil>
}
