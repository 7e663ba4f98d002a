package tables_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
)

func TestSnapshots(t *testing.T) {
	profile, _, err := tables.AccountProfile([]string{"ig_id"}, "facebook")
	require.NoError(t, err)
	demographics, err := tables.AccountInsights(tables.AccountInsightsOptions{
		Metrics: []string{"follower_demographics"}, Period: metrics.Lifetime, Breakdown: []string{"age"},
	})
	require.NoError(t, err)
	media, _, err := tables.Media(tables.MediaOptions{Table: tables.AccountMediaTable, Metrics: []string{"reach"}})
	require.NoError(t, err)
	long, _, err := tables.Media(tables.MediaOptions{Table: tables.MediaInsightsTable, Metrics: []string{"reach"}, Shape: tables.Long})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		of  tables.Layout
		key []string
	}{
		"profile":      {profile, []string{"account_id", "snapshot_date"}},
		"demographics": {demographics, []string{"account_id", "period", "timeframe", "age", "snapshot_date"}},
		"media":        {media, []string{"media_id", "snapshot_date"}},
		"long":         {long, []string{"media_id", "metric", "period", "snapshot_date"}},
	} {
		t.Run(name, func(t *testing.T) {
			columns, key := len(c.of.Table.Columns), len(c.of.Table.Key)
			got := c.of.Snapshots()
			require.NoError(t, got.Table.Check())
			assert.Equal(t, c.key, got.Table.Key)
			assert.Equal(t, c.of.Table.Columns, got.Table.Columns[:columns])
			last := got.Table.Columns[columns]
			assert.Equal(t, "snapshot_date date32 not null", last.Name+" "+last.Type.String()+map[bool]string{false: " not null"}[last.Nullable])
			assert.Equal(t, tables.SnapshotDate, got.Roles[columns].Role)
			assert.Equal(t, "snapshot date", tables.SnapshotDate.String())
			assert.Len(t, got.Table.Columns, columns+1)
			assert.Len(t, c.of.Table.Columns, columns, "the layout given stays as it is")
			assert.Len(t, c.of.Table.Key, key)
		})
	}
}
