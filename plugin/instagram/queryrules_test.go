package instagram_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/plugin"
)

// queries returns the properties of a source that runs queries.
func queries(text string) map[string]string {
	return map[string]string{"referenceName": "brand", "accessToken": "EAAB0000", "requestType": "query", "queries": text}
}

// query returns a list of one query with a name, and what members say of it.
func query(members string) string { return `[{"name":"q",` + members + `}]` }

const (
	queriesHint = `Write a JSON array of objects, such as [{"name": "media", "endpoint": "media", "fields": "id,caption"}].`
	dateHint    = "Enter a date such as 2026-10-01, unix seconds, or an expression such as 30 days ago."
	idHint      = "An id is digits only, such as 17841400000000001; write all for every account that the token reaches, or none."
)

func TestQueryRules(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"the least": {`[{"name": "page"}]`, nil},
		"everything": {query(`"endpoint":"media","fields":"id,caption","accounts":["17841400000000001",17841400000000002],"since":"30 days ago",
			"until":1795000000,"limit":"25","disabled":false,"runById":true,"timeBasedPagination":true,"stopOnEmptyResponse":true,"incremental":false`), nil},
		"nulls are absent":   {query(`"endpoint":null,"fields":null,"accounts":null,"since":null,"limit":null,"disabled":null,"incremental":null`), nil},
		"empty is absent":    {query(`"endpoint":"","fields":"","accounts":"","since":"","until":"","limit":""`), nil},
		"none with endpoint": {query(`"endpoint":"me/accounts","accounts":"none"`), nil},
		"a bare id":          {query(`"accounts":17841400000000001`), nil},
		"relative dates":     {query(`"since":"%%days:-5%%","until":"now"`), nil},

		"nothing":                {"", []string{"queries: queries must be given for request type 'query'. " + queriesHint}},
		"no JSON":                {`[{"name": "a",}]`, []string{"queries: queries is not JSON: invalid character '}' looking for beginning of object key string at line 1, column 15. " + queriesHint}},
		"no JSON, further down":  {"[\n  {\"name\": \"ä\" \"fields\"}]", []string{"queries: queries is not JSON: invalid character '\"' after object key:value pair at line 2, column 16. " + queriesHint}},
		"cut off":                {`[{"name": "a"`, []string{"queries: queries is not JSON: unexpected end of JSON input at line 1, column 14. " + queriesHint}},
		"more behind it":         {`[] []`, []string{"queries: queries is not JSON: invalid character '[' after top-level value at line 1, column 4. " + queriesHint}},
		"an object":              {`{"name": "a"}`, []string{"queries: queries is an object instead of an array of queries. " + queriesHint}},
		"a text":                 {`"media"`, []string{"queries: queries is a text instead of an array of queries. " + queriesHint}},
		"null":                   {`null`, []string{"queries: queries holds no query. " + queriesHint}},
		"an empty list":          {`[]`, []string{"queries: queries holds no query. " + queriesHint}},
		"all disabled":           {`[{"name":"a","disabled":true},{"disabled":true,"limit":0}]`, []string{"queries: Every query is disabled, so that there is nothing to read. Take disabled out of one."}},
		"disabled is not judged": {`[{"name":"a"},{"disabled":true,"limit":0,"fields":"}","since":"dys","x":1}]`, nil},
		"no objects": {`["a",null,5,true,[]]`, []string{
			"queries(1): Query 1: it is a text instead of an object. " + queriesHint,
			"queries(2): Query 2: it is null instead of an object. " + queriesHint,
			"queries(3): Query 3: it is a number instead of an object. " + queriesHint,
			"queries(4): Query 4: it is true instead of an object. " + queriesHint,
			"queries(5): Query 5: it is a list instead of an object. " + queriesHint,
		}},
		"no name": {`[{"name":"a"},{"fields":"id"},{"name":" "}]`, []string{
			"queries(2): Query 2: it has no name. Give each query a name: it begins the names of its tables.",
			"queries(3): Query 3: it has no name. Give each query a name: it begins the names of its tables.",
		}},
		"a key that is none": {query(`"feilds":"id","zzz":1,"Limit":5`), []string{
			"queries(q): Query 'q': a query has no key feilds. Use fields, which is the nearest key.",
			"queries(q): Query 'q': a query has no key zzz. The keys of a query are name, endpoint, fields, accounts, since, until, limit, disabled, runById, timeBasedPagination, stopOnEmptyResponse, incremental.",
			"queries(q): Query 'q': a query has no key Limit. Use limit, which is the nearest key.",
		}},
		"a key twice": {query(`"limit":5,"limit":6`), []string{"queries(q): Query 'q': limit stands twice. Leave one out."}},
		"other types": {`[{"name":7,"endpoint":["media"],"fields":{},"accounts":1.5,"since":20,"until":true,"disabled":"no","runById":1,"incremental":"true"}]`, []string{
			"queries(1): Query 1: name is a number instead of a text. Write it in quotes.",
			"queries(1): Query 1: endpoint is a list instead of a text. Write it in quotes.",
			"queries(1): Query 1: fields is an object instead of a text. Write it in quotes.",
			"queries(1): Query 1: since is a number instead of a text. Write it in quotes.",
			"queries(1): Query 1: until is true instead of a text. Write it in quotes.",
			"queries(1): Query 1: disabled is a text instead of true or false. Write it without quotes.",
			"queries(1): Query 1: runById is a number instead of true or false. Write it without quotes.",
			"queries(1): Query 1: incremental is a text instead of true or false. Write it without quotes.",
			"queries(1): Query 1: accounts is a number instead of a text or a list. Write all, none, or ids between commas.",
		}},
		"limit 0":    {query(`"limit":0`), []string{"queries(q): Query 'q': limit 0 is not a size of pages. Write a number from 1 to 100, or leave it out."}},
		"limit 101":  {query(`"limit":"101"`), []string{"queries(q): Query 'q': limit 101 is not a size of pages. Write a number from 1 to 100, or leave it out."}},
		"limit 2.5":  {query(`"limit":2.5`), []string{"queries(q): Query 'q': limit 2.5 is not a size of pages. Write a number from 1 to 100, or leave it out."}},
		"limit many": {query(`"limit":"many"`), []string{"queries(q): Query 'q': limit many is not a size of pages. Write a number from 1 to 100, or leave it out."}},
		"limit list": {query(`"limit":[5]`), []string{"queries(q): Query 'q': limit [5] is not a size of pages. Write a number from 1 to 100, or leave it out."}},

		"no accounts and no endpoint": {query(`"accounts":"none"`), []string{
			"queries(q): Query 'q': accounts is none, and there is no endpoint to read instead. Give an endpoint such as me/accounts, or read accounts.",
		}},
		"ids with letters": {query(`"accounts":"17841400000000001, brand,-5"`), []string{
			"queries(q): Query 'q': 'brand' in accounts is not an Instagram user id. " + idHint,
			"queries(q): Query 'q': '-5' in accounts is not an Instagram user id. " + idHint,
		}},
		"ids in a list": {query(`"accounts":["17841400000000001",null,1.5,{}]`), []string{
			"queries(q): Query 'q': 'null' in accounts is not an Instagram user id. " + idHint,
			"queries(q): Query 'q': '1.5' in accounts is not an Instagram user id. " + idHint,
			"queries(q): Query 'q': '{}' in accounts is not an Instagram user id. " + idHint,
		}},
		"all among ids":        {query(`"accounts":["all","17841400000000001"]`), []string{"queries(q): Query 'q': accounts holds all among ids. Give either all or ids."}},
		"none among ids":       {query(`"accounts":"17841400000000001,none"`), []string{"queries(q): Query 'q': accounts holds none among ids. Give either none or ids."}},
		"an empty list of ids": {query(`"accounts":[]`), []string{"queries(q): Query 'q': accounts is an empty list. Write ids into it, or all or none instead."}},

		"a word that is no date": {query(`"since":"30 dys ago","until":"tomorow"`), []string{
			`queries(q): Query 'q': since cannot be read as a date: date expression "30 dys ago": "dys" at column 4 is not understood (did you mean "days"?); expected a unit such as day, week, month, year, hour or weekday. ` + dateHint,
			`queries(q): Query 'q': until cannot be read as a date: date expression "tomorow" *. ` + dateHint,
		}},
		"a placeholder that is none": {query(`"since":"%%days:x%%"`), []string{`queries(q): Query 'q': since cannot be read as a date: date expression "%%days:x%%" *. ` + dateHint}},
		"since after until": {query(`"since":"2026-11-21","until":"2026-11-01"`), []string{
			"queries(q): Query 'q': since 2026-11-21T00:00:00Z is after until 2026-11-01T00:00:00Z. Swap them, or move one.",
		}},
		"since in the future": {query(`"since":"1795377601"`), []string{
			"queries(q): Query 'q': since 2026-11-22T20:00:01Z is after the logical start time, 2026-11-22T20:00:00Z. Enter a time that has come.",
		}},
		"dates inside fields": {query(`"fields":"id,\nmedia.since(30 dys ago).limit(5){id,insights.since( 2026-11-21 ).until(2026-11-01){name}},stories.since(tomorrow){id}"`), []string{
			`queries(q): Query 'q': column 20 of fields: since cannot be read as a date: "dys" is not understood (did you mean "days"?); expected a unit such as day, week, month, year, hour or weekday. ` + dateHint,
			"queries(q): Query 'q': column 57 of fields: since 2026-11-21T00:00:00Z is after until 2026-11-01T00:00:00Z. Swap them, or move one.",
			"queries(q): Query 'q': column 109 of fields: since 2026-11-23T00:00:00Z is after the logical start time, 2026-11-22T20:00:00Z. Enter a time that has come.",
		}},
		"a placeholder inside fields": {query(`"fields":"media.since(%%days:-5%%).until(%%days:+0%%){id}"`), nil},
		"dates of the endpoint": {query(`"endpoint":"media?since=dys&until=2026-11-01"`), []string{
			`queries(q): Query 'q': since of endpoint cannot be read as a date: date expression "dys" *. ` + dateHint,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := lines(configure(t, queries(c.text)).Validate())
			require.Len(t, got, len(c.want), "%s", strings.Join(got, "\n"))
			for i, want := range c.want {
				before, after, open := strings.Cut(want, "*")
				if !open {
					assert.Equal(t, want, got[i])
					continue
				}
				assert.True(t, strings.HasPrefix(got[i], before) && strings.HasSuffix(got[i], after), "%s", got[i])
			}
		})
	}
}

// Several queries may fill one table only where they agree in all of it.
func TestQueriesThatMeetInATable(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"equal": {`[{"name":"a","fields":"id,username","accounts":"17841400000000001"},{"name":"a","fields":"id,username","accounts":"17841400000000002"}]`, nil},
		"another column": {`[{"name":"a","fields":"id,username"},{"name":"a","fields":"id,biography"}]`, []string{
			"queries(a): Query 'a': its table a_page is also one of query 'a', and cannot be joined with that: column biography is only here. Let both ask for the same fields in the same order, or rename one of the queries.",
		}},
		"another order": {`[{"name":"a","fields":"id,username,website"},{"name":"a","fields":"id,website,username"}]`, []string{
			"queries(a): Query 'a': its table a_page is also one of query 'a', and cannot be joined with that: the columns are in different orders. Let both ask for the same fields in the same order, or rename one of the queries.",
		}},
		"without a key": {`[{"name":"a","fields":"id,username"},{"name":"a","fields":"id,username","incremental":false}]`, []string{
			"queries(a): Query 'a': its table a_page is also one of query 'a', and cannot be joined with that: the key is none here and parent_id, id there. Let both ask for the same fields in the same order, or rename one of the queries.",
		}},
		"names that differ in what tables leave out": {`[{"name":"a b","fields":"username"},{"name":"a-b","fields":"username"},{"name":"a_b","fields":"name"}]`, []string{
			"queries(a_b): Query 'a_b': its table a_b_page is also one of query 'a b', and cannot be joined with that: column name is only here. Let both ask for the same fields in the same order, or rename one of the queries.",
		}},
		"names that differ in case": {`[{"name":"Page"},{"name":"x"},{"name":"pAGE"}]`, []string{
			"queries(pAGE): Query 'pAGE': its table pAGE_page and the table Page_page of query 'Page' differ in case alone, which file systems and databases do not tell apart. Rename one of the queries.",
		}},
		"disabled": {`[{"name":"a","fields":"id,username"},{"name":"a","fields":"id,biography","disabled":true}]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			source := configure(t, queries(c.text))
			got := lines(source.Validate())
			require.Equal(t, strings.Join(c.want, "\n"), strings.Join(got, "\n"))
			tables, err := source.Tables()
			if c.want != nil {
				var invalid *plugin.InvalidError
				require.ErrorAs(t, err, &invalid)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "a_page", tables[0].Name)
			require.Len(t, tables, 1)
		})
	}
}

// What is wrong with a query is told with its name, and where in its text.
func TestWhatTablesSayOfAQuery(t *testing.T) {
	source := configure(t, queries(`[
		{"name":"good","endpoint":"media","fields":"id,caption"},
		{"name":"open","endpoint":"media","fields":"id,comments{text"},
		{"endpoint":"mediaa"},
		{"name":"typo","endpoint":"media","fields":"id,captoin"}
	]`))
	got := lines(source.Validate())
	require.Len(t, got, 2, "%q", got)
	assert.True(t, strings.HasPrefix(got[0], "queries(open): Query 'open': column 17 of fields: expected "), got[0])
	assert.Equal(t, "queries(3): Query 3: it has no name. Give each query a name: it begins the names of its tables.", got[1])
	warnings := lines(source.(plugin.Warner).Warnings())
	require.Len(t, warnings, 1)
	assert.True(t, strings.HasPrefix(warnings[0], "queries(typo): Query 'typo': column 4 of fields: "), warnings[0])
	assert.Contains(t, warnings[0], "caption")
}

// Dates decide no table, and the login decides which nodes there are.
func TestWhatDecidesTheTablesOfQueries(t *testing.T) {
	p := queries(query(`"since":"30 dys ago","endpoint":"media"`))
	delete(p, "accessToken")
	source := configure(t, p)
	require.Len(t, source.Validate(), 2)
	tables, err := source.Tables()
	require.NoError(t, err)
	require.Equal(t, "q_media", tables[0].Name)

	for _, property := range []string{"queries", "login", "requestType"} {
		p := queries(query(`"endpoint":"media"`))
		p[property] = "${x}"
		source := configure(t, p)
		require.Empty(t, lines(source.Validate()), property)
		_, err := source.Tables()
		require.ErrorIs(t, err, plugin.ErrSchemaUnknown, property)
	}
	_, err = configure(t, queries(`[{"name":"a","limit":0}]`)).Tables()
	var invalid *plugin.InvalidError
	require.ErrorAs(t, err, &invalid)
}

// What secure() gave does not come back in a message, nor any part of it.
func TestQueriesFromASecretAreNotQuoted(t *testing.T) {
	const why = "what is wrong cannot be shown, because queries holds a secret. Give secrets to accessToken and appSecret alone."
	for text, want := range map[string][]string{
		`[{"name":"q","since":"${secure(when)}","until":"now"},{"name":"${secure(when)}"},{"name":"r","limit":"${secure(when)}","feilds":"id"},
		  {"name":"s","endpoint":"media","fields":"id,comments.as(${secure(alias)}){id}"},{"name":"t","fields":"id","accounts":"${secure(id)}"}]`: {
			"queries(2): Query 2 has a secret in the name of the query, a table or a column. Give secrets to accessToken and appSecret alone.",
			"queries(3): Query 3 is not right; " + why,
			"queries(4): Query 4 has a secret in the name of the query, a table or a column. Give secrets to accessToken and appSecret alone.",
			"queries(1): Query 1 is not right; " + why,
		},
		`[${secure(when)}]`: {"queries: queries is not right; " + why},
	} {
		source, err := plugin.Open(igsource.Instagram, queries(text), plugin.Options{Start: now, Macros: &plugin.Macros{
			Start: now, Secret: func(key string) (string, error) {
				return map[string]string{"when": "hush hush", "alias": "quiet", "id": "17841400000000001"}[key], nil
			},
		}})
		require.NoError(t, err)
		require.Equal(t, want, lines(source.Validate()))
		require.Empty(t, lines(source.(plugin.Warner).Warnings()))
	}
}

// refuse fails a test on any request.
func refuse(t testing.TB) (url string, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func TestJudgingQueriesCostsNoRequest(t *testing.T) {
	url, requests := refuse(t)
	for _, text := range []string{
		`[{"name":"a","fields":"id,media{id,comments{id,replies{id}},insights.metric(reach)}"},{"name":"b","endpoint":"ig_hashtag_search/top_media?q=x","fields":"id"}]`,
		`[{"name":"a","fields":"` + strings.Repeat("x{", 1000) + `"}]`,
		`[{"name":"a","endpoint":"nothing","limit":101}]`,
	} {
		source, err := plugin.Open(igsource.Instagram, queries(text), plugin.Options{
			Start: now, Macros: &plugin.Macros{Start: now}, Environment: plugin.Environment{Endpoint: url},
		})
		require.NoError(t, err)
		failures := source.Validate()
		source.(plugin.Warner).Warnings()
		_, err = source.Tables()
		require.Equal(t, len(failures) > 0, err != nil)
		if len(failures) > 0 {
			_, err = source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
			var invalid *plugin.InvalidError
			require.ErrorAs(t, err, &invalid)
		}
		require.NoError(t, source.Finish(context.Background(), false))
	}
	require.Zero(t, requests.Load())
}

// FuzzQueries holds any text to what every caller counts on: no panic, no request, failures that are sentences on
// the property, and tables where there are none.
func FuzzQueries(f *testing.F) {
	for _, text := range []string{
		`[{"name":"media","endpoint":"media","fields":"id,caption,comments{text,replies.limit(5){text}}","accounts":"all","since":"14 days ago","limit":25}]`,
		`[{"name":"i","fields":"insights.metric(reach,views).period(day).since(%%days:-5%%).until(now)","accounts":["17841400000000001"]}]`,
		`[{"name":"h","endpoint":"ig_hashtag_search/top_media?q=coffee","fields":"id"},{"name":"n","endpoint":"me/accounts","accounts":"none","incremental":false}]`,
		`[{"name":"a","fields":"media.since( 30 dys ago ){id}"}]`, `[{"name":"a"},{"name":"A"},{"name":"a","fields":"x"}]`,
		`[{"accounts":[null,1,"all"],"limit":"0","limit":1,"until":-1}]`, `[[]]`, `{`, "\xff", `[{"name":"\ud800","fields":"\u0000"}]`,
	} {
		f.Add(text)
	}
	url, requests := refuse(f)
	f.Fuzz(func(t *testing.T, text string) {
		judgeAny(t, text, url)
		require.Zero(t, requests.Load())
	})
}

// FuzzQuery is FuzzQueries with what stands in a query.
func FuzzQuery(f *testing.F) {
	f.Add("media", "media", "id,caption,comments.limit(5){text}", "all", "14 days ago", "now", "25")
	f.Add("i", "insights?metric=reach&period=day", "", "17841400000000001,17841400000000002", "1790000000", "", "")
	f.Add("h/x", "ig_hashtag_search/top_media?q=%23caf%C3%A9", "id,children{id}", "", "%%days:-5%%", "%%days:0%%", "100")
	f.Add("page_page", "", "business_discovery.username(x){media.since(1 week ago){id}},insights.as(b).metric(reach){name}", "all", "", "tomorrow", "0")
	f.Add("\x00", "me/accounts", "instagram_business_account{media{comments.summary(true){id}}}", "none", "30 dys ago", "-", "101")
	url, requests := refuse(f)
	f.Fuzz(func(t *testing.T, name, endpoint, fields, accounts, since, until, limit string) {
		text, err := json.Marshal([]map[string]string{{
			"name": name, "endpoint": endpoint, "fields": fields, "accounts": accounts, "since": since, "until": until, "limit": limit,
		}})
		require.NoError(t, err)
		judgeAny(t, string(text), url)
		require.Zero(t, requests.Load())
	})
}

// judgeAny judges any text as queries.
func judgeAny(t *testing.T, text, url string) {
	source, err := plugin.Open(igsource.Instagram, queries(text), plugin.Options{Start: now, Environment: plugin.Environment{Endpoint: url}})
	require.NoError(t, err)
	failures := source.Validate()
	for _, failure := range slices.Concat(failures, source.(plugin.Warner).Warnings()) {
		property, _ := failure.Property()
		require.Equal(t, "queries", property)
		require.NotEmpty(t, failure.Message)
		require.True(t, strings.HasSuffix(failure.Message, "."), failure.Message)
		require.True(t, utf8.ValidString(failure.String()) || !utf8.ValidString(text))
	}
	tables, err := source.Tables()
	require.NotEqual(t, err == nil, len(tables) == 0)
	if len(failures) == 0 && !plugin.HasMacro(text) {
		require.NoError(t, err)
	}
	for _, table := range tables {
		require.NoError(t, table.Check())
	}
}
