package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema"
)

func one(t arrow.DataType, nullable bool) schema.Table {
	return schema.Table{Name: "t", Columns: []schema.Column{{Name: "c", Type: t, Nullable: nullable}}}
}

func mapOf(key, item arrow.DataType, nullable bool) arrow.DataType {
	m := arrow.MapOf(key, item)
	m.SetItemNullable(nullable)
	return m
}

// Types that go to CDAP and come back as they were.
func TestTypesBothWays(t *testing.T) {
	owner := arrow.StructOf(
		arrow.Field{Name: "id", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "seen", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
	)
	for _, c := range []struct {
		t    arrow.DataType
		want string
	}{
		{arrow.FixedWidthTypes.Boolean, `"boolean"`},
		{arrow.PrimitiveTypes.Int32, `"int"`},
		{arrow.PrimitiveTypes.Int64, `"long"`},
		{arrow.PrimitiveTypes.Float32, `"float"`},
		{arrow.PrimitiveTypes.Float64, `"double"`},
		{arrow.BinaryTypes.String, `"string"`},
		{arrow.BinaryTypes.Binary, `"bytes"`},
		{arrow.FixedWidthTypes.Date32, `{"type":"int","logicalType":"date"}`},
		{arrow.FixedWidthTypes.Timestamp_us, `{"type":"long","logicalType":"timestamp-micros"}`},
		{arrow.FixedWidthTypes.Timestamp_ms, `{"type":"long","logicalType":"timestamp-millis"}`},
		{&arrow.TimestampType{Unit: arrow.Microsecond}, `{"type":"string","logicalType":"datetime"}`},
		{arrow.FixedWidthTypes.Time32ms, `{"type":"int","logicalType":"time-millis"}`},
		{arrow.FixedWidthTypes.Time64us, `{"type":"long","logicalType":"time-micros"}`},
		{&arrow.Decimal128Type{Precision: 38, Scale: 9}, `{"type":"bytes","logicalType":"decimal","precision":38,"scale":9}`},
		{&arrow.Decimal256Type{Precision: 39}, `{"type":"bytes","logicalType":"decimal","precision":39,"scale":0}`},
		{mapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, true), `{"type":"map","keys":"string","values":["long","null"]}`},
		{mapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, false), `{"type":"map","keys":"string","values":"long"}`},
		{arrow.ListOf(arrow.BinaryTypes.String), `{"type":"array","items":["string","null"]}`},
		{arrow.ListOfNonNullable(arrow.PrimitiveTypes.Int64), `{"type":"array","items":"long"}`},
		{owner, `{"type":"record","name":"etlSchemaBody_c","fields":[{"name":"id","type":"string"},{"name":"seen","type":[{"type":"long","logicalType":"timestamp-micros"},"null"]}]}`},
		{arrow.ListOf(owner), `{"type":"array","items":[{"type":"record","name":"etlSchemaBody_c_items","fields":[{"name":"id","type":"string"},{"name":"seen","type":[{"type":"long","logicalType":"timestamp-micros"},"null"]}]},"null"]}`},
	} {
		for _, nullable := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s nullable=%v", c.t, nullable), func(t *testing.T) {
				table := one(c.t, nullable)
				got, err := table.CDAP()
				require.NoError(t, err)
				want := c.want
				if nullable {
					want = "[" + want + `,"null"]`
				}
				assert.Equal(t, `{"type":"record","name":"etlSchemaBody","fields":[{"name":"c","type":`+want+`}]}`, got.String())
				parsed, err := schema.ParseCDAP([]byte(got.String()))
				require.NoError(t, err)
				assert.Equal(t, got, parsed)
				back, err := parsed.Table("t")
				require.NoError(t, err)
				assert.True(t, table.Equal(back), "%v became %v", table, back)
				assert.Equal(t, c.t.String(), back.Columns[0].Type.String())
			})
		}
	}
}

// Types that CDAP has a wider one for.
func TestTypesOneWay(t *testing.T) {
	for _, c := range []struct {
		t    arrow.DataType
		want string
	}{
		{arrow.PrimitiveTypes.Int8, `"int"`},
		{arrow.PrimitiveTypes.Int16, `"int"`},
		{arrow.PrimitiveTypes.Uint8, `"int"`},
		{arrow.PrimitiveTypes.Uint16, `"int"`},
		{arrow.PrimitiveTypes.Uint32, `"long"`},
		{arrow.FixedWidthTypes.Float16, `"float"`},
		{arrow.BinaryTypes.LargeString, `"string"`},
		{arrow.BinaryTypes.LargeBinary, `"bytes"`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 4}, `"bytes"`},
		{arrow.Null, `"null"`},
		{arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int32), `{"type":"array","items":["int","null"]}`},
	} {
		got, err := one(c.t, false).CDAP()
		require.NoError(t, err)
		assert.Equal(t, `{"type":"record","name":"etlSchemaBody","fields":[{"name":"c","type":`+c.want+`}]}`, got.String())
	}
}

func TestTypesCDAPLacks(t *testing.T) {
	for _, c := range []struct {
		t    arrow.DataType
		want string
	}{
		{arrow.PrimitiveTypes.Uint64, "table t: c: CDAP has no type for Arrow's uint64"},
		{arrow.FixedWidthTypes.Date64, "table t: c: CDAP has no type for Arrow's date64"},
		{arrow.FixedWidthTypes.Timestamp_s, "table t: c: CDAP has no type for Arrow's timestamp[s, tz=UTC]"},
		{arrow.FixedWidthTypes.Timestamp_ns, "table t: c: CDAP has no type for Arrow's timestamp[ns, tz=UTC]"},
		{arrow.FixedWidthTypes.Time32s, "table t: c: CDAP has no type for Arrow's time32[s]"},
		{arrow.FixedWidthTypes.Time64ns, "table t: c: CDAP has no type for Arrow's time64[ns]"},
		{&arrow.Decimal128Type{Precision: 4, Scale: -2}, "table t: c: CDAP has no type for Arrow's decimal(4, -2)"},
		{arrow.StructOf(), "table t: c: CDAP has no type for a struct without fields"},
		{arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Uint64}), "table t: c.x: CDAP has no type for Arrow's uint64"},
		{arrow.ListOf(arrow.PrimitiveTypes.Uint64), "table t: c.items: CDAP has no type for Arrow's uint64"},
		{arrow.MapOf(arrow.PrimitiveTypes.Uint64, arrow.BinaryTypes.String), "table t: c.keys: CDAP has no type for Arrow's uint64"},
		{arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Uint64), "table t: c.values: CDAP has no type for Arrow's uint64"},
	} {
		_, err := one(c.t, true).CDAP()
		assert.EqualError(t, err, c.want)
	}
	_, err := schema.Table{Name: "t"}.CDAP()
	assert.EqualError(t, err, "table t has no columns")
}

func TestRecordNamesDoNotMeet(t *testing.T) {
	inner := arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int32})
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "a", Type: arrow.StructOf(arrow.Field{Name: "b", Type: inner})},
		{Name: "a_b", Type: arrow.StructOf(arrow.Field{Name: "y", Type: arrow.BinaryTypes.String})},
		{Name: "a.b", Type: inner},
	}}
	c, err := table.CDAP()
	require.NoError(t, err)
	assert.Equal(t, "etlSchemaBody_a", c.Fields[0].Type.Name)
	assert.Equal(t, "etlSchemaBody_a_b", c.Fields[0].Type.Fields[0].Type.Name)
	assert.Equal(t, "etlSchemaBody_a_b_2", c.Fields[1].Type.Name)
	assert.Equal(t, "etlSchemaBody_a_b_3", c.Fields[2].Type.Name)
	back, err := c.Table("t")
	require.NoError(t, err)
	assert.True(t, table.Equal(back))
}

func TestSchemasWithoutTable(t *testing.T) {
	field := func(inner string) string {
		return `{"type":"record","name":"a","fields":[{"name":"x","type":` + inner + `}]}`
	}
	for name, c := range map[string]struct{ text, want string }{
		"no record":        {`"string"`, "table t: a CDAP schema of a table is a record, not string"},
		"null alone":       {field(`"null"`), "table t: x: null alone is no type of a column"},
		"nulls alone":      {field(`["null","null"]`), "table t: x: a union other than of one type and null has no Arrow type"},
		"a union of two":   {field(`["int","string"]`), "table t: x: a union other than of one type and null has no Arrow type"},
		"a union of three": {field(`["int","string","null"]`), "table t: x: a union other than of one type and null has no Arrow type"},
		"a union of one":   {field(`["int"]`), "table t: x: a union other than of one type and null has no Arrow type"},
		"a list of unions": {field(`{"type":"array","items":["int","string"]}`), "table t: x.items: a union other than of one type and null has no Arrow type"},
		"a map of nulls":   {field(`{"type":"map","keys":"string","values":"null"}`), "table t: x.values: null alone is no type of a column"},
		"null keys":        {field(`{"type":"map","keys":["string","null"],"values":"int"}`), "table t: x: the keys of a map may be null, which Arrow's may not"},
		"keys of unions":   {field(`{"type":"map","keys":["string","int"],"values":"int"}`), "table t: x.keys: a union other than of one type and null has no Arrow type"},
		"a long decimal":   {field(`{"logicalType":"decimal","precision":77}`), "table t: x: Arrow has no decimal of 77 digits: 76 is the most"},
		"holds itself":     {field(`["a","null"]`), "table t: x: record a holds itself, which Arrow cannot"},
	} {
		t.Run(name, func(t *testing.T) {
			c1, err := schema.ParseCDAP([]byte(c.text))
			require.NoError(t, err)
			_, err = c1.Table("t")
			assert.EqualError(t, err, c.want)
		})
	}
}

func TestSchemasMadeByHand(t *testing.T) {
	for want, c := range map[string]schema.CDAP{
		`table t: x: record nowhere is defined nowhere before`: {Type: schema.CDAPRecord, Name: "nowhere"},
		`table t: x: "uuid" is not a type of CDAP's`:           {Type: "uuid"},
		`table t: x.items: null alone is no type of a column`:  {Type: schema.CDAPArray},
		`table t: x.keys: null alone is no type of a column`:   {Type: schema.CDAPMap},
	} {
		record := schema.CDAP{Type: schema.CDAPRecord, Name: "a", Fields: []schema.CDAPField{{Name: "x", Type: c}}}
		assert.NotEmpty(t, record.String())
		_, err := record.Table("t")
		assert.EqualError(t, err, want)
	}
}

func TestEnumsAndRepeatedRecordsBecomeArrow(t *testing.T) {
	c, err := schema.ParseCDAP([]byte(`{"type":"record","name":"a","fields":[
		{"name":"kind","type":{"type":"enum","symbols":["A","B"]}},
		{"name":"from","type":{"type":"record","name":"point","fields":[{"name":"x","type":"double"}]}},
		{"name":"to","type":["point","null"]}]}`))
	require.NoError(t, err)
	got, err := c.Table("t")
	require.NoError(t, err)
	point := arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Float64})
	want := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "kind", Type: arrow.BinaryTypes.String},
		{Name: "from", Type: point},
		{Name: "to", Type: point, Nullable: true},
	}}
	assert.True(t, want.Equal(got), "%v", got)
}

// A few hundred bytes that name records within records do not become millions of fields.
func TestSchemasDoNotExplode(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"type":"record","name":"top","fields":[{"name":"r0","type":{"type":"record","name":"r0","fields":[{"name":"x","type":"int"}]}}`)
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, `,{"name":"r%d","type":{"type":"record","name":"r%[1]d","fields":[{"name":"a","type":"r%[2]d"},{"name":"b","type":"r%[2]d"}]}}`, i, i-1)
	}
	b.WriteString("]}")
	c, err := schema.ParseCDAP([]byte(b.String()))
	require.NoError(t, err)
	assert.Equal(t, b.String(), c.String())
	_, err = c.Table("t")
	assert.ErrorContains(t, err, "the schema has more than 65536 fields")
}
