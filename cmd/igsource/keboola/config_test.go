package keboola_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/keboola"
)

// config is a configuration with these accounts and queries.
func config(accounts, queries string) string {
	return `{"parameters": {"accounts": ` + accounts + `, "queries": [` + queries + `]},
		"authorization": {"oauth_api": {"credentials": {"#data": "{\"access_token\": \"EAAmadeup\"}"}}}}`
}

const two = `{"17841400000000001": {"id": "17841400000000001", "name": "One"}, "17841400000000002": {"id": "17841400000000002", "name": "Two"}}`

// remarks are the failures and warnings of a configuration, a line each.
func remarks(t *testing.T, text string) (failures, warnings []string) {
	t.Helper()
	c, err := keboola.Parse([]byte(text))
	require.NoError(t, err)
	s := c.Source(false)
	for _, f := range s.Validate() {
		failures = append(failures, f.String())
	}
	for _, w := range s.Warnings() {
		warnings = append(warnings, w.String())
	}
	return failures, warnings
}

func TestQueries(t *testing.T) {
	const all = `"accounts":["17841400000000001","17841400000000002"]`
	for _, c := range []struct{ name, query, want string }{
		{
			"all by an empty text", `{"id": 1, "type": "nested-query", "name": "media", "query": {"path": "media", "fields": "id, caption", "ids": "", "limit": "25"}}`,
			`{"name":"media","endpoint":"media","fields":"id, caption",` + all + `,"limit":"25"}`,
		},
		{"all by null", `{"name": "q", "query": {"path": "/media/", "ids": null, "limit": 10}}`, `{"name":"q","endpoint":"media",` + all + `,"limit":"10"}`},
		{"all where the path is empty", `{"name": "q", "query": {"fields": "username"}}`, `{"name":"q","fields":"username",` + all + `}`},
		{"all where the path is an account's", `{"name": "q", "query": {"path": "stories"}}`, `{"name":"q","endpoint":"stories",` + all + `}`},
		{"none", `{"name": "q", "query": {"path": "me/accounts", "fields": "id"}}`, `{"name":"q","endpoint":"me/accounts","fields":"id","accounts":"none"}`},
		{"given", `{"name": "q", "query": {"path": "", "ids": "1, 2,,2", "fields": " "}}`, `{"name":"q","accounts":["1","2"]}`},
		{"one given as a number", `{"name": "q", "query": {"ids": 17841400000000003}}`, `{"name":"q","accounts":["17841400000000003"]}`},
		{"given as a list", `{"name": "q", "query": {"ids": ["1", "2"]}}`, `{"name":"q","accounts":["1","2"]}`},
		{
			"dates", `{"name": "q", "query": {"path": "media", "since": "14 days ago", "until": 1790000000}}`,
			`{"name":"q","endpoint":"media",` + all + `,"since":"14 days ago","until":"1790000000"}`,
		},
		{"no dates", `{"name": "q", "query": {"path": "media", "since": "", "until": null}}`, `{"name":"q","endpoint":"media",` + all + `}`},
		{
			"switches of the first version", `{"name": "q", "run-by-id": true, "query": {"path": "media", "time-based-pagination": true, "stop-on-empty-response": true, "incremental": false}}`,
			`{"name":"q","endpoint":"media",` + all + `,"runById":true,"timeBasedPagination":true,"stopOnEmptyResponse":true,"incremental":false}`,
		},
		{"switches with underscores, as text", `{"name": "q", "query": {"path": "media", "run_by_id": "true", "incremental": "true"}}`, `{"name":"q","endpoint":"media",` + all + `,"runById":true}`},
		{
			"parameters as text", `{"name": "q", "query": {"path": "insights", "parameters": "metric=reach%2Cviews&period=day"}}`,
			`{"name":"q","endpoint":"insights?metric=reach,views&period=day",` + all + `}`,
		},
		{
			"parameters as an object", `{"name": "q", "query": {"path": "insights?metric=reach", "parameters": {"period": "day", "n_a": 1, "none": null, "list": ["a"]}}}`,
			`{"name":"q","endpoint":"insights?metric=reach&period=day&n_a=1&list=[\"a\"]",` + all + `}`,
		},
		{"nothing asked for", `{"name": "page"}`, `{"name":"page",` + all + `}`},
		{"a limit beyond the API's", `{"name": "q", "query": {"path": "media", "limit": "500"}}`, `{"name":"q","endpoint":"media",` + all + `,"limit":"100"}`},
		{"what JSON escapes", `{"name": "q", "query": {"path": "media", "fields": "<&>\"\u00e9"}}`, `{"name":"q","endpoint":"media","fields":"<&>\"é",` + all + `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, err := keboola.Parse([]byte(config(two, c.query)))
			require.NoError(t, err)
			require.Empty(t, k.Source(false).Validate())
			assert.Equal(t, map[string]string{
				"referenceName": "keboola", "requestType": "query", "accessToken": "EAAmadeup", "errorHandling": "skipOnError",
				"queries": "[" + c.want + "]",
			}, k.Properties())
			assert.Equal(t, 1, k.Queries())
		})
	}
}

func TestDisabledQueries(t *testing.T) {
	const off = `{"type": "async-insights-query", "name": "ads", "disabled": true, "surprise": 1}`
	k, err := keboola.Parse([]byte(config(two, off+`, {"name": "a", "disabled": false, "query": {}}, `+off)))
	require.NoError(t, err)
	assert.Empty(t, k.Source(false).Validate())
	assert.Empty(t, k.Source(false).Warnings())
	assert.Equal(t, `[{"name":"a","accounts":["17841400000000001","17841400000000002"]}]`, k.Properties()["queries"])

	failures, warnings := remarks(t, config(two, off))
	assert.Empty(t, failures)
	assert.Equal(t, []string{"parameters.queries: all of them are disabled, so that only the accounts are written."}, warnings)
}

func TestRemarks(t *testing.T) {
	for _, c := range []struct {
		name, text         string
		failures, warnings []string
	}{
		{
			"ads", config(two, `{"name": "ads", "type": "async-insights-query", "query": {"parameters": "x"}}`),
			[]string{"parameters.queries[0] (ads): the type async-insights-query asks for reports on ads, which belong to the Marketing API and are not Instagram's. Remove it, or set disabled to true."},
			nil,
		},
		{
			"unknown keys", config(two, `{"name": "q", "typ": "x", "query": {"path": "media", "filds": "id", "EAAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": 1}}`), nil,
			[]string{
				"parameters.queries[0] (q): there is no key typ; it is ignored. Did you mean type?",
				"parameters.queries[0] (q): query: there is no key filds; it is ignored. Did you mean fields?",
				"parameters.queries[0] (q): query: there is no key [redacted]; it is ignored.",
			},
		},
		{
			"another type", config(two, `{"name": "q", "type": "other"}`), nil,
			[]string{"parameters.queries[0] (q): the type other is not known; it is read as nested-query."},
		},
		{
			"a limit beyond the API's", config(two, `{"name": "q", "query": {"path": "media", "limit": 500}}`), nil,
			[]string{"parameters.queries[0] (q): query: limit is 500; the API gives at most 100 rows a page, which is asked for."},
		},
		{
			"no accounts", config(`[]`, `{"name": "q", "query": {"path": "media", "ids": ""}}, {"name": "r", "query": {"path": "me/accounts"}}`),
			[]string{"parameters.queries[0] (q): query: it is to be read of all accounts, and the configuration has none. Add the accounts to parameters.accounts, or name them in ids."},
			nil,
		},
		{
			"values of other kinds", config(two, `7, {"query": 7}, {"name": {}, "query": {"path": [], "ids": {}, "limit": {}, "incremental": "maybe", "parameters": "%zz=1"}}`),
			[]string{
				"parameters.queries[0]: it is a number instead of an object.",
				"parameters.queries[1]: query: it is a number instead of an object.",
				"parameters.queries[2]: name is an object. Write it as a text.",
				"parameters.queries[2]: query: path is a list. Write it as a text.",
				"parameters.queries[2]: query: limit is an object. Write it as a text.",
				"parameters.queries[2]: query: incremental is neither true nor false. Write true or false.",
				"parameters.queries[2]: query: ids is an object. Write them as a text, with commas between.",
				`parameters.queries[2]: query: parameters: %zz=1 is not name=value. Write it as "name=value&name=value", or as an object.`,
			},
			nil,
		},
		{"no parameters", `{"authorization": {}}`, []string{`parameters: it is missing. Give a configuration of the Instagram extractor: {"parameters": {"accounts": …, "queries": …}}.`}, []string{
			"authorization.oauth_api.credentials.#data is missing; the secret instagram takes its place. Set IGSOURCE_SECRET_INSTAGRAM to a token of your own, or name another secret with --set 'accessToken=${secure(NAME)}'.",
		}},
		{
			"what stands around", strings.Replace(config(two, `{"name": "q"}`), "{", `{"action": "igaccounts", "image_parameters": {}, "storage": {}, "processors": {"after": []}, "extra": 1, `, 1), nil,
			[]string{
				"the configuration: there is no key extra; it is ignored.",
				"action: igaccounts is not carried out; the queries are read as by run. To list the accounts that the token reaches, use igsource accounts.",
				"processors: they are not run. Run them on the files afterwards.",
			},
		},
		{
			"accounts", config(`{"1": 5, "2": {"id": "3"}, "3": {}, "": {}}`, `{"name": "q", "query": {"ids": "1"}}`),
			[]string{
				`parameters.accounts.1: it is a number instead of an object. Write it as {"id": "…", "name": "…"}.`,
				"parameters.accounts.3: the account 3 stands twice. Keep one of them.",
				"parameters.accounts.: the account has no id. Give it one.",
			},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			failures, warnings := remarks(t, c.text)
			assert.Equal(t, c.failures, failures)
			assert.Equal(t, c.warnings, warnings)
		})
	}
}

func TestToken(t *testing.T) {
	for _, c := range []struct{ data, want, why string }{
		{`"{\"access_token\": \"A\", \"token\": \"B\"}"`, "A", ""},
		{`"{\"token\": \" B \"}"`, "B", ""},
		{`{"token": "C"}`, "C", ""},
		{`"KBC::ProjectSecure::abc"`, "", "authorization.oauth_api.credentials.#data is encrypted by Keboola and can be read nowhere else"},
		{`"{\"access_token\": \"KBC::ProjectSecure::abc\"}"`, "", "the token in authorization.oauth_api.credentials.#data is encrypted by Keboola and can be read nowhere else"},
		{`"EAAbare"`, "", `authorization.oauth_api.credentials.#data is not the text of a JSON object such as {"access_token": "…"}`},
		{`"{\"access_token\": 7}"`, "", "authorization.oauth_api.credentials.#data holds neither access_token nor token"},
		{`null`, "", "authorization.oauth_api.credentials.#data is missing"},
	} {
		k, err := keboola.Parse(fmt.Appendf(nil, `{"parameters": {"queries": [{"name": "q", "query": {"ids": "1"}}]}, "authorization": {"oauth_api": {"credentials": {"#data": %s, "appKey": "1", "#appSecret": "KBC::x"}}}}`, c.data))
		require.NoError(t, err)
		warnings := k.Source(false).Warnings()
		if c.why == "" {
			assert.Equal(t, c.want, k.Properties()["accessToken"])
			assert.Empty(t, warnings)
			continue
		}
		assert.Equal(t, "${secure(instagram)}", k.Properties()["accessToken"])
		require.Len(t, warnings, 1)
		assert.Equal(t, c.why+"; the secret instagram takes its place.", warnings[0].Message)
		assert.Empty(t, k.Source(true).Warnings(), "another token was given")
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{`"v20.0"`: "v20.0", `null`: "", `""`: ""} {
		k, err := keboola.Parse([]byte(`{"parameters": {"api-version": ` + text + `}}`))
		require.NoError(t, err)
		assert.Equal(t, want, k.Properties()["apiVersion"])
	}
}

func TestIs(t *testing.T) {
	for _, c := range []struct {
		path, text string
		want       bool
	}{
		{"config.json", `{"parameters": {}}`, true},
		{"config.json", `broken`, true},
		{"CONFIG.JSON", ``, true},
		{"config", "\ufeff {\"parameters\": {}}\n", true},
		{"run.json", `{"plugin": "instagram", "properties": {}}`, false},
		{"run.json", `{"sources": []}`, false},
		{"run.yaml", `{plugin: instagram}`, false},
		{"run.yaml", "parameters: {}\n", false},
		{"run.yaml", "", false},
	} {
		assert.Equal(t, c.want, keboola.Is(c.path, []byte(c.text)), "%s %s", c.path, c.text)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "the configuration is not JSON: something is wrong at line 1, column 1",
		"[]":                           "the configuration is no JSON object: it is a list instead of an object",
		"{\"a\": 1,\n \"EAAsecret\" }": "the configuration is not JSON: something is wrong at line 2, column 14",
	} {
		_, err := keboola.Parse([]byte(text))
		assert.EqualError(t, err, want)
	}
}

// Whatever a file holds, it gives properties, and no token in what is said.
func FuzzParse(f *testing.F) {
	f.Add(config(two, `{"name": "q", "query": {"path": "media", "ids": "", "parameters": {"a": [1]}}}`))
	f.Add(`{"parameters": {"accounts": [{"id": 1}], "queries": {}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		keboola.Is("config.json", []byte(text))
		c, err := keboola.Parse([]byte(text))
		if err != nil {
			return
		}
		s := c.Source(false)
		tables, err := s.Tables()
		if len(s.Validate()) > 0 {
			assert.Error(t, err)
			return
		}
		require.NoError(t, err)
		for _, table := range tables {
			require.NoError(t, table.Check())
		}
		assert.Equal(t, c.Queries() == 0, c.Properties()["queries"] == "")
	})
}
