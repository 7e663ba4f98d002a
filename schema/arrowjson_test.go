package schema_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema"
)

var update = flag.Bool("update", false, "write the goldens of testdata anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got)+"\n")
}

func twoTables() []schema.Table {
	return []schema.Table{
		{
			Name: "zeta",
			Columns: []schema.Column{
				{Name: "id", Type: arrow.BinaryTypes.String, Doc: "Not printed."},
				{Name: "date", Type: arrow.FixedWidthTypes.Date32},
				{Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
				{Name: "hours", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
				{Name: "seen", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
			},
			Key: []string{"date", "id"},
		},
		{
			Name:    `al"pha<&>`,
			Columns: []schema.Column{{Name: "ok", Type: arrow.FixedWidthTypes.Boolean, Nullable: true}},
		},
	}
}

func TestArrowJSON(t *testing.T) {
	two, err := schema.ArrowJSON(twoTables())
	require.NoError(t, err)
	golden(t, "arrowjson/two.json", two)
	assert.True(t, json.Valid(two))
	none, err := schema.ArrowJSON(nil)
	require.NoError(t, err)
	assert.Equal(t, "{}", string(none))
}

func TestCDAPJSON(t *testing.T) {
	two, err := schema.CDAPJSON(twoTables())
	require.NoError(t, err)
	golden(t, "cdapjson/two.json", two)
	one, err := schema.CDAPJSON(twoTables()[1:])
	require.NoError(t, err)
	golden(t, "cdapjson/one.json", one)
	none, err := schema.CDAPJSON(nil)
	require.NoError(t, err)
	assert.Equal(t, "{}", string(none))
}

func TestSchemasOfTablesThatCannotBe(t *testing.T) {
	for name, print := range map[string]func([]schema.Table) ([]byte, error){"arrow": schema.ArrowJSON, "cdap": schema.CDAPJSON} {
		t.Run(name, func(t *testing.T) {
			_, err := print([]schema.Table{twoTables()[0], twoTables()[0]})
			assert.EqualError(t, err, "two tables are called zeta")
			_, err = print([]schema.Table{{Name: "x"}})
			assert.EqualError(t, err, "table x has no columns")
		})
	}
	_, err := schema.CDAPJSON([]schema.Table{one(arrow.PrimitiveTypes.Uint64, false)})
	assert.EqualError(t, err, "table t: c: CDAP has no type for Arrow's uint64")
}
