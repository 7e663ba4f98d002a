package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema/tables"
)

const profileHead = `account_id utf8 | account id
username utf8? | field username
name utf8? | field name
biography utf8? | field biography
website utf8? | field website
followers_count int64? | field followers_count
follows_count int64? | field follows_count
media_count int64? | field media_count
profile_picture_url utf8? | field profile_picture_url
`

func TestAccountProfile(t *testing.T) {
	for _, c := range []struct {
		name, login string
		fields      []string
		more        string
		warnings    []tables.Remark
	}{
		{name: "defaults", login: "facebook"},
		{name: "asked again", login: "facebook", fields: []string{"username", "id", "media_count"}},
		{
			name: "more fields", login: "facebook",
			fields: []string{"ig_id", "is_published", "ig_id", "legacy_instagram_user_id", "has_profile_pic"},
			more: "ig_id int64? | field ig_id\nis_published bool? | field is_published\n" +
				"legacy_instagram_user_id utf8? | field legacy_instagram_user_id\nhas_profile_pic bool? | field has_profile_pic\n",
		},
		{
			name: "the Instagram login", login: "instagram", fields: []string{"user_id", "account_type"},
			more: "user_id int64? | field user_id\naccount_type utf8? | field account_type\n",
		},
		{
			name: "an object", login: "facebook", fields: []string{"owner_business"},
			more: "owner_business utf8? | field owner_business\n",
		},
		{
			name: "a login not known yet", fields: []string{"user_id", "ig_id"},
			more: "user_id int64? | field user_id\nig_id int64? | field ig_id\n",
		},
		{
			name: "unknown fields", login: "facebook", fields: []string{"followers_cuont", "shoe_size", "shoe_size"},
			more: "followers_cuont utf8? | field followers_cuont\nshoe_size utf8? | field shoe_size\n",
			warnings: []tables.Remark{
				{Element: "followers_cuont", Message: "followers_cuont is not a field of accounts that is known; it is read as text.", Action: "Use followers_count if that was meant."},
				{Element: "shoe_size", Message: "shoe_size is not a field of accounts that is known; it is read as text.", Action: "Leave it out if the call fails."},
			},
		},
		{
			name: "nearest of the host", login: "instagram", fields: []string{"is_publishd"},
			more: "is_publishd utf8? | field is_publishd\n",
			warnings: []tables.Remark{
				{Element: "is_publishd", Message: "is_publishd is not a field of accounts that is known; it is read as text.", Action: "Leave it out if the call fails."},
			},
		},
		{
			name: "columns of our own", login: "facebook", fields: []string{"account_id", "retrieved_at"},
			warnings: []tables.Remark{
				{Element: "account_id", Message: "account_id is no field of the API; the table has this column anyway.", Action: "Leave it out."},
				{Element: "retrieved_at", Message: "retrieved_at is no field of the API; the table has this column anyway.", Action: "Leave it out."},
			},
		},
		{
			name: "a field of the documentation alone", login: "facebook", fields: []string{"alt_text"},
			more: "alt_text utf8? | field alt_text\n",
			warnings: []tables.Remark{
				{Element: "alt_text", Message: "alt_text is documented for accounts, but the API most likely refuses it.", Action: "Leave it out if the call fails."},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, warnings, err := tables.AccountProfile(c.fields, c.login)
			require.NoError(t, err)
			sound(t, l)
			assert.Equal(t, "account_profile", l.Table.Name)
			assert.Equal(t, tables.Profile, l.Form)
			assert.Equal(t, []string{"account_id"}, l.Table.Key)
			assert.Equal(t, profileHead+c.more+"retrieved_at timestamp[us, tz=UTC] | retrieved at", strings.Join(shape(l), "\n"))
			assert.Equal(t, c.warnings, warnings)
			assert.Len(t, l.Fields, len(l.Names(tables.Field)))
			failures, same := tables.CheckProfileFields(c.fields, c.login)
			assert.Empty(t, failures)
			assert.Equal(t, warnings, same)
		})
	}
}

func TestAccountProfileGoldens(t *testing.T) {
	l, _, err := tables.AccountProfile([]string{"is_published", "owner_business"}, "facebook")
	require.NoError(t, err)
	goldens(t, "profile", l.Table)
	c, _ := l.Table.Column("owner_business")
	assert.Equal(t, "Business that owns the account, as JSON text.", c.Doc)
}

func TestProfileFieldsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		login, field, message, action string
	}{
		"of Facebook's host":  {"instagram", "is_published", "is_published can be read with the facebook login alone.", "Leave it out, or set the login to facebook."},
		"of Instagram's host": {"facebook", "account_type", "account_type can be read with the instagram login alone.", "Leave it out, or set the login to instagram."},
		"with an argument":    {"facebook", "business_discovery", "business_discovery cannot be read without its argument username.", "Leave it out, and read it with a query."},
		"an edge":             {"facebook", "media", "media is an edge of an account and not a field of it.", "Leave it out, and read it with a query."},
		"an expansion":        {"facebook", "media{id}", "media{id} is not the name of a field.", "Name plain fields, and read nested ones with a query."},
		"nothing":             {"facebook", "", "A name in the list of fields is empty.", "Take out the comma too many."},
		"blanks":              {"", " ", "A name in the list of fields is empty.", "Take out the comma too many."},
	} {
		t.Run(name, func(t *testing.T) {
			failures, warnings := tables.CheckProfileFields([]string{"username", c.field, c.field}, c.login)
			assert.Equal(t, []tables.Remark{{Element: c.field, Message: c.message, Action: c.action}}, failures)
			assert.Empty(t, warnings)
			l, _, err := tables.AccountProfile([]string{c.field}, c.login)
			assert.EqualError(t, err, "table account_profile: "+c.message+" "+c.action)
			assert.Zero(t, l)
		})
	}
	_, _, err := tables.AccountProfile([]string{"media", "", "shoe_size"}, "facebook")
	assert.EqualError(t, err, "table account_profile: media is an edge of an account and not a field of it. Leave it out, and read it with a query. "+
		"A name in the list of fields is empty. Take out the comma too many.")
}
