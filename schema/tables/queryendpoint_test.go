package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/schema/tables"
)

func TestQueryEndpoints(t *testing.T) {
	for _, c := range []struct {
		login, endpoint, fields string
		accounts                bool
		want                    string
	}{
		{"facebook", "", "username", true, `object IGUser page ""`},
		{"", " / ", "username", true, `object IGUser page ""`},
		{"instagram", "/media/", "caption", true, `list IGMedia page_media "media"`},
		{"", "stories?limit=100", "caption", true, `list IGMedia page_stories "stories" limit=100`},
		{"", "insights?metric=reach,follower_count&period=day", "", true, `insights InsightsResult page_insights "insights" metric=reach,follower_count period=day`},
		{"facebook", "recently_searched_hashtags", "name", true, `list IGHashtag page_recently_searched_hashtags "recently_searched_hashtags"`},
		{"facebook", "ig_hashtag_search?q=latte%20art", "name", true, `list IGHashtag page_ig_hashtag_search "ig_hashtag_search" q=latte art`},
		{"facebook", "ig_hashtag_search//recent_media?q=coffee", "caption", true, `list IGMedia page_ig_hashtag_search_recent_media "ig_hashtag_search/recent_media" q=coffee`},
		{"facebook", "ig_hashtag_search?user_id=1&q=coffee", "name", false, `list IGHashtag page_ig_hashtag_search "ig_hashtag_search" user_id=1 q=coffee`},
		{"facebook", "me", "name", false, `object User page_me "me"`},
		{"instagram", "me", "username", false, `object IGUser page_me "me"`},
		{"", "me", "name", false, `object User page_me "me"`},
		{"", "me", "name,biography", false, `object IGUser page_me "me"`},
		{"", "me/accounts", "category", false, `list Page page_me_accounts "me/accounts"`},
		{"", "me/media", "caption", false, `list IGMedia page_me_media "me/media"`},
		{"", "178", "username", false, `object IGUser page_178 "178"`},
		{"", "178", "caption,username", false, `object IGMedia page_178 "178"`},
		{"", "178_179", "text,timestamp", false, `object IGComment page_178_179 "178_179"`},
		{"", "178", "name,top_media.user_id(1){caption}", false, `object IGHashtag page_178 "178"`},
		{"", "178", "fan_count,link", false, `object Page page_178 "178"`},
		{"", "178", "name,id,accounts{category}", false, `object User page_178 "178"`},
		{"", "178", "", false, `object IGUser page_178 "178"`},
		{"", "178/media", "caption", false, `list IGMedia page_178_media "178/media"`},
		{"", "178/replies", "text", false, `list IGComment page_178_replies "178/replies"`},
		{"", "178/comments", "text", false, `list IGComment page_178_comments "178/comments"`},
		{"", "178/top_media?user_id=5", "caption", false, `list IGMedia page_178_top_media "178/top_media" user_id=5`},
		{"", "178/insights?metric=saved", "", false, `insights InsightsResult page_178_insights "178/insights" metric=saved`},
		{"", "178/insights?metric=follower_count&period=day", "", false, `insights InsightsResult page_178_insights "178/insights" metric=follower_count period=day`},
	} {
		t.Run(c.endpoint+" "+c.fields, func(t *testing.T) {
			l := layoutOf(t, query{Name: "q", Endpoint: c.endpoint, Fields: c.fields, Accounts: c.accounts, Login: c.login})
			got := []string{kindNames[l.Root.Kind], l.Root.Node, l.Root.GraphNode, `"` + l.Path + `"`}
			for _, p := range l.Params {
				got = append(got, p.Name+"="+p.Value)
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
			assert.Equal(t, 0, l.Root.Table)
			part := strings.ReplaceAll(l.Path, "/", "_")
			if part == "" {
				part = "page"
			}
			assert.Equal(t, "q_"+part, l.Tables[0].Name)
			assert.Equal(t, !c.accounts, l.Tables[0].Columns[1].Nullable)
			assert.Equal(t, !c.accounts, l.Tables[0].Columns[3].Nullable)
		})
	}
}

func TestQueryEndpointsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		login, endpoint string
		accounts        bool
		message, action string
	}{
		{"", "mdeia", true, "mdeia is not an edge of an account.", "Use media if that was meant."},
		{"", "shoe_sizes", true, "shoe_sizes is not an edge of an account.", "Name an edge of an account, such as media."},
		{"", "a b", true, `"a b" is not an edge of an account.`, "Name an edge of an account, such as media."},
		{"", "ig_hashtag_serch", true, "ig_hashtag_serch is not an edge of an account.", "Use ig_hashtag_search if that was meant."},
		{"", "username", true, "username is a field of an account and not an edge of it.", "Leave the endpoint empty, and name it among the fields."},
		{"", "media/comments", true, "media/comments goes on behind the list media.", "End the endpoint with media, and nest comments in the fields: comments{…}."},
		{"instagram", "recently_searched_hashtags", true, "recently_searched_hashtags can be read with the facebook login alone.", "Set the login to facebook."},
		{"instagram", "ig_hashtag_search?q=x", true, "ig_hashtag_search can be read with the facebook login alone.", "Set the login to facebook."},
		{"", "ig_hashtag_search", true, "ig_hashtag_search does not say which hashtag to look up.", "Write ig_hashtag_search?q=coffee."},
		{"", "ig_hashtag_search?q=", true, "ig_hashtag_search does not say which hashtag to look up.", "Write ig_hashtag_search?q=coffee."},
		{"", "ig_hashtag_search/top_meda?q=x", true, "top_meda is not an edge of a hashtag.", "Use top_media if that was meant."},
		{"", "ig_hashtag_search/top_media/comments?q=x", true, "ig_hashtag_search/top_media/comments goes on behind the list top_media.", "End the endpoint with top_media, and nest comments in the fields: comments{…}."},
		{"", "ig_hashtag_search?q=x", false, "ig_hashtag_search does not say for which account to search.", "Add &user_id= with the id of an account, or name the accounts of the query."},
		{"", "ig_hashtag_search/top_media?q=x&user_id=1", false, "ig_hashtag_search/top_media is read of accounts.", "Name the accounts to search with."},
		{"", "me/accounts", true, "me/accounts is no path below an account.", "Set the accounts to none."},
		{"", "178/media", true, "178/media is no path below an account.", "Set the accounts to none."},
		{"", "", false, "a query without accounts has no endpoint.", "Name one, such as me/accounts, or name accounts."},
		{"", "media", false, "media is an edge of an account, and the query has no accounts.", "Name the accounts, or write an id before it: 17841400000000000/media."},
		{"", "moi", false, "moi is neither an id nor a path of the API.", "Begin with me or an id."},
		{"", "178x/media", false, "178x is neither an id nor a path of the API.", "Begin with me or an id."},
		{"", "me/acounts", false, "acounts is not an edge of me.", "Use accounts if that was meant."},
		{"", "me/accounts/posts", false, "me/accounts/posts goes on behind the list accounts.", "End the endpoint with accounts, and nest posts in the fields: posts{…}."},
		{"", "178/photos", false, "photos is not an edge of 178.", "Name an edge of the object, such as media."},
		{"facebook", "178/conversations", false, "conversations can be read with the instagram login alone.", "Set the login to instagram."},
		{"", "media?fields=id", true, "fields cannot be a parameter of the endpoint.", "Move them to the fields of the query."},
		{"", "media?ids=1,2", true, "ids cannot be a parameter of the endpoint.", "Name the ids as the accounts of the query."},
		{"", "media?summary=true", true, "the list that an endpoint answers has no table for its summary.", "Leave it out, and ask for the list with .summary(true) among the fields of what it belongs to."},
		{"", "media?access_token=EAAB", true, "access_token is a credential, which no endpoint may hold.", "Set accessToken and appSecret instead."},
		{"", "media?limit=0", true, "the parameter limit is 0.", "Choose a number from 1 to 100."},
		{"", "media?limit=101", true, "the parameter limit is 101.", "Choose a number from 1 to 100."},
		{"", "media?limit=", true, `the parameter limit is "".`, "Choose a number from 1 to 100."},
		{"", "media?since=1&since=2", true, "the parameter since stands twice.", "Leave one of them."},
		{"", "media?=1", true, "a parameter of the endpoint has no name.", "Give it a name, or take it out."},
		{"", "media?since=%zz", true, "the parameter since has percent signs that lead to no character.", "Write % as %25."},
	} {
		t.Run(c.endpoint, func(t *testing.T) {
			l, failures, warnings := tables.Query(query{Name: "q", Endpoint: c.endpoint, Fields: "", Accounts: c.accounts, Login: c.login})
			assert.Nil(t, l)
			assert.Empty(t, warnings)
			assert.Equal(t, remark("endpoint", c.message, c.action), failures)
		})
	}
}

func TestQueryEndpointsWithWarnings(t *testing.T) {
	for _, c := range []struct {
		endpoint        string
		message, action string
	}{
		{"media?sinc=1", "sinc is not a parameter that is known; it is sent as it is.", "Use since if that was meant."},
		{"?shoe_size=1", "shoe_size is not a parameter that is known; it is sent as it is.", "Leave it out if the call fails."},
		{"authorized_adaccounts?business=1", "authorized_adaccounts leads to AdAccount, whose fields are not known; they are read as text.", "Name the fields of it that are needed."},
		{"insights?metric=reach&period=day&metrik=1", "metrik is not a parameter that is known; it is sent as it is.", "Use metric if that was meant."},
		{"insights?period=day", "insights are asked for without a metric, which the API refuses.", "Name metrics: insights.metric(reach)."},
		{"insights?metric=impressions&period=day", "impressions was removed in v22.0, and from all versions on 2025-04-21.", "Use views."},
	} {
		t.Run(c.endpoint, func(t *testing.T) {
			l, failures, warnings := tables.Query(query{Name: "q", Endpoint: c.endpoint, Accounts: true})
			require.Empty(t, failures)
			assert.NotNil(t, l)
			assert.Equal(t, remark("endpoint", c.message, c.action), warnings)
		})
	}
	_, _, warnings := tables.Query(query{Name: "q", Endpoint: "product_appeal", Accounts: true})
	assert.Equal(t, []tables.Remark{
		{Element: "endpoint", Message: "product_appeal cannot be read without its parameter product_id.", Action: "Add ?product_id= to the endpoint."},
		{Element: "endpoint", Message: "product_appeal leads to IGShoppingProductAppeal, whose fields are not known; they are read as text.", Action: "Name the fields of it that are needed."},
	}, warnings)
}

// What is wrong with the endpoint and with the fields is said at once, and no credential in it is repeated.
func TestQueryFailsOnceForAll(t *testing.T) {
	_, syntax := fields.Parse("id{")
	_, failures, _ := tables.Query(query{Name: "q", Endpoint: "mdeia?limit=0&access_token=EAAB%zz&fields=EAAC", Accounts: true, Fields: "id{"})
	var messages []string
	for _, f := range failures {
		messages = append(messages, f.Element+": "+f.Message)
	}
	assert.Equal(t, []string{
		"fields: " + syntax.Error() + ".",
		"endpoint: the parameter limit is 0.",
		"endpoint: the parameter access_token has percent signs that lead to no character.",
		"endpoint: fields cannot be a parameter of the endpoint.",
		"endpoint: mdeia is not an edge of an account.",
	}, messages)
	assert.NotContains(t, strings.Join(messages, " "), "EAA")
}
