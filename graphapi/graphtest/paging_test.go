package graphtest_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

type page struct {
	Data   []struct{ ID string }
	Paging struct {
		Cursors        struct{ Before, After string }
		Next, Previous string
	}
}

// TestPages walks the list both ways, by cursor and by link, at several page sizes.
func TestPages(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(30))
	var want []string
	for _, a := range w.Accounts() {
		want = append(want, a.PageID)
	}
	for _, ragged := range []bool{false, true} {
		var options []graphtest.Option
		if ragged {
			options = append(options, graphtest.WithRaggedPages())
		}
		p := newProbe(t, w, options...)
		for limit, pages := range map[string]int{"": 2, "1": 30, "7": 5, "30": 1, "1000": 1} {
			var got []string
			after, count, empty := "", 0, 0
			for {
				params := []string{"fields", "id"}
				if limit != "" {
					params = append(params, "limit", limit)
				}
				if after != "" {
					params = append(params, "after", after)
				}
				var list page
				decode(t, p.get("/v25.0/me/accounts", params...).body, &list)
				count++
				if len(list.Data) == 0 {
					empty++
					assert.NotEmpty(t, list.Paging.Next, "an empty page goes on")
				}
				for _, one := range list.Data {
					got = append(got, one.ID)
				}
				if list.Paging.Next == "" {
					break
				}
				next, err := url.Parse(list.Paging.Next)
				require.NoError(t, err)
				assert.Equal(t, p.token, next.Query().Get("access_token"))
				assert.Equal(t, list.Paging.Cursors.After, next.Query().Get("after"))
				assert.Equal(t, "id", next.Query().Get("fields"))
				after = list.Paging.Cursors.After
			}
			assert.Equal(t, want, got, "limit %s", limit)
			if !ragged {
				assert.Equal(t, pages, count, "limit %s", limit)
			} else if pages > 2 {
				assert.Positive(t, empty)
			}
		}
	}
}

func TestPreviousPage(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(10))
	p := newProbe(t, w)
	var first, second, back page
	decode(t, p.get("/me/accounts", "limit", "4").body, &first)
	assert.Empty(t, first.Paging.Previous)
	decode(t, p.get("/me/accounts", "limit", "4", "after", first.Paging.Cursors.After).body, &second)
	require.NotEmpty(t, second.Paging.Previous)
	decode(t, p.get("/me/accounts", "limit", "4", "before", second.Paging.Cursors.Before).body, &back)
	assert.Equal(t, first.Data, back.Data)
	assert.Equal(t, 100, p.get("/me/accounts", "before", "x").graphError(t).Error.Code)
}
