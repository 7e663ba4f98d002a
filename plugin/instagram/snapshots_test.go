package instagram_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// Daily runs build what the API does not keep.
func TestSnapshotsKeepEachDay(t *testing.T) {
	d := newTarget(t, 251, graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 12 }))
	id := d.world.AccountIDs()[0]
	media := d.world.Media(id)[0].ID
	sources := []map[string]string{
		properties(map[string]string{"requestType": "account_profile", "accountId": id, "snapshots": "true"}),
		properties(map[string]string{
			"accountId": id, "accountMetrics": "follower_demographics", "period": "lifetime", "breakdown": "gender", "snapshots": "true", "fromDate": "", "toDate": "",
		}),
		properties(map[string]string{"requestType": "media_insights", "mediaId": media, "mediaMetrics": "reach", "snapshots": "true"}),
		mediaProperties(map[string]string{"accountId": id, "mediaMetrics": "reach", "layout": "long", "snapshots": "true", "fields": "children"}),
	}
	count := map[string]int{}
	for i := range 3 {
		d.today(t, sources...)
		d.clock.Advance(time.Hour) // the same day
		d.today(t, sources...)
		for _, table := range []string{"account_profile", "account_insights", "media_insights", "account_media"} {
			rows := d.keeper.Committed(table)
			if i == 0 {
				count[table] = len(rows)
				require.NotEmpty(t, rows)
			}
			require.Len(t, rows, (i+1)*count[table], table)
			require.Equal(t, fmt.Sprintf("2026-11-%d", 22+i), rows[len(rows)-1][len(rows[0])-1], table)
		}
		d.clock.Advance(23 * time.Hour)
	}
}
