package sqltable

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

func TestColumnsOf(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String}, {Name: "n", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
	}}
	types := map[Kind]string{Text: "TEXT", Integer: "BIGINT"}
	columns, kinds, err := ColumnsOf(table, "Any", types)
	require.NoError(t, err)
	assert.Equal(t, []Column{{"id", "TEXT", false}, {"n", "BIGINT", true}}, columns)
	assert.Equal(t, []Kind{Text, Integer}, kinds)

	table.Columns = append(table.Columns, schema.Column{Name: "wait", Type: arrow.FixedWidthTypes.Duration_s})
	_, _, err = ColumnsOf(table, "Any", types)
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "table t cannot be written to Any: column wait: ")
}
