package plugin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

// shopJSON is a descriptor with one of everything.
const shopJSON = `{
  "name": "Shop",
  "type": "batchsource",
  "description": "Reads a shop.",
  "properties": {
    "referenceName": {"name": "referenceName", "description": "Name.", "type": "string", "required": true, "macroSupported": false, "macroEscapingEnabled": false},
    "token": {"name": "token", "description": "Token.", "type": "string", "required": true, "macroSupported": true, "macroEscapingEnabled": false},
    "mode": {"name": "mode", "description": "Mode.", "type": "string", "required": true, "macroSupported": true, "macroEscapingEnabled": false},
    "orderId": {"name": "orderId", "description": "Orders.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false},
    "columns": {"name": "columns", "description": "Columns.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false, "default": "id,total"},
    "pages": {"name": "pages", "description": "Pages.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false, "default": "3"},
    "limit": {"name": "limit", "description": "Rows.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false},
    "ratio": {"name": "ratio", "description": "Ratio.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false},
    "timeout": {"name": "timeout", "description": "Timeout.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false, "default": "2m"},
    "strict": {"name": "strict", "description": "Strict.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false, "default": "false"},
    "note": {"name": "note", "description": "Note.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": true},
    "appSecret": {"name": "appSecret", "description": "Secret.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false},
    "schema": {"name": "schema", "description": "Schema.", "type": "string", "required": false, "macroSupported": false, "macroEscapingEnabled": false}
  },
  "metadata": {"spec-version": "1.5"},
  "display-name": "The Shop",
  "configuration-groups": [
    {"label": "Basic", "properties": [
      {"widget-type": "textbox", "label": "Reference Name", "name": "referenceName"},
      {"widget-type": "password", "label": "Token", "name": "token"},
      {"widget-type": "select", "label": "Mode", "name": "mode", "widget-attributes": {"default": "orders", "values": [{"value": "orders", "label": "Orders"}, {"value": "stock", "label": "Stock"}]}},
      {"widget-type": "csv", "label": "Order", "name": "orderId"},
      {"widget-type": "multi-select", "label": "Columns", "name": "columns", "widget-attributes": {"delimiter": ",", "options": [{"id": "id", "label": "Id"}, {"id": "total", "label": "Total"}, {"id": "tax", "label": "Tax"}]}},
      {"widget-category": "plugin", "widget-type": "get-schema", "widget-attributes": {"position": "bottom-left"}}
    ]},
    {"label": "Advanced", "properties": [
      {"widget-type": "number", "label": "Pages", "name": "pages", "widget-attributes": {"default": 3}},
      {"widget-type": "number", "label": "Rows", "name": "limit"},
      {"widget-type": "textbox", "label": "Ratio", "name": "ratio"},
      {"widget-type": "textbox", "label": "Timeout", "name": "timeout"},
      {"widget-type": "toggle", "label": "Strict", "name": "strict", "widget-attributes": {"on": {"value": "true", "label": "Yes"}, "off": {"value": "false", "label": "No"}, "default": "false"}},
      {"widget-type": "textarea", "label": "Note", "name": "note"},
      {"widget-type": "securekey-password", "label": "Secret", "name": "appSecret"}
    ]}
  ],
  "outputs": [{"name": "schema", "label": "Schema", "widget-type": "schema", "widget-attributes": {"schema-types": ["string"]}}],
  "filters": [
    {"name": "orders", "condition": {"expression": "mode == 'orders'"}, "show": [{"name": "orderId", "type": "property"}, {"name": "columns"}]},
    {"name": "stock", "condition": {"property": "mode", "operator": "not equal to", "value": "orders"}, "show": [{"name": "limit"}]}
  ],
  "jump-config": {"datasets": [{"ref-property-name": "referenceName"}]}
}`

func shop(t testing.TB) *plugin.Descriptor {
	t.Helper()
	d, err := plugin.ParseDescriptor([]byte(shopJSON))
	require.NoError(t, err)
	return d
}

func TestParseDescriptor(t *testing.T) {
	d := shop(t)
	assert.Equal(t, "Shop", d.Name)
	assert.Equal(t, "batchsource", d.Type)
	assert.Equal(t, "The Shop", d.DisplayName)
	assert.Equal(t, "Reads a shop.", d.Description)
	assert.Equal(t, []string{
		"referenceName", "token", "mode", "orderId", "columns", "pages", "limit", "ratio", "timeout",
		"strict", "note", "appSecret", "schema",
	}, d.PropertyNames())
	assert.Equal(t, shopJSON, string(d.JSON()))

	mode, ok := d.Property("mode")
	assert.True(t, ok)
	assert.Equal(t, plugin.Property{Name: "mode", Description: "Mode.", Required: true, MacroSupported: true, Widget: plugin.Widget{
		Type: "select", Label: "Mode", Group: "Basic", Options: []plugin.Option{{Value: "orders", Label: "Orders"}, {Value: "stock", Label: "Stock"}},
	}}, mode)
	strict, _ := d.Property("strict")
	assert.Equal(t, []plugin.Option{{Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}, strict.Widget.Options)
	assert.Equal(t, "false", strict.Default)
	note, _ := d.Property("note")
	assert.True(t, note.MacroEscaping)
	output, _ := d.Property("schema")
	assert.Equal(t, plugin.Widget{Type: "schema", Label: "Schema"}, output.Widget)
	_, ok = d.Property("nothing")
	assert.False(t, ok)

	for name, want := range map[string]bool{"token": true, "appSecret": true, "mode": false, "nothing": false} {
		assert.Equal(t, want, d.Secret(name), name)
	}
}

func TestDescriptorJSONIsTheCallers(t *testing.T) {
	d := shop(t)
	d.JSON()[0] = 'x'
	assert.Equal(t, shopJSON, string(d.JSON()))
}

// TestParseDescriptorRefuses breaks the descriptor in one place at a time.
func TestParseDescriptorRefuses(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"plugin name":          {`"name": "Shop"`, `"name": "My-Shop"`, `plugin: name "My-Shop" may hold letters, digits, _ and . only: CDAP splits file names at the first -`},
		"no plugin name":       {`"name": "Shop",`, ``, `plugin: name is missing`},
		"property name form":   {`"limit": {"name": "limit"`, `"row-limit": {"name": "row-limit"`, "property row-limit: a property's name holds letters, digits and _, and begins with no digit\ngroup Advanced: properties[1]: there is no property \"limit\"; did you mean \"row-limit\"?\nproperty row-limit: no group shows it\nfilter stock: there is no property \"limit\"; did you mean \"row-limit\"?"},
		"plugin type":          {`"type": "batchsource"`, `"type": "batchsink"`, `plugin: type "batchsink" is not batchsource`},
		"no description":       {`"description": "Reads a shop."`, `"description": " "`, `plugin: description is empty`},
		"null description":     {`"description": "Reads a shop."`, `"description": null`, `plugin: description is missing`},
		"member":               {`"outputs"`, `"output"`, "plugin: unknown member \"output\"; did you mean \"outputs\"?\nproperty schema: no group shows it"},
		"member twice":         {`"type": "batchsource",`, `"type": "batchsource", "type": "batchsource",`, `plugin: member "type" stands twice`},
		"spec version":         {`"spec-version": "1.5"`, `"spec-version": "new"`, `metadata: spec-version "new" is not like 1.5`},
		"spec version missing": {`{"spec-version": "1.5"}`, `{}`, `plugin: metadata: spec-version is missing`},
		"spec version number":  {`"spec-version": "1.5"`, `"spec-version": 1.5`, `plugin: metadata: spec-version must be a string`},
		"emit-errors":          {`"display-name"`, `"emit-errors": "yes", "display-name"`, `plugin: emit-errors must be true or false`},

		"property type":      {`"description": "Rows.", "type": "string"`, `"description": "Rows.", "type": "int"`, `property limit: type "int" is not string: all values are text`},
		"property name":      {`{"name": "limit", "desc`, `{"name": "limits", "desc`, `property limit: name is "limits"`},
		"property flag":      {`"description": "Rows.", "type": "string", "required": false`, `"description": "Rows.", "type": "string", "required": "no"`, `property limit: required must be true or false`},
		"property flag gone": {`"description": "Rows.", "type": "string", "required": false,`, `"description": "Rows.", "type": "string",`, `property limit: required is missing`},
		"property member":    {`"description": "Rows.", "type": "string"`, `"description": "Rows.", "type": "string", "defualt": "1"`, `property limit: unknown member "defualt"; did you mean "default"?`},
		"property children":  {`"description": "Rows.", "type": "string"`, `"description": "Rows.", "type": "string", "children": ["a"]`, `property limit: has children; all values are text`},
		"property no object": {`"limit": {"name": "limit", "description": "Rows.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false}`, `"limit": "x"`, `property limit: want a JSON object`},
		"required default":   {`"description": "Mode.", "type": "string", "required": true`, `"description": "Mode.", "type": "string", "required": true, "default": "stock"`, "property mode: a required property has no default\nproperty mode: the widget's default \"orders\" is not the property's, \"stock\""},
		"default macro":      {`"default": "2m"`, `"default": "${t}"`, `property timeout: default "${t}" holds a macro`},
		"default number":     {`"default": "2m"`, `"default": 2`, `property timeout: default must be a string`},
		"escaping alone":     {`"description": "Schema.", "type": "string", "required": false, "macroSupported": false, "macroEscapingEnabled": false`, `"description": "Schema.", "type": "string", "required": false, "macroSupported": false, "macroEscapingEnabled": true`, `property schema: macroEscapingEnabled without macroSupported`},

		"widget unknown name":  {`"label": "Ratio", "name": "ratio"`, `"label": "Ratio", "name": "ration"`, "group Advanced: properties[2]: there is no property \"ration\"; did you mean \"ratio\"?\nproperty ratio: no group shows it"},
		"widget type":          {`"widget-type": "csv"`, `"widget-type": "Csv"`, `group Basic: properties[3]: unknown widget-type "Csv"; did you mean "csv"?`},
		"widget member":        {`{"widget-type": "csv",`, `{"widget-type": "csv", "placeholder": "x",`, `group Basic: properties[3]: unknown member "placeholder"`},
		"widget label":         {`"label": "Order", `, ``, `group Basic: properties[3]: label is missing`},
		"widget name":          {`{"widget-type": "textarea", "label": "Note", "name": "note"}`, `{"widget-type": "textarea", "label": "Note"}`, "group Advanced: properties[5]: name is missing\nproperty note: no group shows it"},
		"in two groups":        {`"label": "Rows", "name": "limit"}`, `"label": "Rows", "name": "limit"}, {"widget-type": "csv", "label": "Order", "name": "orderId"}`, `group Advanced: properties[2]: property orderId is shown twice: in group Basic and in group Advanced`},
		"group label":          {`"label": "Advanced"`, `"label": "Basic"`, `group Basic: stands twice`},
		"group without label":  {`"label": "Advanced", "properties"`, `"properties"`, `configuration-groups[1]: label is missing`},
		"select default":       {`"default": "orders"`, `"default": "order"`, `property mode: default "order" is not among the options`},
		"multi-select default": {`"default": "id,total"`, `"default": "id,sum"`, `property columns: default "sum" is not among the options`},
		"toggle default":       {`"label": "No"}, "default": "false"`, `"label": "No"}, "default": "no"`, "property strict: default \"no\" is not among the options\nproperty strict: the widget's default \"no\" is not the property's, \"false\""},
		"two defaults":         {`"widget-attributes": {"default": 3}`, `"widget-attributes": {"default": 4}`, `property pages: the widget's default "4" is not the property's, "3"`},
		"no options":           {`"values": [{"value": "orders", "label": "Orders"}, {"value": "stock", "label": "Stock"}]`, `"values": []`, `property mode: a select needs options`},
		"option twice":         {`{"id": "tax", "label": "Tax"}`, `{"id": "id", "label": "Tax"}`, `property columns: widget-attributes: option "id" stands twice`},
		"option member":        {`{"id": "tax", "label": "Tax"}`, `{"value": "tax", "label": "Tax"}`, "property columns: widget-attributes: options[2]: unknown member \"value\"\nproperty columns: widget-attributes: options[2]: id is missing"},
		"secret default":       {`"label": "Token", "name": "token"`, `"label": "Token", "name": "token", "widget-attributes": {"default": "x"}`, `property token: a secret has no default`},
		"two outputs":          {`"outputs": [`, `"outputs": [{"widget-type": "schema"}, `, `outputs: there are 2; a source has at most one`},
		"output type":          {`"widget-type": "schema", "widget-attributes": {"schema`, `"widget-type": "textbox", "widget-attributes": {"schema`, `outputs[0]: unknown widget-type "textbox"`},
		"output name":          {`"name": "schema", "label": "Schema"`, `"name": "scheme", "label": "Schema"`, "outputs[0]: there is no property \"scheme\"; did you mean \"schema\"?\nproperty schema: no group shows it"},
		"jump":                 {`"ref-property-name": "referenceName"`, `"ref-property-name": "reference"`, `jump-config: datasets[0]: there is no property "reference"; did you mean "referenceName"?`},

		"filter name":        {`"name": "orders", "condition"`, `"condition"`, `filters[0]: name is missing`},
		"filter twice":       {`"name": "stock", "condition"`, `"name": "orders", "condition"`, `filter orders: stands twice`},
		"filter show":        {`{"name": "columns"}]`, `{"name": "column"}]`, `filter orders: there is no property "column"; did you mean "columns"?`},
		"filter show group":  {`{"name": "columns"}]`, `{"name": "Advance", "type": "group"}]`, `filter orders: shows the group "Advance", which does not exist; did you mean "Advanced"?`},
		"filter show type":   {`{"name": "columns"}]`, `{"name": "columns", "type": "field"}]`, `filter orders: shows columns as a "field"; a filter shows a property or a group`},
		"filter shows none":  {`[{"name": "limit"}]`, `[]`, `filter stock: shows nothing`},
		"filter no show":     {`, "show": [{"name": "limit"}]`, ``, `filter stock: show is missing`},
		"filter condition":   {`"condition": {"expression": "mode == 'orders'"}, `, ``, `filter orders: condition is missing`},
		"filter empty":       {`{"expression": "mode == 'orders'"}`, `{}`, "filter orders: condition: property is missing\nfilter orders: condition: operator is missing"},
		"filter both":        {`{"expression": "mode == 'orders'"}`, `{"expression": "mode == 'orders'", "operator": "exists"}`, `filter orders: condition: has an expression and an operator; write one`},
		"filter identifier":  {`mode == 'orders'`, `mod == 'orders'`, `filter orders: condition: there is no property "mod"; did you mean "mode"?`},
		"filter expression":  {`mode == 'orders'`, `mode = 'orders'`, `filter orders: condition: expression "mode = 'orders'": expected an operator, found "=" at column 6`},
		"filter property":    {`{"property": "mode", "op`, `{"property": "moed", "op`, `filter stock: condition: there is no property "moed"; did you mean "mode"?`},
		"filter operator":    {`"not equal to"`, `"not equal"`, `filter stock: condition: unknown operator "not equal"; did you mean "not equal to"?`},
		"filter value":       {`, "value": "orders"}`, `}`, `filter stock: condition: operator "not equal to" needs a value`},
		"filter value shape": {`, "value": "orders"}`, `, "value": ["orders"]}`, `filter stock: condition: value must be a string, a number or a boolean`},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(shopJSON, c.old, c.new, 1)
			require.NotEqual(t, shopJSON, broken, "the test changes nothing")
			d, err := plugin.ParseDescriptor([]byte(broken))
			require.EqualError(t, err, "plugin descriptor: "+c.want)
			assert.Nil(t, d)
		})
	}
}

func TestOptionsMayBeBare(t *testing.T) {
	text := strings.Replace(shopJSON, `[{"value": "orders", "label": "Orders"}, {"value": "stock", "label": "Stock"}]`, `["orders", 5, true]`, 1)
	d, err := plugin.ParseDescriptor([]byte(text))
	require.NoError(t, err)
	mode, _ := d.Property("mode")
	assert.Equal(t, []plugin.Option{{Value: "orders", Label: "orders"}, {Value: "5", Label: "5"}, {Value: "true", Label: "true"}}, mode.Widget.Options)

	_, err = plugin.ParseDescriptor([]byte(strings.Replace(text, `5`, `[5]`, 1)))
	assert.Error(t, err)
	_, err = plugin.ParseDescriptor([]byte(strings.Replace(text, `5, true`, `1e999`, 1)))
	assert.EqualError(t, err, "plugin descriptor: property mode: widget-attributes: options[1]: value must be a string, a number or a boolean")
}

func TestParseDescriptorTellsAll(t *testing.T) {
	broken := strings.NewReplacer(`"name": "Shop"`, `"name": "S-1"`, `"widget-type": "csv"`, `"widget-type": "csw"`,
		`mode == 'orders'`, `mode === 'orders'`).Replace(shopJSON)
	_, err := plugin.ParseDescriptor([]byte(broken))
	require.Error(t, err)
	assert.Equal(t, 3, len(strings.Split(err.Error(), "\n")), err)
}

func TestParseDescriptorOfNoJSON(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "plugin descriptor: not JSON: EOF",
		"{":                    "plugin descriptor: not JSON: unexpected EOF",
		"{\n\"name\": \n}":     "plugin descriptor: line 3 is no JSON: invalid character '}' looking for beginning of value",
		"{} {}":                "plugin descriptor: something follows the JSON object",
		"[]":                   "plugin: want a JSON object",
		"null":                 "plugin: want a JSON object",
		`{"properties": {}}`:   "properties: there are none",
		`{"properties": [1]}`:  "plugin: properties: want a JSON object",
		`{"filters": {"a":1}}`: "plugin: filters must be a list",
	} {
		_, err := plugin.ParseDescriptor([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseDescriptor(f *testing.F) {
	f.Add([]byte(greeterJSON))
	f.Add([]byte(`{"properties":{"a":null},"filters":[{"condition":{"expression":"((a"}}],"configuration-groups":[{"properties":[null]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := plugin.ParseDescriptor(text)
		if err != nil {
			return
		}
		if !json.Valid(text) {
			t.Fatal("no JSON, and no error")
		}
		again, err := plugin.ParseDescriptor(d.JSON())
		if err != nil || len(again.Properties) != len(d.Properties) {
			t.Fatalf("differs when read again: %v", err)
		}
		visible := d.Visible(nil)
		for _, name := range d.PropertyNames() {
			_ = visible(name)
		}
	})
}
