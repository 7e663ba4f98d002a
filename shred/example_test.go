package shred_test

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/shred"
)

func Example() {
	plan, err := shred.CompileInsights([]shred.Measure{{Name: "reach"}, {Name: "views"}}, nil)
	if err != nil {
		panic(err)
	}
	facts := plan.NewFacts()
	scope := shred.Scope{Object: "17841400000000001", Location: time.UTC, From: 20_000, To: 20_001, Day: 20_000}
	answer, err := facts.Decode([]byte(`{"data": [
		{"name": "reach", "period": "day", "values": [{"value": 12, "end_time": "2024-10-05T00:00:00+0000"}]},
		{"name": "views", "period": "day", "total_value": {"value": 40}}]}`), scope)
	if err != nil {
		panic(err)
	}
	record, err := facts.Wide(shred.Layout{
		Schema: arrow.NewSchema([]arrow.Field{
			{Name: "account_id", Type: arrow.BinaryTypes.String},
			{Name: "date", Type: arrow.FixedWidthTypes.Date32},
			{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			{Name: "views", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		}, nil),
		Columns: []shred.Slot{{Role: shred.RoleObject}, {Role: shred.RoleDate}, {Role: shred.RoleMeasure, Index: 0}, {Role: shred.RoleMeasure, Index: 1}},
	})
	if err != nil {
		panic(err)
	}
	defer record.Release()
	for i := range record.Columns() {
		fmt.Println(record.ColumnName(i), record.Column(i))
	}
	fmt.Println("reach:", answer.Measures[0].Facts, "value; day after:", facts.Has(scope.Object, 0, 20_001))
	// Output:
	// account_id ["17841400000000001"]
	// date [20000]
	// reach [12]
	// views [40]
	// reach: 1 value; day after: false
}

func ExampleDecoder() {
	plan, err := shred.Compile(shred.RootList, shred.Node{
		Table:   "media",
		Schema:  arrow.NewSchema([]arrow.Field{{Name: "media_id", Type: arrow.BinaryTypes.String}, {Name: "owner_id", Type: arrow.BinaryTypes.String, Nullable: true}}, nil),
		Columns: []shred.Field{{Path: "id"}, {Path: "owner.id"}},
		Edges: []shred.Edge{{Path: "comments", Node: shred.Node{
			Table:   "comments",
			Schema:  arrow.NewSchema([]arrow.Field{{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "media_id", Type: arrow.BinaryTypes.String}}, nil),
			Columns: []shred.Field{{Path: "text"}, {Parent: "media_id"}},
		}}},
	})
	if err != nil {
		panic(err)
	}
	page, err := plan.NewDecoder().Decode([]byte(`{"data": [{"id": "1", "owner": {"id": "7"}, "comments": {
		"data": [{"text": "\ud83d\ude0d", "id": "2"}], "paging": {"cursors": {"after": "C"}, "next": "https:\/\/…"}}}],
		"paging": {"cursors": {"after": "M"}}}`))
	if err != nil {
		panic(err)
	}
	defer page.Release()
	for i, table := range plan.Tables() {
		fmt.Println(table, page.Records[i].Columns())
	}
	fmt.Println("cursor", page.After, page.More)
	for _, open := range page.Open {
		fmt.Println("more", open.Edge, "of", open.Parent, "after", open.After)
	}
	// Output:
	// media [["1"] ["7"]]
	// comments [["😍"] ["1"]]
	// cursor M false
	// more comments of 1 after C
}

// Insights of posts as rows of a table of their own, whatever metrics come.
func ExampleNode_values() {
	text := arrow.BinaryTypes.String
	plan, err := shred.Compile(shred.RootList, shred.Node{
		Table:   "media",
		Schema:  arrow.NewSchema([]arrow.Field{{Name: "id", Type: text}}, nil),
		Columns: []shred.Field{{Path: "id"}},
		Edges: []shred.Edge{{Path: "insights", Node: shred.Node{
			Table:  "insights",
			Values: true,
			Schema: arrow.NewSchema([]arrow.Field{
				{Name: "parent_id", Type: text}, {Name: "name", Type: text}, {Name: "key1", Type: text}, {Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			}, nil),
			Columns: []shred.Field{{Parent: "id"}, {Path: "name"}, {Value: shred.ValueKey1}, {Value: shred.ValueNumber}},
		}}},
	})
	if err != nil {
		panic(err)
	}
	page, err := plan.NewDecoder().Decode([]byte(`{"data": [{"id": "1", "insights": {"data": [
		{"name": "reach", "period": "lifetime", "values": [{"value": 12}]},
		{"name": "taps", "total_value": {"value": {"forward": 3, "back": 1}}}]}}]}`))
	if err != nil {
		panic(err)
	}
	defer page.Release()
	for i, column := range page.Records[1].Columns() {
		fmt.Println(page.Records[1].ColumnName(i), column)
	}
	// Output:
	// parent_id ["1" "1" "1"]
	// name ["reach" "taps" "taps"]
	// key1 ["" "forward" "back"]
	// value [12 3 1]
}
