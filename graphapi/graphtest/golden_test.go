package graphtest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// goldenFigures are the figures the goldens were written with: small, and to be added up by hand.
func goldenFigures(metric string, day graphtest.Day, dims ...string) int64 {
	ofMonth := int64(day.Start().Day())
	switch metric + " " + strings.Join(dims, "/") {
	case "reach POST/FOLLOWER":
		return 100 + ofMonth
	case "reach REEL/NON_FOLLOWER":
		return 40
	case "follower_count ":
		return ofMonth
	case "likes POST":
		return 2
	case "likes REEL":
		return 5
	case "views FOLLOWER/POST":
		return 7
	case "views NON_FOLLOWER/REEL":
		return 5
	case "views FOLLOWER/REEL":
		return 3
	case "accounts_engaged ":
		return 11
	case "follows_and_unfollows FOLLOWER":
		return 17
	case "follows_and_unfollows NON_FOLLOWER":
		return 20
	case "online_followers 9":
		return 20
	case "online_followers 12":
		return 100 + ofMonth
	case "follower_demographics London, England":
		return 263
	case "follower_demographics São Paulo, São Paulo (state)":
		return 139
	case "follower_demographics 25-34/F":
		return 31
	case "follower_demographics 18-24/M":
		return 44
	case "engaged_audience_demographics US":
		return 7
	case "engaged_audience_demographics ES":
		return 3
	}
	return 0
}

func goldenAccount(change func(a *graphtest.Account)) graphtest.WorldOption {
	return graphtest.WithAccount(func(a *graphtest.Account) {
		a.ID, a.AppScopedID = "17841400000000001", "27281000000000001"
		a.Username, a.Name, a.Biography, a.Website = "rowan.books", "Rowan Büchér", "Books & more 📚", ""
		a.Followers, a.Follows, a.Media = 23354, 539, 786
		a.PageID, a.PageName, a.PageToken = "100000000000001", "Rowan Books", "PAGETOKEN"
		a.LoginToken = "IGTOKEN"
		a.Figures = goldenFigures
		if change != nil {
			change(a)
		}
	})
}

var traceID = regexp.MustCompile(`"fbtrace_id":"A[A-Za-z0-9]{22}"`)

// checkGolden holds a body, byte for byte, against a file that was written by hand and is only spread
// over lines for the eye. The server's address and the trace ids stand in it as EXAMPLE.
func checkGolden(t *testing.T, p *probe, name, body string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, json.Compact(&want, text), name)
	body = strings.ReplaceAll(body, strings.ReplaceAll(p.url, "/", `\/`), `https:\/\/EXAMPLE`)
	body = traceID.ReplaceAllString(body, `"fbtrace_id":"EXAMPLE"`)
	assert.Equal(t, want.String(), body, name)
}

func goldenProbe(t *testing.T, change func(a *graphtest.Account), options ...graphtest.Option) *probe {
	t.Helper()
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), goldenAccount(change))
	p := newProbe(t, w, append([]graphtest.Option{graphtest.WithTokens(graphtest.Token{Value: "TOKEN"})}, options...)...)
	p.token = "TOKEN"
	return p
}

// TestGoldenInsights has one answer for each shape of facts §3.4.
func TestGoldenInsights(t *testing.T) {
	const account = "17841400000000001"
	// 31 October to 2 November 2026: summer time ends on the 1st.
	autumn := []string{"since", "1793430000", "until", "1793692800"}
	yesterday := []string{"since", "1795248000", "until", "1795334399"}
	for _, c := range []struct {
		name   string
		change func(a *graphtest.Account)
		params []string
	}{
		{"series_default_two_days", nil, []string{"metric", "reach,follower_count", "period", "day"}},
		{"series_end_of_summer_time", nil, append([]string{"metric", "reach", "period", "day"}, autumn...)},
		{"series_localised", func(a *graphtest.Account) { a.Locale = graphtest.Japanese }, []string{"metric", "reach", "period", "day"}},
		{"total", nil, append([]string{"metric", "likes,accounts_engaged", "period", "day", "metric_type", "total_value"}, yesterday...)},
		{"total_by_product", nil, append([]string{"metric", "reach", "period", "day", "metric_type", "total_value", "breakdown", "media_product_type"}, yesterday...)},
		{"total_by_two_dimensions", nil, append([]string{"metric", "views", "period", "day", "metric_type", "total_value", "breakdown", "media_product_type,follow_type"}, yesterday...)},
		{"demographics_city", nil, []string{"metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "city", "timeframe", "this_month"}},
		{"demographics_two_dimensions", nil, []string{"metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "age,gender"}},
		{
			"demographics_with_timeframe", func(a *graphtest.Account) { a.TimeframeDimension = true },
			[]string{"metric", "engaged_audience_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "country", "timeframe", "this_week"},
		},
		{"empty", nil, []string{"metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value"}},
		{
			"online_followers", func(a *graphtest.Account) { a.EmptyOnline = []graphtest.Day{graphtest.Date(2026, 11, 19)} },
			[]string{"metric", "online_followers", "period", "lifetime", "since", "1795161600", "until", "1795248000"},
		},
		{"follows", nil, append([]string{"metric", "follows_and_unfollows", "period", "day", "metric_type", "total_value", "breakdown", "follow_type"}, yesterday...)},
		{
			"follows_pending", func(a *graphtest.Account) { a.PendingFollows = 2 },
			append([]string{"metric", "follows_and_unfollows", "period", "day", "metric_type", "total_value", "breakdown", "follow_type"}, yesterday...),
		},
		{"follows_without_breakdown", nil, append([]string{"metric", "follows_and_unfollows", "period", "day", "metric_type", "total_value"}, yesterday...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := goldenProbe(t, c.change)
			got := p.get("/v25.0/"+account+"/insights", c.params...)
			assert.Equal(t, 200, got.status)
			checkGolden(t, p, c.name, got.body)
		})
	}
}

func TestGoldenNodes(t *testing.T) {
	everything := "id,username,name,biography,website,followers_count,follows_count,media_count"
	for _, c := range []struct {
		name    string
		path    string
		params  []string
		options []graphtest.Option
	}{
		{"account_facebook_host", "/v25.0/17841400000000001", []string{"fields", "biography,username,website,followers_count,is_published"}, nil},
		{"account_instagram_host", "/v25.0/me", []string{"fields", everything + ",user_id,account_type"}, []graphtest.Option{graphtest.WithHost(graphtest.Instagram)}},
		{"me_accounts", "/v25.0/me/accounts", nil, nil},
		{"me_accounts_fields", "/v25.0/me/accounts", []string{"fields", "name,instagram_business_account{id,username,name,followers_count}"}, nil},
		{"permissions", "/v25.0/me/permissions", nil, []graphtest.Option{graphtest.WithTokens(graphtest.Token{Value: "TOKEN", Scopes: []string{"instagram_basic", "pages_show_list"}})}},
		{"debug_token", "/v25.0/debug_token", []string{"input_token", "TOKEN"}, []graphtest.Option{graphtest.WithTokens(graphtest.Token{
			Value: "TOKEN", Accounts: []string{"17841400000000001"}, Scopes: []string{"instagram_basic"}, Expires: noon.Add(24 * time.Hour),
		})}},
		{"ids", "/v25.0/", []string{"ids", "17841400000000001,27281000000000009", "fields", "username"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := goldenProbe(t, nil, c.options...)
			got := p.get(c.path, c.params...)
			assert.Equal(t, 200, got.status, got.body)
			checkGolden(t, p, c.name, got.body)
		})
	}
}

func TestGoldenBatch(t *testing.T) {
	p := goldenProbe(t, nil, graphtest.WithRules(graphtest.Rule{Path: "*/insights", Fault: graphtest.Fault{Name: "null", Kind: graphtest.NullItem}}))
	items := `[{"method":"GET","relative_url":"v25.0/17841400000000001?fields=website,username"},` +
		`{"method":"GET","relative_url":"v25.0/17841400000000009"},{"method":"GET","relative_url":"v25.0/17841400000000001/insights"}]`
	got := p.post("/v25.0/", "batch", items, "include_headers", "false")
	assert.Equal(t, 200, got.status)
	// inside the text of a body the trace id is escaped
	got.body = regexp.MustCompile(`fbtrace_id\\":\\"A\w{22}`).ReplaceAllString(got.body, `fbtrace_id\":\"EXAMPLE`)
	checkGolden(t, p, "batch", got.body)

	with := p.post("/", "batch", `[{"method":"GET","relative_url":"17841400000000001?fields=username"}]`)
	with.body = regexp.MustCompile(`\\"[0-9a-f]{16}\\"`).ReplaceAllString(with.body, `\"ETAG\"`)
	checkGolden(t, p, "batch_with_headers", with.body)
}

func TestGoldenErrors(t *testing.T) {
	const insights = "/v25.0/17841400000000001/insights"
	expired := graphtest.WithTokens(graphtest.Token{Value: "TOKEN", Expires: noon.Add(-time.Hour)})
	for _, c := range []struct {
		name    string
		path    string
		params  []string
		status  int
		options []graphtest.Option
	}{
		{"error_100_needs_total_value", insights, []string{"metric", "views,profile_views,reach,likes", "period", "day"}, 400, nil},
		{"error_100_range_over_30_days", insights, []string{"metric", "reach", "period", "day", "since", "1780000000", "until", "1782592001"}, 400, nil},
		{"error_100_follower_count_too_old", insights, []string{"metric", "reach,follower_count", "period", "day", "since", "1790000000", "until", "1790600000"}, 400, nil},
		{"error_100_since_too_old", insights, []string{"metric", "reach", "period", "day", "since", "2024-11-22", "until", "2024-11-30"}, 400, nil},
		{"error_100_unknown_metric", insights, []string{"metric", "reach,impressions", "period", "day"}, 400, nil},
		{"error_100_33_not_found", "/v25.0/17841400000000009", nil, 400, nil},
		{"error_10_permission", insights, []string{"metric", "reach", "period", "day"}, 400, []graphtest.Option{graphtest.WithTokens(graphtest.Token{Value: "TOKEN", Scopes: []string{"instagram_basic"}})}},
		{"error_190_expired", "/v25.0/me", nil, 400, []graphtest.Option{expired}},
		{"error_190_instagram_host", "/v25.0/me", nil, 400, []graphtest.Option{graphtest.WithHost(graphtest.Instagram), graphtest.WithTokens()}},
		{"error_803_handle", "/v25.0/sample_handle", nil, 400, []graphtest.Option{graphtest.WithHost(graphtest.Instagram)}},
		{"error_2500_duplicate_field", "/v25.0/17841400000000001", []string{"fields", "id,id"}, 400, nil},
		{"error_80002_rate_limit", "/v25.0/17841400000000001", nil, 400, []graphtest.Option{faultNamed(t, "error 80002")}},
		{"error_17_transient", "/v25.0/17841400000000001", nil, 400, []graphtest.Option{faultNamed(t, "error 17")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := goldenProbe(t, nil, c.options...)
			got := p.get(c.path, c.params...)
			assert.Equal(t, c.status, got.status)
			checkGolden(t, p, c.name, got.body)
		})
	}
}

func faultNamed(t *testing.T, name string) graphtest.Option {
	t.Helper()
	f, ok := graphtest.FaultNamed(name)
	require.True(t, ok, name)
	return graphtest.WithRules(graphtest.Rule{Fault: f})
}
