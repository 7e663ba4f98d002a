package graphtest_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

type graphError struct {
	Error struct {
		Message   string `json:"message"`
		Type      string `json:"type"`
		Code      int    `json:"code"`
		Subcode   int    `json:"error_subcode"`
		Transient *bool  `json:"is_transient"`
		Trace     string `json:"fbtrace_id"`
	} `json:"error"`
}

func (a answer) graphError(t *testing.T) graphError {
	t.Helper()
	var e graphError
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	return e
}

// entry is one metric of an answer.
type entry struct {
	Name   string `json:"name"`
	Period string `json:"period"`
	Values []struct {
		Value   json.RawMessage `json:"value"`
		EndTime string          `json:"end_time"`
	} `json:"values"`
	Total *struct {
		Value      *int64 `json:"value"`
		Breakdowns []struct {
			Keys    []string `json:"dimension_keys"`
			Results []struct {
				Values []string `json:"dimension_values"`
				Value  int64    `json:"value"`
			} `json:"results"`
		} `json:"breakdowns"`
	} `json:"total_value"`
}

func (a answer) entries(t *testing.T) []entry {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	var page struct {
		Data []entry `json:"data"`
	}
	require.NoError(t, json.Unmarshal([]byte(a.body), &page), a.body)
	return page.Data
}

func names(entries []entry) []string {
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return out
}

// TestInsightsRules goes through every rule of facts §3.1 to §3.3 that refuses a request.
func TestInsightsRules(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Refused = []string{"saves"}
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	old := strconv.FormatInt((w.Today()-30).Start().Unix()-1, 10)
	oldest := strconv.FormatInt((w.Today() - 30).Start().Unix(), 10)
	now := strconv.FormatInt(noon.Unix(), 10)
	oldUntil := strconv.FormatInt((w.Today() - 2).Start().Unix(), 10)
	for name, c := range map[string]struct {
		params []string
		want   string // the message; "" is an answer
	}{
		"no metric":                 {[]string{"period", "day"}, "(#100) The parameter metric is required"},
		"no period":                 {[]string{"metric", "reach"}, "(#100) The parameter period is required"},
		"unknown period":            {[]string{"metric", "reach", "period", "year"}, "(#100) period must be one of the following values: day, week, days_28, month, lifetime, total_over_range"},
		"unknown type":              {[]string{"metric", "reach", "period", "day", "metric_type", "sum"}, "(#100) metric_type must be one of the following values: default, time_series, total_value"},
		"unknown breakdown":         {[]string{"metric", "views", "period", "day", "metric_type", "total_value", "breakdown", "follow_type,hour"}, "(#100) breakdown[1] must be one of the following values: contact_button_type, follow_type, media_product_type, age, city, country, gender"},
		"docs spelling":             {[]string{"metric", "views", "period", "day", "metric_type", "total_value", "breakdown", "follower_type"}, "(#100) breakdown[0] must be one of the following values: contact_button_type, follow_type, media_product_type, age, city, country, gender"},
		"unknown timeframe":         {[]string{"metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "timeframe", "today"}, "(#100) timeframe must be one of the following values: last_14_days, last_30_days, last_90_days, prev_month, this_month, this_week"},
		"total only":                {[]string{"metric", "reach,likes", "period", "day"}, "(#100) The following metrics (likes) should be specified with parameter metric_type=total_value"},
		"total only, said wrong":    {[]string{"metric", "likes,profile_views", "period", "day", "metric_type", "time_series"}, "(#100) The following metrics (likes,profile_views) should be specified with parameter metric_type=total_value"},
		"total only, default":       {[]string{"metric", "views", "period", "day", "metric_type", "default"}, "(#100) The following metrics (views) should be specified with parameter metric_type=total_value"},
		"series only":               {[]string{"metric", "reach,follower_count", "period", "day", "metric_type", "total_value"}, "(#100) The following metrics (follower_count) should be specified with parameter metric_type=time_series"},
		"week of online_followers":  {[]string{"metric", "online_followers", "period", "week"}, "(#100) The following periods (week) are incompatible with the metric (online_followers)"},
		"day of online_followers":   {[]string{"metric", "online_followers", "period", "day"}, "(#100) The following periods (day) are incompatible with the metric (online_followers)"},
		"lifetime of reach":         {[]string{"metric", "reach", "period", "lifetime"}, "(#100) The following periods (lifetime) are incompatible with the metric (reach)"},
		"month of reach":            {[]string{"metric", "reach", "period", "month"}, "(#100) The following periods (month) are incompatible with the metric (reach)"},
		"week of follower_count":    {[]string{"metric", "follower_count", "period", "week"}, "(#100) The following periods (week) are incompatible with the metric (follower_count)"},
		"day of demographics":       {[]string{"metric", "follower_demographics", "period", "day", "metric_type", "total_value"}, "(#100) The following periods (day) are incompatible with the metric (follower_demographics)"},
		"demographics as series":    {[]string{"metric", "follower_demographics", "period", "lifetime"}, "(#100) The following metrics (follower_demographics) should be specified with parameter metric_type=total_value"},
		"breakdown it has not":      {[]string{"metric", "views,likes", "period", "day", "metric_type", "total_value", "breakdown", "follow_type"}, "(#100) Incompatible breakdowns (follow_type) for metric (likes)"},
		"breakdown of none":         {[]string{"metric", "replies", "period", "day", "metric_type", "total_value", "breakdown", "media_product_type"}, "(#100) Incompatible breakdowns (media_product_type) for metric (replies)"},
		"breakdown of a series":     {[]string{"metric", "reach", "period", "day", "breakdown", "media_product_type"}, "(#100) Incompatible breakdowns (media_product_type) for metric (reach)"},
		"timeframe taken away":      {[]string{"metric", "engaged_audience_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "age", "timeframe", "last_90_days"}, "(#100) Incompatible timeframe (last_90_days) for metric (engaged_audience_demographics)"},
		"timeframe of a day":        {[]string{"metric", "reach", "period", "day", "timeframe", "this_week"}, "(#100) Incompatible timeframe (this_week) for metric (reach)"},
		"bad since":                 {[]string{"metric", "reach", "period", "day", "since", "the day before"}, "(#100) param since must be a valid datetime or unix timestamp"},
		"bad until":                 {[]string{"metric", "reach", "period", "day", "until", "2026-13-01"}, "(#100) param until must be a valid datetime or unix timestamp"},
		"reversed":                  {[]string{"metric", "reach", "period", "day", "since", "2026-11-02", "until", "2026-11-01"}, "(#100) since must not be after until"},
		"a second too long":         {[]string{"metric", "reach", "period", "day", "since", "1790000000", "until", "1792592001"}, "(#100) There cannot be more than 30 days (2592000 s) between since and until."},
		"a second too long, total":  {[]string{"metric", "likes", "period", "day", "metric_type", "total_value", "since", "1790000000", "until", "1792592001"}, "(#100) There cannot be more than 30 days (2592000 s) between since and until."},
		"just 30 days":              {[]string{"metric", "reach", "period", "day", "since", "1790000000", "until", "1792592000"}, ""},
		"30 days, autumn":           {[]string{"metric", "reach", "period", "day", "since", "2026-10-10", "until", "2026-11-09"}, "(#100) There cannot be more than 30 days (2592000 s) between since and until."},
		"30 days, no change":        {[]string{"metric", "reach", "period", "day", "since", "2026-09-10", "until", "2026-10-10"}, ""},
		"too old":                   {[]string{"metric", "follower_count", "period", "day", "since", old, "until", oldUntil}, "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day"},
		"online too old":            {[]string{"metric", "online_followers", "period", "lifetime", "since", old, "until", oldUntil}, "(#100) (online_followers) metric only supports querying data for the last 30 days excluding the current day"},
		"too old with others":       {[]string{"metric", "reach,follower_count", "period", "day", "since", old, "until", oldUntil}, "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day"},
		"oldest":                    {[]string{"metric", "follower_count", "period", "day", "since", oldest, "until", oldUntil}, ""},
		"up to now":                 {[]string{"metric", "follower_count", "period", "day", "since", "2026-11-10", "until", now}, ""},
		"refused for this account":  {[]string{"metric", "likes,saves", "period", "day", "metric_type", "total_value"}, "(#100) The metric (saves) is not available for this account"},
		"ISO with zone":             {[]string{"metric", "reach", "period", "day", "since", "2026-11-01T00:00:00-0700", "until", "2026-11-02T00:00:00Z"}, ""},
		"both breakdowns":           {[]string{"metric", "views,reach", "period", "day", "metric_type", "total_value", "breakdown", "follow_type,media_product_type"}, ""},
		"dates of demographics":     {[]string{"metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "age", "since", "1", "until", "1790000000"}, ""},
		"a metric without a table":  {[]string{"metric", "threads_views", "period", "day"}, ""},
		"spaces and twice the same": {[]string{"metric", "reach, reach", "period", "day"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.get("/v25.0/"+account+"/insights", c.params...)
			if c.want == "" {
				assert.Equal(t, 200, got.status, got.body)
				return
			}
			assert.Equal(t, 400, got.status)
			e := got.graphError(t).Error
			assert.Equal(t, c.want, e.Message)
			assert.Equal(t, 100, e.Code)
			assert.Zero(t, e.Subcode)
			assert.Equal(t, "OAuthException", e.Type)
			assert.Len(t, e.Trace, 23)
		})
	}
}

func TestTodayRefused(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w, graphtest.WithTodayRefused())
	path := "/v25.0/" + w.AccountIDs()[0] + "/insights"
	midnight := strconv.FormatInt(w.Today().Start().Unix(), 10)
	after := strconv.FormatInt(w.Today().Start().Unix()+1, 10)
	assert.Equal(t, 200, p.get(path, "metric", "follower_count", "period", "day", "since", "2026-11-01", "until", midnight).status)
	got := p.get(path, "metric", "follower_count", "period", "day", "since", "2026-11-01", "until", after)
	assert.Equal(t, "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day", got.graphError(t).Error.Message)
	assert.Equal(t, 200, p.get(path, "metric", "reach", "period", "day", "since", "2026-11-01", "until", after).status)
}

func TestMissingDataIsAMissingEntry(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon),
		graphtest.WithAccount(func(a *graphtest.Account) {
			a.Absent = []string{"likes", "follower_demographics"}
			a.WithoutData = []graphtest.Day{graphtest.Date(2026, 11, 20)}
		}),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = 99 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers, a.TooFewFails = 99, true }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.InsightsDenied = true }))
	p := newProbe(t, w)
	path := func(i int) string { return "/v25.0/" + w.AccountIDs()[i] + "/insights" }
	total := []string{"metric", "likes,views,comments", "period", "day", "metric_type", "total_value"}

	assert.Equal(t, []string{"views", "comments"}, names(p.get(path(0), total...).entries(t)))
	assert.Equal(t, []string{"reach"}, names(p.get(path(1), "metric", "follower_count,reach", "period", "day").entries(t)))
	assert.JSONEq(t, `{"data":[]}`, p.get(path(1), "metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "age").body)
	assert.Equal(t, "(#10) Not enough followers for the account to show insights", p.get(path(2), "metric", "reach,follower_count", "period", "day").graphError(t).Error.Message)
	assert.Equal(t, []string{"reach"}, names(p.get(path(2), "metric", "reach", "period", "day").entries(t)))
	denied := p.get(path(3), total...).graphError(t).Error
	assert.Equal(t, 10, denied.Code)
	assert.Equal(t, "(#10) Application does not have permission for this action", denied.Message)

	// a day without data: no point, no total
	day := []string{"since", strconv.FormatInt(graphtest.Date(2026, 11, 20).Start().Unix(), 10), "until", strconv.FormatInt(graphtest.Date(2026, 11, 20).End().Unix()-1, 10)}
	assert.Empty(t, p.get(path(0), append(total, day...)...).entries(t))
	series := p.get(path(0), "metric", "reach", "period", "day", "since", "2026-11-20", "until", "2026-11-22").entries(t)
	require.Len(t, series, 1)
	var ends []string
	for _, v := range series[0].Values {
		ends = append(ends, v.EndTime)
	}
	assert.Equal(t, []string{"2026-11-20T08:00:00+0000", "2026-11-22T08:00:00+0000"}, ends)
}

func TestRollingPeriods(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	for period, days := range map[string]int{"week": 7, "days_28": 28} {
		got := p.get("/v25.0/"+account+"/insights", "metric", "reach", "period", period).entries(t)[0]
		require.Len(t, got.Values, 2)
		want, _ := w.Rolling(account, "reach", w.Today()-1, days)
		assert.Equal(t, strconv.FormatInt(want, 10), string(got.Values[0].Value))
		assert.Equal(t, period, got.Period)
		day := w.Today() - 5
		total := p.get("/v25.0/"+account+"/insights", "metric", "reach", "period", period, "metric_type", "total_value",
			"since", strconv.FormatInt(day.Start().Unix(), 10), "until", strconv.FormatInt(day.End().Unix()-1, 10)).entries(t)[0]
		want, _ = w.Rolling(account, "reach", day, days)
		assert.Equal(t, want, *total.Total.Value)
	}
}

// TestEveryCell reads a year of one account day by day in the way a client does, and holds all of it
// against the World.
func TestEveryCell(t *testing.T) {
	w := graphtest.NewWorld(9, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	for day := w.Today() - 365; day <= w.Today(); day += 13 {
		since, until := strconv.FormatInt(day.Start().Unix(), 10), strconv.FormatInt(day.End().Unix()-1, 10)
		got := p.get("/v25.0/"+account+"/insights", "metric", "views,likes,reach,profile_views,accounts_engaged,total_interactions",
			"period", "day", "metric_type", "total_value", "since", since, "until", until).entries(t)
		require.Len(t, got, 6)
		for _, e := range got {
			want, ok := w.Daily(account, e.Name, day)
			require.True(t, ok)
			assert.Equal(t, want, *e.Total.Value, "%s on %s", e.Name, day)
		}
		by := p.get("/v25.0/"+account+"/insights", "metric", "views", "period", "day", "metric_type", "total_value",
			"breakdown", "media_product_type,follow_type", "since", since, "until", until).entries(t)[0].Total.Breakdowns[0]
		want, _ := w.Tuples(account, "views", day, day, "media_product_type", "follow_type")
		require.Len(t, by.Results, len(want))
		for i, tuple := range want {
			assert.Equal(t, tuple, graphtest.Tuple{Dimensions: by.Results[i].Values, Value: by.Results[i].Value})
		}
	}
}
