package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema/tables"
)

func TestQueryFieldsWithWarnings(t *testing.T) {
	const (
		leave = "Leave it out if the call fails."
		name  = "Name the fields of it that are needed."
	)
	for _, c := range []struct {
		endpoint, fields string
		message, action  string
		column           string // behind the basic ones, name:type
		form             tables.QueryForm
	}{
		{"media", "id,captoin", "column 4 of fields: captoin is not a field of IGMedia that is known; it is read as text.", "Use caption if that was meant.", "captoin:utf8", tables.QueryLoose},
		{"media", "id, shoe-size", "column 5 of fields: shoe-size is not a field of IGMedia that is known; it is read as text.", leave, "shoe_size:utf8", tables.QueryLoose},
		{"media", "coments{text,id}", "column 1 of fields: coments is not a field of IGMedia that is known; it is read as text.", "Use comments if that was meant.", "coments:utf8", tables.QueryLoose},
		{"media", "owner{nam}", "column 7 of fields: nam is not a field of IGUser that is known; it is read as text.", "Use name if that was meant.", "owner_nam:utf8", tables.QueryLoose},
		{"", "name,alt_text", "column 6 of fields: alt_text is documented for IGUser, but the API most likely refuses it.", leave, "name:utf8", tables.QueryText},
		{"tags", "caption,like_count", "column 9 of fields: like_count is not known to be public, and the objects belong to other accounts.", leave, "caption:utf8", tables.QueryText},
		{"", "business_discovery.username(x){media{like_count}}", "column 38 of fields: like_count is not known to be public, and the objects belong to other accounts.", leave, "", 0},
		{"", "owner_business{id,permitted{a}}", "column 1 of fields: owner_business leads to Business, whose fields are not known; they are read as text.", name, "owner_business_id:utf8", tables.QueryLoose},
		{"", "agencies{id,title}", "column 1 of fields: agencies leads to Business, whose fields are not known; they are read as text.", name, "title:utf8", tables.QueryLoose},
		{"", "agencies", "column 1 of fields: agencies leads to Business, whose fields are not known; they are read as text.", name, "", 0},
		{"media", "copyright_check_information{status{state}}", "column 29 of fields: status leads to an object, whose fields are not known; they are read as text.", name, "copyright_check_information_status_state:utf8", tables.QueryLoose},
		{"media", "likes.limit(5){username}", "column 1 of fields: likes is not a field of IGMedia that is known; it is read as a list.", "Write insights.metric(likes) if that was meant.", "username:utf8", tables.QueryLoose},
		{"media", "caption,comments.lmit(5){text}", "column 18 of fields: lmit is not a modifier that is known; it is sent as it is.", "Use limit if that was meant.", "caption:utf8", tables.QueryText},
		{"media", "caption.limit(5)", "column 9 of fields: limit is for lists, and caption is none.", "Leave it out.", "caption:utf8", tables.QueryText},
		{"media", "owner.since(today){id}", "column 7 of fields: since is for lists, and owner is none.", "Leave it out.", "owner_id:utf8", tables.QueryText},
		{"", "recently_searched_hashtags{name,top_media{caption}}", "column 33 of fields: top_media cannot be read without its parameter user_id.", "Write top_media.user_id(…).", "name:utf8", tables.QueryText},
		{"178/comments", "text,parent_id", "column 6 of fields: parent_id is a column that every table has; the field is read into field_parent_id.", "Look for it there.", "text:utf8", tables.QueryText},
		{"media", "caption.as(fb_graph_node)", "column 1 of fields: fb_graph_node is a column that every table has; the field is read into field_fb_graph_node.", "Look for it there.", "field_fb_graph_node:utf8", tables.QueryText},
	} {
		t.Run(c.fields, func(t *testing.T) {
			l, failures, warnings := tables.Query(query{
				Name: "q", Endpoint: c.endpoint, Fields: c.fields, Accounts: !strings.Contains(c.endpoint, "/"), Login: "facebook",
			})
			require.Empty(t, failures)
			assert.Equal(t, remark("fields", c.message, c.action), warnings)
			if c.column == "" {
				return
			}
			p := l.Root
			if p.Table < 0 {
				p = p.Children[0]
			}
			require.Zero(t, p.Table)
			col := p.Columns[4]
			assert.Equal(t, c.column, col.Name+":"+col.Type.String())
			assert.Equal(t, c.form, col.Form)
			assert.Equal(t, tables.QueryField, col.Role)
		})
	}
}

// A list of which nothing is known is a table all the same, so that what comes is counted.
func TestQueryUnknownLists(t *testing.T) {
	l, _, warnings := tables.Query(query{Name: "q", Accounts: true, Fields: "agencies,media{likes.limit(5){insights.metric(reach),name}}"})
	assert.Len(t, warnings, 2)
	assert.Equal(t, `q_agencies (parent_id id)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8
q_likes (parent_id id)
  id:utf8? ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8 name:utf8?
q_insights (parent_id id key1 key2 end_time)
  id:utf8 ex_account_id:utf8 fb_graph_node:utf8 parent_id:utf8? name:utf8? key1:utf8 key2:utf8 value:utf8? period:utf8? start_time:moment? end_time:moment? title:utf8? description:utf8?
`, shownTables(l.Tables))
	assert.Empty(t, l.Root.Children[0].Node)
	assert.Equal(t, "Business", l.Root.Children[0].Edge.Node)
	assert.Empty(t, l.Root.Children[1].Children[0].Edge)
}

func TestQueryFieldsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		login, endpoint, fields string
		message, action         string
	}{
		{"instagram", "media", "id,saved_count", "column 4 of fields: saved_count can be read with the facebook login alone.", "Leave it out, or set the login to facebook."},
		{"instagram", "media", "collaborators", "column 1 of fields: collaborators can be read with the facebook login alone.", "Leave it out, or set the login to facebook."},
		{"facebook", "media", "video_title", "column 1 of fields: video_title was removed in v14.0.", "Leave it out."},
		{"facebook", "media", "id,view_count", "column 4 of fields: view_count can be read through business_discovery alone.", "Leave it out."},
		{"facebook", "", "business_discovery{username}", "column 1 of fields: business_discovery cannot be read without its argument username.", "Write business_discovery.username(…)."},
		{"", "me/accounts", "id,access_token", "column 4 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "me", "accounts{id,name,access_token}", "column 18 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "media", "owner{access_token.as(x)}", "column 7 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "media", "unheard_of{access_token}", "column 12 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "me/accounts", "category_list{x{access_token}}", "column 17 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "media", "insights.metric(reach){access_token}", "column 24 of fields: access_token is a credential, which no table may hold.", "Leave it out."},
		{"", "media", "caption{id}", "column 1 of fields: caption is a single value and has no fields.", "Leave the braces out."},
		{"", "media", "comments.limit(0){text}", "column 10 of fields: the limit of comments is 0, and no summary is asked for.", "Choose a number from 1 to 100, or add .summary(true)."},
		{"", "media", "comments.limit(0).summary(false){text}", "column 10 of fields: the limit of comments is 0, and no summary is asked for.", "Choose a number from 1 to 100, or add .summary(true)."},
		{"", "media", "id,comments.limit(101){text}", "column 13 of fields: the limit of comments is 101.", "Choose a number from 1 to 100."},
		{"", "media", "comments.limit(-1){text}", "column 10 of fields: the limit of comments is \"-1\".", "Choose a number from 1 to 100."},
		{"", "media", "comments.limit(all){text}", "column 10 of fields: the limit of comments is all.", "Choose a number from 1 to 100."},
		{"", "media", "comments.limit(05){text}", "column 10 of fields: the limit of comments is 05.", "Choose a number from 1 to 100."},
		{"", "media", "comments{replies.limit(0){text}}", "column 18 of fields: the limit of replies is 0, and no summary is asked for.", "Choose a number from 1 to 100, or add .summary(true)."},
		{"", "media", "comments.limit(5).limit(6){text}", "column 19 of fields: limit stands twice behind comments.", "Leave one of them."},
		{"", "media", "comments{text},caption,comments{id}", "column 24 of fields: comments stands twice and differently.", "Leave one of them, or give one another name with .as(name)."},
		{"", "media", "caption,username.as(caption)", "column 9 of fields: caption stands twice and differently.", "Leave one of them, or give one another name with .as(name)."},
		{"", "media", "caption.as(1a)", `column 9 of fields: 1a is not a name that caption can have.`, "Choose one of letters, digits and underscores."},
		{"", "media", "caption.as()", `column 9 of fields: "" is not a name that caption can have.`, "Choose one of letters, digits and underscores."},
		{"", "media", "caption.as(a.b)", `column 9 of fields: "a.b" is not a name that caption can have.`, "Choose one of letters, digits and underscores."},
		{"", "media", "caption.as(id)", "column 1 of fields: id is the name of the objects' id and cannot be that of caption.", "Choose another name."},
		{"", "media", "owner{id},caption.as(owner_id)", "column 11 of fields: owner_id would be a second column owner_id.", "Give it another name with .as(name)."},
		{"", "media", "caption.as(a-b),username.as(a_b)", "column 17 of fields: a_b would be a second column a_b.", "Give it another name with .as(name)."},
		{"", "media", "comments.summary(a b)", "column 10 of fields: \"a b\" is not a field of a summary.", "Write summary(true), or names of fields."},
	} {
		t.Run(c.fields, func(t *testing.T) {
			l, failures, _ := tables.Query(query{
				Name: "q", Endpoint: c.endpoint, Fields: c.fields, Accounts: !strings.HasPrefix(c.endpoint, "me") || c.endpoint == "media", Login: c.login,
			})
			assert.Nil(t, l)
			assert.Equal(t, remark("fields", c.message, c.action), failures)
		})
	}
}

func TestQueryOfAThousandLevels(t *testing.T) {
	l, failures, _ := tables.Query(query{Endpoint: "media", Accounts: true, Fields: strings.Repeat("comments{", 1000) + "id" + strings.Repeat("}", 1000)})
	assert.Nil(t, l)
	require.Len(t, failures, 1)
	assert.Equal(t, "fields", failures[0].Element)
	assert.Regexp(t, `^column \d+ of fields: .*\.$`, failures[0].Message)
	assert.Equal(t, "Correct the expression there.", failures[0].Action)
}
