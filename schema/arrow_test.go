package schema_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema"
)

func TestArrowKeepsTheTable(t *testing.T) {
	table := twoTables()[0]
	s := table.Arrow()
	require.Equal(t, 5, s.NumFields())
	assert.Equal(t, map[string]string{"igsource.table": "zeta"}, s.Metadata().ToMap())
	assert.Equal(t, map[string]string{"igsource.primary_key": "2", "igsource.doc": "Not printed."}, s.Field(0).Metadata.ToMap())
	assert.Equal(t, map[string]string{"igsource.primary_key": "1"}, s.Field(1).Metadata.ToMap())
	assert.Zero(t, s.Field(2).Metadata.Len())
	assert.True(t, s.Field(2).Nullable)
	assert.False(t, s.Field(1).Nullable)

	back, err := schema.FromArrow("other", s)
	require.NoError(t, err)
	assert.True(t, table.Equal(back), "%v", back)
	assert.Equal(t, "Not printed.", back.Columns[0].Doc)
}

func TestFromArrowOfOtherOrigin(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int32, Nullable: true}}, nil)
	table, err := schema.FromArrow("mine", s)
	require.NoError(t, err)
	assert.True(t, schema.Table{Name: "mine", Columns: []schema.Column{{Name: "a", Type: arrow.PrimitiveTypes.Int32, Nullable: true}}}.Equal(table))

	_, err = schema.FromArrow("", s)
	assert.EqualError(t, err, "a table without a name")

	bad := arrow.NewSchema([]arrow.Field{{
		Name: "a", Type: arrow.PrimitiveTypes.Int32,
		Metadata: arrow.NewMetadata([]string{schema.MetaKey}, []string{"first"}),
	}}, nil)
	_, err = schema.FromArrow("mine", bad)
	assert.EqualError(t, err, `column a: igsource.primary_key is "first", want its place in the key`)
}
