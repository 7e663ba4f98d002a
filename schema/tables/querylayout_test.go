package tables_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/schema/tables"
)

// basic begins every table that is read of accounts.
const basic = "  id:utf8 ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8"

const (
	insightsColumns = " name:utf8? key1:utf8 key2:utf8 value:int64? period:utf8? start_time:moment? end_time:moment?"
	bareInsights    = insightsColumns + " title:utf8? description:utf8?"
)

func TestQueryMediaWithComments(t *testing.T) {
	l := layoutOf(t, query{
		Name: "query_16", Endpoint: "media", Accounts: true,
		Fields: "caption,like_count,is_comment_enabled,owner{id},comments{timestamp,text}",
	})
	assert.Equal(t, `query_16_media (parent_id id)
`+basic+` caption:utf8? like_count:int64? is_comment_enabled:bool? owner_id:utf8?
query_16_comments (parent_id id)
`+basic+` timestamp:moment? text:utf8?
`, shownTables(l.Tables))
	assert.Equal(t, `list "" of IGMedia as page_media in table 0, asks {caption,like_count,is_comment_enabled,owner{id},comments{timestamp,text}}
  - caption field caption
  - like_count field like_count
  - is_comment_enabled field is_comment_enabled
  - owner_id field owner.id
  list "comments" of IGComment as page_media_comments in table 1, parent id, asks comments{timestamp,text}
    - timestamp field timestamp
    - text field text
`, shownPositions(l.Root))
	assert.Equal(t, "media", l.Path)
	assert.Equal(t, "media", l.Root.Edge.Name)
}

func TestQueryAccountInsights(t *testing.T) {
	l := layoutOf(t, query{Name: "page_daily_insights", Fields: "insights.period(day).metric(reach)", Accounts: true})
	assert.Equal(t, "page_daily_insights (parent_id id key1 key2 end_time)\n"+basic+bareInsights+"\n", shownTables(l.Tables))
	assert.Equal(t, `object "" of IGUser as page, asks {insights.period(day).metric(reach)}
  - id id id
  insights "insights" of InsightsResult as page_insights in table 0, parent id, metrics reach, asks insights.period(day).metric(reach)
    - name field name
    - key1 key1
    - key2 key2
    - value value
    - period field period
    - start_time start
    - end_time end
    - title field title
    - description field description
`, shownPositions(l.Root))
}

// The values of a map are rows by key1 and key2; the columns are those of every series.
func TestQueryMapInsights(t *testing.T) {
	l := layoutOf(t, query{
		Name: "online", Fields: "insights.metric(online_followers).period(lifetime){name,values}", Accounts: true,
	})
	assert.Equal(t, "online_insights (parent_id id key1 key2 end_time)\n"+basic+insightsColumns+"\n", shownTables(l.Tables))
}

func TestQueryAtAnyDepth(t *testing.T) {
	l := layoutOf(t, query{
		Name: "brand", Endpoint: "media", Accounts: true, Several: true, Login: "facebook", Fields: `
			id, timestamp,
			comments.limit(50).summary(true) { text, from { id, username }, replies { text, from, like_count } },
			insights.metric(reach, reels_skip_rate) { values },
			children { media_type, comments { hidden } }`,
	})
	assert.Equal(t, `brand_media (parent_id id)
`+basic+` timestamp:moment?
brand_comments (parent_id id fb_graph_node)
`+basic+` text:utf8? from_id:utf8? from_username:utf8? hidden:bool?
brand_summary (parent_id fb_graph_node)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8 total_count:int64? order:utf8?
brand_replies (parent_id id)
`+basic+` text:utf8? from_id:utf8? from_username:utf8? like_count:int64?
brand_insights (parent_id id key1 key2 end_time name)
`+basic+` name:utf8? key1:utf8 key2:utf8 value:float64? period:utf8? start_time:moment? end_time:moment?
brand_children (parent_id id)
`+basic+` media_type:utf8?
`, shownTables(l.Tables))
	assert.Equal(t, `list "" of IGMedia as page_media in table 0, asks {id,timestamp,comments.limit(50).summary(true){text,from{id,username},replies{text,from,like_count}},insights.metric(reach, reels_skip_rate){values,name,period},children{media_type,comments{hidden}}}
  - timestamp field timestamp
  list "comments" of IGComment as page_media_comments in table 1, parent id, asks comments.limit(50).summary(true){text,from{id,username},replies{text,from,like_count}}
    - text field text
    - from_id field from.id
    - from_username field from.username
    - hidden absent
    list "replies" of IGComment as page_media_comments_replies in table 3, parent id, asks replies{text,from,like_count}
      - text field text
      - from_id field from.id
      - from_username field from.username
      - like_count field like_count
  summary "comments.summary" of  as page_media_comments in table 2, parent id, asks comments.limit(50).summary(true){text,from{id,username},replies{text,from,like_count}}
    - total_count field total_count
    - order field order
  insights "insights" of InsightsResult as page_media_insights in table 4, parent id, metrics reach reels_skip_rate, asks insights.metric(reach, reels_skip_rate){values,name,period}
    - name field name
    - key1 key1
    - key2 key2
    - value value
    - period field period
    - start_time start
    - end_time end
  list "children" of IGMedia as page_media_children in table 5, parent id, asks children{media_type,comments{hidden}}
    - media_type field media_type
    list "comments" of IGComment as page_media_children_comments in table 1, parent id, asks comments{hidden}
      - text absent
      - from_id absent
      - from_username absent
      - hidden field hidden
`, shownPositions(l.Root))
}

func TestQueryThroughObjects(t *testing.T) {
	l := layoutOf(t, query{
		Name: "rival", Accounts: true, Several: true, Login: "facebook", Fields: `
			username,
			business_discovery.username(bluebottle){followers_count, media.limit(10){caption, view_count, children{media_url}}},
			mentioned_media.media_id(178).as(mention){id, comments{text}}`,
	})
	assert.Equal(t, `rival_page (parent_id id)
`+basic+` username:utf8? business_discovery_followers_count:int64? mention_id:utf8?
rival_media (parent_id id ex_account_id)
`+basic+` caption:utf8? view_count:int64?
rival_children (parent_id id ex_account_id)
`+basic+` media_url:utf8?
rival_comments (parent_id id ex_account_id)
`+basic+` text:utf8?
`, shownTables(l.Tables))
	assert.Equal(t, `object "" of IGUser as page in table 0, asks {username,business_discovery.username(bluebottle){followers_count,media.limit(10){caption,view_count,children{media_url}}},mentioned_media.media_id(178).as(mention){id,comments{text}}}
  - username field username
  - business_discovery_followers_count field business_discovery.followers_count
  - mention_id field mention.id
  - business_discovery_id field business_discovery.id
  list "business_discovery.media" of IGMedia as page_business_discovery_media in table 1, parent business_discovery_id, via business_discovery, asks media.limit(10){caption,view_count,children{media_url}}
    - caption field caption
    - view_count field view_count
    list "children" of IGMedia as page_business_discovery_media_children in table 2, parent id, asks children{media_url}
      - media_url field media_url
  list "mention.comments" of IGComment as page_mention_comments in table 3, parent mention_id, via mentioned_media, asks comments{text}
    - text field text
`, shownPositions(l.Root))
	via := l.Root.Children[0].Via
	assert.Equal(t, "business_discovery.username(bluebottle){followers_count,media.limit(10){caption,view_count,children{media_url}}}", via[0].String())
}

// An object in an object, each with an edge: both are on the way, the outermost first.
func TestQueryThroughObjectsInObjects(t *testing.T) {
	l := layoutOf(t, query{
		Name: "q", Endpoint: "17858843269216389", Fields: "text,media{owner{stories{caption}},comments{text}}",
	})
	assert.Equal(t, `object "" of IGComment as page_17858843269216389 in table 0, asks {text,media{owner{stories{caption}},comments{text}}}
  - text field text
  - media_owner_id field media.owner.id
  - media_id field media.id
  list "media.owner.stories" of IGMedia as page_17858843269216389_media_owner_stories in table 1, parent media_owner_id, via media, via owner, asks stories{caption}
    - caption field caption
  list "media.comments" of IGComment as page_17858843269216389_media_comments in table 2, parent media_id, via media, asks comments{text}
    - text field text
`, shownPositions(l.Root))
	assert.Equal(t, `q_17858843269216389 (parent_id id)
  id:utf8 ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8? text:utf8?
q_stories (parent_id id)
  id:utf8 ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8 caption:utf8?
q_comments (parent_id id)
  id:utf8 ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8 text:utf8?
`, shownTables(l.Tables))
}

func TestQueryTypesOfFields(t *testing.T) {
	l := layoutOf(t, query{Name: "q", Endpoint: "me/accounts", Fields: "id,fan_count,tasks,category_list,instagram_business_account{id,followers_count}"})
	assert.Equal(t, `q_me_accounts (parent_id id)
  id:utf8 ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8? fan_count:int64? tasks:texts? category_list:utf8? instagram_business_account_id:utf8? instagram_business_account_followers_count:int64?
`, shownTables(l.Tables))
	assert.Equal(t, tables.QueryJSON, l.Root.Columns[6].Form)
	l = layoutOf(t, query{Name: "q", Endpoint: "178", Fields: "boost_eligibility_info,owner,product_tags{product_id,x}"})
	assert.Equal(t, `q_178 (parent_id id)
  id:utf8 ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8? boost_eligibility_info_eligible_to_boost:bool? boost_eligibility_info_boost_ineligible_reason:utf8? owner_id:utf8?
q_product_tags (parent_id product_id)
  id:utf8? ex_account_id:utf8? fb_graph_node:utf8 parent_id:utf8 product_id:utf8? x:float64?
`, shownTables(l.Tables))
}

// Without fields the API gives its defaults, and the table has a column for each. A credential among them is the
// reason to ask for the others by name.
func TestQueryWithoutFields(t *testing.T) {
	l := layoutOf(t, query{Name: "q", Endpoint: "media", Fields: "comments{}", Accounts: true})
	assert.Equal(t, "q_comments (parent_id id)\n"+basic+" timestamp:moment? text:utf8?\n", shownTables(l.Tables))
	assert.Equal(t, "comments", l.Root.Item.Fields.String())

	l = layoutOf(t, query{Name: "q", Endpoint: "me/accounts"})
	assert.Equal(t, "category,category_list,name,id,tasks", l.Root.Item.Fields.String())
	l = layoutOf(t, query{Name: "q", Endpoint: "me", Fields: "name,accounts"})
	assert.Equal(t, "name,accounts{category,category_list,name,id,tasks}", l.Root.Item.Fields.String())

	l = layoutOf(t, query{Name: "q", Endpoint: "stories", Accounts: true})
	assert.Empty(t, l.Root.Item.Fields)
	assert.Equal(t, "q_stories (parent_id id)\n"+basic+"\n", shownTables(l.Tables), "the only table")
}

// Objects of nothing but their ids have no table, unless there would be none at all.
func TestQueryTablesOfIDs(t *testing.T) {
	l := layoutOf(t, query{Name: "q", Endpoint: "media", Fields: "id,comments{id,replies{text}},children", Accounts: true})
	assert.Equal(t, "q_replies (parent_id id)\n"+basic+" text:utf8?\n", shownTables(l.Tables))
	assert.Equal(t, `list "" of IGMedia as page_media, asks {id,comments{id,replies{text}},children}
  - id id id
  list "comments" of IGComment as page_media_comments, parent id, asks comments{id,replies{text}}
    - id id id
    list "replies" of IGComment as page_media_comments_replies in table 0, parent id, asks replies{text}
      - text field text
  list "children" of IGMedia as page_media_children, parent id, asks children
`, shownPositions(l.Root))
	l = layoutOf(t, query{Name: "q", Endpoint: "media", Fields: "id,comments{id}", Accounts: true})
	assert.Equal(t, "q_media (parent_id id)\n"+basic+"\nq_comments (parent_id id)\n"+basic+"\n", shownTables(l.Tables))
}

func TestQuerySummaries(t *testing.T) {
	l := layoutOf(t, query{
		Name: "q", Endpoint: "media", Accounts: true,
		Fields: "comments.limit(0).summary(total_count){text,replies{text}},children.summary(total_count,seen).as(album){media_type}",
	})
	assert.Equal(t, `q_summary (parent_id fb_graph_node)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8 total_count:int64? seen:utf8?
q_album (parent_id id)
`+basic+` media_type:utf8?
`, shownTables(l.Tables))
	assert.Equal(t, `list "" of IGMedia as page_media, asks {comments.limit(0).summary(total_count){text,replies{text}},children.summary(total_count,seen).as(album){media_type}}
  - id id id
  list "comments" of IGComment as page_media_comments, parent id, asks comments.limit(0).summary(total_count){text,replies{text}}
  summary "comments.summary" of  as page_media_comments in table 0, parent id, asks comments.limit(0).summary(total_count){text,replies{text}}
    - total_count field total_count
    - seen absent
  list "album" of IGMedia as page_media_album in table 1, parent id, asks children.summary(total_count,seen).as(album){media_type}
    - media_type field media_type
  summary "album.summary" of  as page_media_album in table 0, parent id, asks children.summary(total_count,seen).as(album){media_type}
    - total_count field total_count
    - seen field seen loose
`, shownPositions(l.Root))
	l = layoutOf(t, query{Name: "q", Endpoint: "media", Accounts: true, Fields: "comments.summary(false){text}"})
	assert.Len(t, l.Tables, 1)
}

// Objects without an id hand on the parent they have.
func TestQueryParentsOfObjectsWithoutID(t *testing.T) {
	l, failures, _ := tables.Query(query{
		Name: "q", Accounts: true, Endpoint: "content_publishing_limit", Fields: "quota_usage,media.limit(5){caption}",
	})
	assert.Empty(t, failures)
	assert.Equal(t, `q_content_publishing_limit (parent_id)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8 quota_usage:int64?
q_media (parent_id id)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8 caption:utf8?
`, shownTables(l.Tables))
	assert.Equal(t, "", l.Root.Children[0].ParentColumn, "the account")
	l, failures, _ = tables.Query(query{
		Name: "q", Accounts: true, Fields: "content_publishing_limit{media.limit(5){caption}}",
	})
	assert.Empty(t, failures)
	assert.Equal(t, `object "" of IGUser as page, asks {content_publishing_limit{media.limit(5){caption}}}
  - id id id
  list "content_publishing_limit" of ContentPublishingLimit as page_content_publishing_limit, parent id, asks content_publishing_limit{media.limit(5){caption}}
    - parent_id parent
    list "media" of  as page_content_publishing_limit_media in table 0, parent parent_id, asks media.limit(5){caption}
      - caption field caption loose
`, shownPositions(l.Root))
}

func TestQueryFieldsAskedTwice(t *testing.T) {
	l := layoutOf(t, query{Name: "q", Endpoint: "media", Accounts: true, Fields: "caption, caption,comments{text,text},comments{text, text}"})
	assert.Equal(t, "caption,comments{text}", l.Root.Item.Fields.String())
	l = layoutOf(t, query{Name: "q", Endpoint: "media", Accounts: true, Fields: "comments.limit(1).as(first){text},comments.as(all){text}"})
	assert.Equal(t, "q_first (parent_id id)\n"+basic+" text:utf8?\nq_all (parent_id id)\n"+basic+" text:utf8?\n", shownTables(l.Tables))
}

func TestQueryUnkeyed(t *testing.T) {
	l := layoutOf(t, query{Name: "q", Endpoint: "media", Accounts: true, Fields: "caption,comments{text}", Unkeyed: true})
	for _, table := range l.Tables {
		assert.Empty(t, table.Key)
	}
}
