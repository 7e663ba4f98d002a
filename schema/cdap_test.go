package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema"
)

func TestParseCDAPPrintsWhatItRead(t *testing.T) {
	for _, text := range []string{
		`"null"`, `"boolean"`, `"int"`, `"long"`, `"float"`, `"double"`, `"bytes"`, `"string"`,
		`["long","null"]`,
		`["null","long"]`,
		`[{"type":"map","keys":"string","values":"long"},{"type":"array","items":"int"},"string"]`,
		`{"type":"int","logicalType":"date"}`,
		`{"type":"long","logicalType":"timestamp-millis"}`,
		`{"type":"long","logicalType":"timestamp-micros"}`,
		`{"type":"int","logicalType":"time-millis"}`,
		`{"type":"long","logicalType":"time-micros"}`,
		`{"type":"bytes","logicalType":"decimal","precision":12,"scale":3}`,
		`{"type":"string","logicalType":"datetime"}`,
		`{"type":"enum","symbols":["A","B"]}`,
		`{"type":"array","items":["string","null"]}`,
		`{"type":"record","name":"a","fields":[{"name":"x<y&\"z\"","type":"string"}]}`,
		`{"type":"record","name":"a","fields":[{"name":"b","type":{"type":"record","name":"b","fields":[{"name":"x","type":"int"}]}},{"name":"c","type":"b"},{"name":"up","type":["a","null"]}]}`,
		`{"type":"record","name":"etlSchemaBody","fields":[{"name":"id","type":"string"},{"name":"value","type":["long","null"]},{"name":"end_time","type":[{"type":"long","logicalType":"timestamp-micros"},"null"]},{"name":"tags","type":{"type":"array","items":"string"}},{"name":"dist","type":{"type":"map","keys":"string","values":"long"}},{"name":"kind","type":{"type":"enum","symbols":["A","B"]}}]}`,
	} {
		t.Run(text, func(t *testing.T) {
			c, err := schema.ParseCDAP([]byte(text))
			require.NoError(t, err)
			assert.Equal(t, text, c.String())
			marshalled, err := json.Marshal(c)
			require.NoError(t, err)
			assert.JSONEq(t, text, string(marshalled))
			var again schema.CDAP
			require.NoError(t, json.Unmarshal([]byte(text), &again))
			assert.Equal(t, c, again)
		})
	}
}

func TestParseCDAPReadsWhatCDAPReads(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"names in either case":        {`"STRING"`, `"string"`},
		"a simple type as an object":  {`{"type":"Long"}`, `"long"`},
		"members in any order":        {`{"fields":[{"type":"int","name":"x"}],"name":"a","type":"RECORD"}`, `{"type":"record","name":"a","fields":[{"name":"x","type":"int"}]}`},
		"members it does not know":    {`{"type":"array","items":"int","doc":{"a":[1]},"default":null}`, `{"type":"array","items":"int"}`},
		"the logical type decides":    {`{"type":"string","logicalType":"date"}`, `{"type":"int","logicalType":"date"}`},
		"a logical type without type": {`{"logicalType":"time-micros"}`, `{"type":"long","logicalType":"time-micros"}`},
		"a null logical type":         {`{"type":"long","logicalType":null}`, `"long"`},
		"a decimal without scale":     {`{"type":"bytes","logicalType":"decimal","precision":5}`, `{"type":"bytes","logicalType":"decimal","precision":5,"scale":0}`},
		"a record twice the same": {
			`{"type":"record","name":"a","fields":[{"name":"x","type":{"type":"record","name":"b","fields":[{"name":"i","type":"int"}]}},{"name":"y","type":{"type":"record","name":"b","fields":[{"name":"i","type":"int"}]}}]}`,
			`{"type":"record","name":"a","fields":[{"name":"x","type":{"type":"record","name":"b","fields":[{"name":"i","type":"int"}]}},{"name":"y","type":"b"}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := schema.ParseCDAP([]byte(c.text))
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
}

func TestParseCDAPSaysWhatIsWrongAndWhere(t *testing.T) {
	field := func(inner string) string {
		return `{"type":"record","name":"a","fields":[{"name":"x","type":{"type":"array","items":` + inner + `}}]}`
	}
	for name, c := range map[string]struct{ text, want string }{
		"not JSON":            {`{"type":`, `CDAP schema: unexpected end of JSON input`},
		"more than one value": {`"int" "int"`, `CDAP schema: invalid character '"' after top-level value`},
		"null":                {`null`, `CDAP schema: a type is a name, an object or an array, not null`},
		"a number":            {field(`3`), `CDAP schema: x.items: a type is a name, an object or an array, not a number`},
		"an unknown word":     {field(`"varchar"`), `CDAP schema: x.items: "varchar" is neither a simple type nor a record defined before`},
		"no type":             {field(`{"name":"y"}`), `CDAP schema: x.items: an object has no type`},
		"a type of a type":    {field(`{"type":{"type":"int"}}`), `CDAP schema: x.items: the type of an object is a name, not an object`},
		"a named union":       {field(`{"type":"union"}`), `CDAP schema: x.items: "union" is neither a simple type nor a record defined before`},
		"an empty union":      {field(`[]`), `CDAP schema: x.items: a union is empty`},
		"a bad alternative":   {field(`["int",true]`), `CDAP schema: x.items[1]: a type is a name, an object or an array, not a boolean`},
		"two maps": {
			field(`[{"type":"map","keys":"string","values":"int"},{"type":"map","keys":"string","values":"long"}]`),
			`CDAP schema: x.items: a union holds more than one map or array`,
		},
		"two arrays": {
			field(`[{"type":"array","items":"int"},{"type":"array","items":"long"}]`),
			`CDAP schema: x.items: a union holds more than one map or array`,
		},
		"no items":              {`{"type":"array"}`, `CDAP schema: items is missing`},
		"no keys":               {`{"type":"map","values":"int"}`, `CDAP schema: keys is missing`},
		"no values":             {`{"type":"map","keys":"string"}`, `CDAP schema: values is missing`},
		"an unknown logical":    {`{"type":"long","logicalType":"instant"}`, `CDAP schema: instant is not a logical type`},
		"no precision":          {`{"logicalType":"decimal"}`, `CDAP schema: a decimal needs a precision above 0`},
		"half a digit":          {`{"logicalType":"decimal","precision":1.5}`, `CDAP schema: precision is a whole number, not 1.5`},
		"a scale too large":     {`{"logicalType":"decimal","precision":2,"scale":3}`, `CDAP schema: the scale of a decimal is from 0 to its precision 2, not 3`},
		"a scale of text":       {`{"logicalType":"decimal","precision":2,"scale":"1"}`, `CDAP schema: scale is a whole number, not 1`},
		"no symbols":            {`{"type":"enum"}`, `CDAP schema: an enum has no symbols`},
		"a symbol twice":        {`{"type":"enum","symbols":["A","A"]}`, `CDAP schema: the symbol "A" stands twice in an enum`},
		"a symbol of no text":   {`{"type":"enum","symbols":[1]}`, `CDAP schema: a symbol of an enum is a string, not a number`},
		"a nameless record":     {`{"type":"record","fields":[{"name":"x","type":"int"}]}`, `CDAP schema: a record has no name`},
		"a record called long":  {`{"type":"record","name":"Long","fields":[{"name":"x","type":"int"}]}`, `CDAP schema: a record is called "Long", which is the name of a type`},
		"an empty record":       {`{"type":"record","name":"a","fields":[]}`, `CDAP schema: record a has no fields`},
		"a nameless field":      {`{"type":"record","name":"a","fields":[{"type":"int"}]}`, `CDAP schema: field 1 of record a has no name`},
		"a field of no object":  {`{"type":"record","name":"a","fields":["x"]}`, `CDAP schema: field 1 of record a has no name`},
		"a field without type":  {`{"type":"record","name":"a","fields":[{"name":"x"}]}`, `CDAP schema: x: the field has no type`},
		"a field twice":         {`{"type":"record","name":"a","fields":[{"name":"x","type":"int"},{"name":"x","type":"int"}]}`, `CDAP schema: field x of record a stands twice`},
		"defined inside itself": {`{"type":"record","name":"a","fields":[{"name":"x","type":{"type":"record","name":"a","fields":[{"name":"y","type":"int"}]}}]}`, `CDAP schema: x: record a is defined inside itself`},
		"defined twice": {
			`{"type":"record","name":"a","fields":[{"name":"x","type":{"type":"record","name":"b","fields":[{"name":"i","type":"int"}]}},{"name":"y","type":{"type":"record","name":"b","fields":[{"name":"i","type":"long"}]}}]}`,
			`CDAP schema: y: record b is defined twice, and differently`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.ParseCDAP([]byte(c.text))
			assert.EqualError(t, err, c.want)
		})
	}
	_, err := schema.ParseCDAP([]byte(strings.Repeat("[", 300) + `"int"` + strings.Repeat("]", 300)))
	assert.ErrorContains(t, err, "nests deeper than 200")
}

func TestNullable(t *testing.T) {
	for text, want := range map[string]string{
		`["long","null"]`: `"long"`, `["null","long"]`: `"long"`,
		`["null","null"]`: "", `["long"]`: "", `["long","int"]`: "", `["long","int","null"]`: "", `"long"`: "",
	} {
		c, err := schema.ParseCDAP([]byte(text))
		require.NoError(t, err)
		inner, ok := c.Nullable()
		assert.Equal(t, want != "", ok, text)
		if ok {
			assert.Equal(t, want, inner.String(), text)
		} else {
			assert.Equal(t, c, inner, text)
		}
	}
}

func FuzzParseCDAP(f *testing.F) {
	for _, seed := range []string{
		`"int"`, `["null","long"]`, `{"type":"enum","symbols":["A"]}`, `{"logicalType":"decimal","precision":4,"scale":2}`,
		`{"type":"record","name":"a","fields":[{"name":"b","type":{"type":"map","keys":"string","values":["a","null"]}}]}`,
		`{"type":"record","name":"a","fields":[{"name":"b","type":{"type":"array","items":{"type":"record","name":"c","fields":[{"name":"d","type":"DOUBLE"}]}}},{"name":"e","type":"c"}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := schema.ParseCDAP([]byte(text))
		if err != nil {
			return
		}
		printed := c.String()
		again, err := schema.ParseCDAP([]byte(printed))
		require.NoError(t, err, printed)
		require.Equal(t, printed, again.String())
		// What becomes a table comes back as a schema, and that as the same table.
		table, err := c.Table("t")
		if err != nil {
			return
		}
		back, err := table.CDAP()
		require.NoError(t, err)
		second, err := back.Table("t")
		require.NoError(t, err)
		require.True(t, table.Equal(second), "%s became %s", printed, back)
	})
}
