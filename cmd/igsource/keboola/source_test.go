package keboola_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/keboola"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

const several = `{"parameters": {"accounts": {
	"2": {"id": "2", "name": "B, \"b\"", "fb_page_id": 22, "category": "Shop", "access_token": "EAAmadeup", "#x": "y", "zeta-1": true, "alpha": null},
	"1": {"name": "A", "business_name": "", "category_list": [{"id": "7", "name": "Shop"}], "tasks": ["ADVERTISE", "ANALYZE"], "alpha": "a"}
}}}`

func TestSource(t *testing.T) {
	plugintest.TestSource(t, func(t testing.TB) plugin.Source {
		c, err := keboola.Parse([]byte(several))
		require.NoError(t, err)
		return c.Source(true)
	}, plugintest.Secrets("EAAmadeup"))
}

// A configuration with other accounts is another one.
func TestHash(t *testing.T) {
	hash := func(text string) string {
		c, err := keboola.Parse([]byte(text))
		require.NoError(t, err)
		return c.Source(true).Hash()
	}
	assert.NotEmpty(t, hash(several))
	assert.Equal(t, hash(several), hash(several))
	assert.NotEqual(t, hash(several), hash(`{"parameters": {"accounts": {"1": {"name": "A"}}}}`))
	assert.NotEmpty(t, hash(`{"parameters": {}}`))
}

func TestAccounts(t *testing.T) {
	c, err := keboola.Parse([]byte(several))
	require.NoError(t, err)
	s := c.Source(true)
	tables, err := s.Tables()
	require.NoError(t, err)
	require.Len(t, tables, 1)
	assert.Equal(t, "accounts", tables[0].Name)
	assert.Equal(t, []string{"id"}, tables[0].Key)
	var names []string
	for _, column := range tables[0].Columns {
		names = append(names, column.Name)
		assert.Equal(t, column.Name != "id", column.Nullable)
	}
	assert.Equal(t, []string{"id", "name", "category", "category_list", "tasks", "fb_page_id", "alpha", "zeta_1"}, names)

	reader, err := plugin.Records(t.Context(), s, "accounts", plugin.RunOptions{})
	require.NoError(t, err)
	defer reader.Release()
	var rows [][]string
	for reader.Next() {
		rows = append(rows, plugintest.Cells(reader.Record())...)
	}
	require.NoError(t, reader.Err())
	null := plugintest.Null
	assert.Equal(t, [][]string{
		{"2", `B, "b"`, "Shop", null, null, "22", null, "true"},
		{"1", "A", null, `[{"id":"7","name":"Shop"}]`, `["ADVERTISE","ANALYZE"]`, null, "a", null},
	}, rows)
}

// Lists of accounts are taken too; without any there is no table.
func TestAccountLists(t *testing.T) {
	c, err := keboola.Parse([]byte(`{"parameters": {"accounts": [{"id": "5", "name": "E"}, {"id": 6}], "queries": [{"name": "q"}]}}`))
	require.NoError(t, err)
	assert.Equal(t, `[{"name":"q","accounts":["5","6"]}]`, c.Properties()["queries"])
	for _, text := range []string{`{}`, `[]`, `null`} {
		c, err := keboola.Parse([]byte(`{"parameters": {"accounts": ` + text + `}}`))
		require.NoError(t, err)
		tables, err := c.Source(true).Tables()
		require.NoError(t, err)
		assert.Empty(t, tables)
		plan, err := c.Source(true).Plan(t.Context(), plugin.PlanRequest{})
		require.NoError(t, err)
		assert.Empty(t, plan.Splits)
	}
}

// A configuration that would leave out a query has no tables.
func TestInvalidSource(t *testing.T) {
	c, err := keboola.Parse([]byte(`{"parameters": {"queries": [{"type": "async-insights-query"}]}}`))
	require.NoError(t, err)
	var invalid *plugin.InvalidError
	_, err = c.Source(true).Tables()
	assert.ErrorAs(t, err, &invalid)
	_, err = c.Source(true).Plan(t.Context(), plugin.PlanRequest{})
	assert.ErrorAs(t, err, &invalid)
}
