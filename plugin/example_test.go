package plugin_test

import (
	"context"
	"fmt"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

const greeterJSON = `{
  "name": "Greeter", "type": "batchsource", "description": "Greets everybody it is given.",
  "properties": {
    "names":    {"name": "names", "description": "Whom to greet.", "type": "string", "required": true, "macroSupported": true, "macroEscapingEnabled": false},
    "greeting": {"name": "greeting", "description": "How.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false, "default": "Hello"}
  },
  "metadata": {"spec-version": "1.5"},
  "configuration-groups": [{"label": "Basic", "properties": [
    {"widget-type": "csv", "label": "Names", "name": "names"},
    {"widget-type": "textbox", "label": "Greeting", "name": "greeting"}
  ]}]
}`

// A greeter is a source with one table, one split and one batch.
type greeter struct {
	properties *plugin.Properties
	config     struct {
		Names    []string `property:"names"`
		Greeting string   `property:"greeting"`
	}
	failures []plugin.Failure
}

func newGreeter(properties *plugin.Properties, _ plugin.Options) plugin.Source {
	g := &greeter{properties: properties}
	g.failures = append(properties.Failures(), properties.Decode(&g.config)...)
	return g
}

func (g *greeter) Validate() []plugin.Failure { return g.failures }

func (g *greeter) Tables() ([]schema.Table, error) {
	return []schema.Table{{
		Name:    "greetings",
		Columns: []schema.Column{{Name: "greeting", Type: arrow.BinaryTypes.String}},
		Key:     []string{"greeting"},
	}}, nil
}

func (g *greeter) Plan(context.Context, plugin.PlanRequest) (plugin.Plan, error) {
	if len(g.failures) > 0 {
		return plugin.Plan{}, &plugin.InvalidError{Failures: g.failures}
	}
	return plugin.Plan{Splits: []plugin.Split{{ID: "all", Properties: g.properties.Hash()}}}, nil
}

func (g *greeter) Read(_ context.Context, split plugin.Split, _ plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) {
		if split.Properties != g.properties.Hash() {
			yield(plugin.Batch{}, plugin.ErrForeignSplit)
			return
		}
		tables, _ := g.Tables()
		builder := array.NewRecordBuilder(memory.DefaultAllocator, tables[0].Arrow())
		defer builder.Release()
		for _, name := range g.config.Names {
			builder.Field(0).(*array.StringBuilder).Append(g.config.Greeting + ", " + name + "!")
		}
		record := builder.NewRecord()
		defer record.Release()
		yield(plugin.Batch{Table: "greetings", Record: record, Mark: "end"}, nil)
	}
}

func (g *greeter) Finish(context.Context, bool) error { return nil }

func Example() {
	descriptor, err := plugin.ParseDescriptor([]byte(greeterJSON))
	if err != nil {
		panic(err)
	}
	plugin.Register(descriptor, newGreeter)

	// Nothing given: all that is wrong, without any error of Open's.
	source, _ := plugin.Open("greeter", nil, plugin.Options{})
	for _, failure := range source.Validate() {
		fmt.Println(failure)
	}

	ctx := context.Background()
	source, _ = plugin.Open("greeter", map[string]string{"names": "${first},Ben"}, plugin.Options{
		Macros: &plugin.Macros{Arguments: map[string]string{"first": "Ada"}},
	})
	defer source.Finish(ctx, true)
	tables, _ := source.Tables()
	fmt.Println(tables[0].Name, tables[0].Arrow().Field(0).Type)
	plan, _ := source.Plan(ctx, plugin.PlanRequest{})
	for _, split := range plan.Splits {
		for batch, err := range source.Read(ctx, split, plugin.ReadOptions{}) {
			if err != nil {
				panic(err)
			}
			fmt.Println(batch.Record.Column(0), batch.Mark)
		}
	}
	// Output:
	// names: Required property 'names' has no value.
	// greetings utf8
	// ["Hello, Ada!" "Hello, Ben!"] end
}
