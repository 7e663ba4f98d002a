package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema/tables"
)

// The names that tables have always had, by query name, endpoint and fields.
func TestQueryTableNames(t *testing.T) {
	for _, c := range []struct{ name, endpoint, fields, want string }{
		{"media", "media", "caption", "media"},
		{"media", "media", "comments{text}", "media_comments"},
		{"media_comments", "media", "caption", "media_comments_media"},
		{"media_comments", "media", "comments{text}", "media_comments"},
		{"foo", "", "insights.metric(reach).period(day)", "foo_insights"},
		{"page_daily_insights", "", "insights.metric(reach).period(day)", "page_daily_insights"},
		{"media_lifetime_insights", "media", "insights.metric(reach)", "media_lifetime_insights"},
		{"query_8", "", "username", "query_8_page"},
		{"page", "", "username", "page"},
		{"ig_page", "", "username", "ig_page"},
		{"feed_likes", "media", "comments.limit(0).summary(true)", "feed_likes_summary"},
		{"likes_stat", "media", "comments.as(likes){text}", "likes_stat_likes"},
		{"a", "178/media", "caption", "a_178_media"},
		{"a", "me/accounts", "category", "a_me_accounts"},
		{"x", "media", "insights.as(first).metric(reach)", "x_first"},
		{"ads", "media", "insights.metric(reach)", "ads_insights"},
		// A whole name matches too, with an underscore in it or not.
		{"me_accounts", "me/accounts", "category", "me_accounts"},
		{"media_comments", "", "media.as(media_comments){caption}", "media_comments"},
		{"x_me_accounts", "me/accounts", "category", "x_me_accounts_me_accounts"},
		{"insights", "", "insights.metric(reach).period(day)", "insights"},
		{"Media", "media", "caption", "Media_media"},
		{"_media", "media", "caption", "_media"},
		{"media_", "media", "caption", "media__media"},
		{"Médias du mois/2026 v1.0-b", "media", "caption", "M_dias_du_mois_2026_v1.0-b_media"},
		{"", "media", "caption", "media"},
	} {
		t.Run(c.name+" "+c.want, func(t *testing.T) {
			accounts := !strings.Contains(c.endpoint, "/")
			l := layoutOf(t, query{Name: c.name, Endpoint: c.endpoint, Fields: c.fields, Accounts: accounts, Login: "facebook"})
			require.Len(t, l.Tables, 1)
			assert.Equal(t, c.want, l.Tables[0].Name)
		})
	}
}

func TestQueryKeys(t *testing.T) {
	const totals = ".metric_type(total_value)"
	for name, c := range map[string]struct {
		options query
		table   string
		want    string
	}{
		"objects":           {query{Endpoint: "media", Fields: "caption"}, "media", "parent_id id"},
		"a root object":     {query{Fields: "username"}, "page", "parent_id id"},
		"a series":          {query{Fields: "insights.metric(reach).period(day)"}, "insights", "parent_id id key1 key2 end_time"},
		"two metrics":       {query{Fields: "insights.metric(reach,follower_count).period(day)"}, "insights", "parent_id id key1 key2 end_time name"},
		"two periods":       {query{Fields: "insights.metric(reach).period(day,week)"}, "insights", "parent_id id key1 key2 end_time period"},
		"a total":           {query{Fields: "insights.metric(views).period(day)" + totals}, "insights", "parent_id id key1 key2 end_time"},
		"a total, windowed": {query{Fields: "insights.metric(views).period(day)" + totals, Windowed: true}, "insights", "parent_id id key1 key2 end_time start_time"},
		"its own window":    {query{Fields: "insights.since(3 days ago).metric(views).period(day)" + totals}, "insights", "parent_id id key1 key2 end_time start_time"},
		"its own end":       {query{Fields: "insights.until(today).metric(views).period(day)" + totals}, "insights", "parent_id id key1 key2 end_time start_time"},
		"a windowed path":   {query{Endpoint: "insights?metric=views&period=day&metric_type=total_value", Windowed: true}, "insights", "parent_id id key1 key2 end_time start_time"},
		"a windowed series": {query{Fields: "insights.metric(reach).period(day)", Windowed: true}, "insights", "parent_id id key1 key2 end_time"},
		"media of a window": {query{Endpoint: "media", Fields: "insights.metric(reach)", Windowed: true}, "insights", "parent_id id key1 key2 end_time"},
		"dimensions": {
			query{Fields: "insights.metric(views,reach).period(day).breakdown(media_product_type,follow_type)" + totals, Windowed: true},
			"insights", "parent_id id key1 key2 end_time name media_product_type follow_type start_time",
		},
		"demographics": {
			query{Fields: "insights.metric(follower_demographics).period(lifetime).timeframe(this_month).breakdown(gender,age)" + totals, Windowed: true},
			"insights", "parent_id id key1 key2 end_time age gender",
		},
		"demographics under another name": {
			query{Fields: "insights.as(people).metric(follower_demographics).period(lifetime).breakdown(gender,age)" + totals},
			"people", "parent_id id key1 key2 end_time gender age",
		},
		"actions":                   {query{Endpoint: "media", Fields: "insights.metric(profile_activity).breakdown(action_type)"}, "insights", "parent_id id key1 key2 end_time action_type"},
		"two edges of one name":     {query{Fields: "media{comments{text}},stories{comments{text}}"}, "comments", "parent_id id fb_graph_node"},
		"insights at two places":    {query{Fields: "insights.metric(reach).period(day),media{insights.metric(reach)}"}, "insights", "parent_id id key1 key2 end_time fb_graph_node"},
		"a summary":                 {query{Endpoint: "media", Fields: "comments.summary(true)"}, "summary", "parent_id fb_graph_node"},
		"under objects of others":   {query{Endpoint: "tags", Fields: "caption,comments{text}", Several: true}, "comments", "parent_id id ex_account_id"},
		"objects of others":         {query{Endpoint: "tags", Fields: "caption,comments{text}", Several: true}, "tags", "parent_id id"},
		"others, one account":       {query{Endpoint: "tags", Fields: "caption,comments{text}"}, "comments", "parent_id id"},
		"deeper under others":       {query{Endpoint: "tags", Fields: "children{media_type,comments{text}}", Several: true}, "comments", "parent_id id ex_account_id"},
		"a summary of others":       {query{Endpoint: "tags", Fields: "comments.summary(true)", Several: true}, "summary", "parent_id fb_graph_node ex_account_id"},
		"under own":                 {query{Endpoint: "media", Fields: "comments{text}", Several: true}, "comments", "parent_id id"},
		"media with a hashtag":      {query{Endpoint: "ig_hashtag_search/top_media?q=coffee", Fields: "caption", Several: true}, "ig_hashtag_search_top_media", "parent_id id"},
		"comments with a hashtag":   {query{Endpoint: "ig_hashtag_search/top_media?q=coffee", Fields: "comments{text}", Several: true}, "comments", "parent_id id ex_account_id"},
		"hashtags in common":        {query{Fields: "recently_searched_hashtags{name,top_media.user_id(1){caption}}", Several: true}, "top_media", "parent_id id ex_account_id"},
		"under hashtags":            {query{Endpoint: "recently_searched_hashtags", Fields: "top_media.user_id(1){caption}", Several: true}, "top_media", "parent_id id ex_account_id"},
		"the writer of a comment":   {query{Endpoint: "media", Fields: "comments{user{stories{caption}}}", Several: true}, "stories", "parent_id id ex_account_id"},
		"bare objects with others":  {query{Endpoint: "media", Fields: "comments{user{media{caption}}}"}, "media", "parent_id id fb_graph_node"},
		"no id, told apart":         {query{Endpoint: "media", Fields: "product_tags{name,product_id}"}, "product_tags", "parent_id product_id"},
		"no id, not told apart":     {query{Endpoint: "media", Fields: "product_tags{name,x,y}"}, "product_tags", "parent_id name x y"},
		"no id, an ad":              {query{Fields: "media{boost_ads_list}"}, "boost_ads_list", "parent_id ad_id"},
		"no id, one at most":        {query{Fields: "content_publishing_limit{quota_usage}"}, "content_publishing_limit", "parent_id"},
		"of the empty path alone":   {query{Endpoint: "media", Fields: "boost_ads_list{ad_status}"}, "boost_ads_list", "parent_id ad_status"},
		"columns by name":           {query{Endpoint: "media", Fields: "text.as(account_id),like_count.as(date_stop),region,caption.as(date_start)"}, "media", "parent_id id account_id date_start date_stop"},
		"names of insights alone":   {query{Endpoint: "media", Fields: "children.as(ratings){caption.as(reviewer_id),username.as(region)}"}, "ratings", "parent_id id reviewer_id"},
		"an ad before its set":      {query{Fields: "username.as(adset_id),name.as(ad_id)"}, "page", "parent_id id ad_id"},
		"a set without its ad":      {query{Fields: "username.as(adset_id)"}, "page", "parent_id id adset_id"},
		"neither below a path":      {query{Endpoint: "media", Fields: "username.as(adset_id)"}, "media", "parent_id id"},
		"several of them":           {query{Fields: "media{caption}", Several: true}, "media", "parent_id id"},
		"unkeyed":                   {query{Fields: "media{caption}", Unkeyed: true}, "media", ""},
		"a series of unknown names": {query{Fields: "insights.period(day)"}, "insights", "parent_id id key1 key2 end_time name"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Accounts, c.options.Login = true, "facebook"
			l, failures, _ := tables.Query(c.options)
			require.Empty(t, failures)
			for _, table := range l.Tables {
				if table.Name == c.table {
					assert.Equal(t, c.want, strings.Join(table.Key, " "))
					return
				}
			}
			t.Fatalf("no table %s in\n%s", c.table, shownTables(l.Tables))
		})
	}
}

func TestQueryUnionOfColumns(t *testing.T) {
	l, failures, warnings := tables.Query(query{
		Name: "q", Accounts: true, Fields: "media{children.as(part){like_count.as(n),caption}},stories{comments.as(part){text,timestamp.as(n),caption}}",
	})
	assert.Empty(t, failures)
	assert.Equal(t, []tables.Remark{
		{Element: "fields", Message: "column 99 of fields: caption is not a field of IGComment that is known; it is read as text.", Action: "Leave it out if the call fails."},
		{Element: "fields", Message: "column 83 of fields: n comes as timestamp[us, tz=UTC] here and as int64 before; the column is read as text.", Action: "Give one of them another name with .as(name)."},
	}, warnings)
	assert.Equal(t, "q_part (parent_id id fb_graph_node)\n"+basic+" n:utf8? caption:utf8? text:utf8?\n", shownTables(l.Tables))
	assert.Equal(t, `object "" of IGUser as page, asks {media{children.as(part){like_count.as(n),caption}},stories{comments.as(part){text,timestamp.as(n),caption}}}
  - id id id
  list "media" of IGMedia as page_media, parent id, asks media{children.as(part){like_count.as(n),caption}}
    - id id id
    list "part" of IGMedia as page_media_part in table 0, parent id, asks children.as(part){like_count.as(n),caption}
      - n field n loose
      - caption field caption
      - text absent
  list "stories" of IGMedia as page_stories, parent id, asks stories{comments.as(part){text,timestamp.as(n),caption}}
    - id id id
    list "part" of IGComment as page_stories_part in table 0, parent id, asks comments.as(part){text,timestamp.as(n),caption}
      - n field n loose
      - caption field caption loose
      - text field text
`, shownPositions(l.Root))
}

// The values of two insights that meet have the type that holds both, without a word.
func TestQueryUnionOfInsights(t *testing.T) {
	for fields, want := range map[string]string{
		"insights.metric(reach).period(day),media{insights.metric(reach)}":           "int64",
		"insights.metric(reach).period(day),media{insights.metric(reels_skip_rate)}": "float64",
		"media{insights.metric(reels_skip_rate)},insights.metric(reach).period(day)": "float64",
	} {
		l := layoutOf(t, query{Accounts: true, Fields: fields})
		require.Len(t, l.Tables, 1)
		c, _ := l.Tables[0].Column("value")
		assert.Equal(t, want, c.Type.String(), fields)
	}
	l, _, warnings := tables.Query(query{Accounts: true, Fields: "insights.metric(reach).period(day),media{insights.metric(smiles)}"})
	c, _ := l.Tables[0].Column("value")
	assert.Equal(t, "utf8", c.Type.String())
	assert.Len(t, warnings, 1)

	l = layoutOf(t, query{Name: "q", Accounts: true, Fields: `insights.metric(reach).period(day).metric_type(total_value).breakdown(follow_type){values},
		media{insights.metric(profile_activity).breakdown(action_type)}`})
	assert.Equal(t, "q_insights (parent_id id key1 key2 end_time action_type fb_graph_node follow_type)\n"+basic+insightsColumns+
		" follow_type:utf8? title:utf8? description:utf8? action_type:utf8?\n", shownTables(l.Tables))
}

func TestQueryTablesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		options query
		want    tables.Remark
	}{
		"one name for two tables": {
			query{Name: "a_comments", Fields: "media{children.as(a_comments){caption},comments{text}}"},
			tables.Remark{
				Element: "fields", Message: "column 40 of fields: a_comments and comments would have one table, a_comments.",
				Action: "Give it another name with .as(name), or change the name of the query.",
			},
		},
		"insights among objects": {
			query{Name: "q", Fields: "insights.metric(reach).period(day),media.as(insights){caption}"},
			tables.Remark{Element: "fields", Message: "column 36 of fields: insights stands twice and differently.", Action: "Leave one of them, or give one another name with .as(name)."},
		},
		"insights among objects elsewhere": {
			query{Name: "q", Fields: "insights.metric(reach).period(day),media{comments.as(insights){text}}"},
			tables.Remark{Element: "fields", Message: "column 42 of fields: insights and other objects would share the table of insights.", Action: "Give it another name with .as(name)."},
		},
		"one node for two edges": {
			query{Name: "q", Fields: "media.as(a_b){comments{text}},stories.as(a){children.as(b){comments{text}}}"},
			tables.Remark{Element: "fields", Message: "column 60 of fields: page_a_b_comments is in fb_graph_node for other objects already.", Action: "Give it another name with .as(name)."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Accounts = true
			l, failures, _ := tables.Query(c.options)
			assert.Nil(t, l)
			assert.Equal(t, []tables.Remark{c.want}, failures)
		})
	}
}
