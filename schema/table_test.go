package schema_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/schema"
)

func TestTableCheck(t *testing.T) {
	text := func(names ...string) []schema.Column {
		var columns []schema.Column
		for _, n := range names {
			columns = append(columns, schema.Column{Name: n, Type: arrow.BinaryTypes.String})
		}
		return columns
	}
	for _, c := range []struct {
		table schema.Table
		want  string
	}{
		{schema.Table{Columns: text("a")}, "a table without a name"},
		{schema.Table{Name: "t"}, "table t has no columns"},
		{schema.Table{Name: "t", Columns: text("a", "")}, "table t: column 2 has no name"},
		{schema.Table{Name: "t", Columns: []schema.Column{{Name: "a"}}}, "table t: column a has no type"},
		{schema.Table{Name: "t", Columns: text("a", "b", "a")}, "table t: column a stands twice"},
		{schema.Table{Name: "t", Columns: text("a"), Key: []string{"b"}}, "table t: key column b is not a column"},
		{schema.Table{Name: "t", Columns: text("a"), Key: []string{"a", "a"}}, "table t: key column a stands twice"},
	} {
		assert.EqualError(t, c.table.Check(), c.want)
	}
	assert.NoError(t, schema.Table{Name: "t", Columns: text("a", "b"), Key: []string{"b", "a"}}.Check())
	assert.NoError(t, schema.Table{Name: "t", Columns: text("a")}.Check())
}

func TestTableColumn(t *testing.T) {
	c, i := reach().Column("end_time")
	assert.Equal(t, 1, i)
	assert.Equal(t, "timestamp[us, tz=UTC]", c.Type.String())
	c, i = reach().Column("views")
	assert.Equal(t, -1, i)
	assert.Zero(t, c)
}

func TestTableEqual(t *testing.T) {
	assert.True(t, reach().Equal(reach()))
	documented := reach()
	documented.Columns[0].Doc = "Id of the account."
	assert.True(t, reach().Equal(documented), "what a column holds is not what it is")
	for name, change := range map[string]func(*schema.Table){
		"name":        func(t *schema.Table) { t.Name = "views" },
		"key":         func(t *schema.Table) { t.Key = []string{"end_time", "account_id"} },
		"no key":      func(t *schema.Table) { t.Key = nil },
		"column name": func(t *schema.Table) { t.Columns[2].Name = "views" },
		"column type": func(t *schema.Table) { t.Columns[2].Type = arrow.PrimitiveTypes.Int32 },
		"nullable":    func(t *schema.Table) { t.Columns[2].Nullable = false },
		"order":       func(t *schema.Table) { t.Columns[0], t.Columns[1] = t.Columns[1], t.Columns[0] },
		"one fewer":   func(t *schema.Table) { t.Columns = t.Columns[:2] },
	} {
		other := reach()
		change(&other)
		assert.False(t, reach().Equal(other), name)
		assert.False(t, other.Equal(reach()), name)
	}
}
