package command_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/plugin/plugintest"
)

// queries is a run file of three queries with five tables.
const queries = `plugin: instagram
properties:
  referenceName: brand
  accessToken: ${secure(instagram)}
  requestType: query
  queries:
    - name: media
      accounts: [17841400000000001, 17841400000000002]
      endpoint: media
      fields: id,caption,like_count,timestamp,owner{id},comments{text,replies{text,like_count}}
    - name: reach
      accounts: all
      since: 2026-11-15
      until: 2026-11-20
      fields: insights.metric(reach).period(day){name,values}
    - name: pages
      accounts: none
      endpoint: me/accounts
      fields: name
sink: {format: csv, path: out}
`

// A schema of queries has their tables in order, needs no token and makes no request.
func TestQuerySchema(t *testing.T) {
	s := keboolaStage(t)
	clear(s.env)
	file := s.write("run.yaml", without(queries, "accessToken", "referenceName"))
	for format, ext := range map[string]string{"text": "txt", "cdap": "cdap.json", "arrow-json": "arrow.json"} {
		r := s.run("schema", "-f", file, "--format", format)
		require.Equal(t, result{stdout: r.stdout}, r)
		golden(t, "query_schema/queries."+ext, r.stdout)
	}
	assert.Zero(t, s.server.Stats().Requests)
}

// Tables without a key say so.
func TestUnkeyedSchema(t *testing.T) {
	s := keboolaStage(t)
	r := s.run("schema", "-f", s.write("config.json", s.keboolaConfig("unkeyed")))
	require.Equal(t, result{stdout: r.stdout}, r)
	assert.Regexp(t, `^media \(no key\)\n`, r.stdout)
	assert.Contains(t, r.stdout, "\nlikes_media (key: parent_id, id)\n")
}

func TestQueryRead(t *testing.T) {
	s := keboolaStage(t)
	file := s.write("run.yaml", queries)
	schemas := s.run("schema", "-f", file, "--format", "arrow-json")
	var first []string
	for _, parallelism := range []string{"1", "16"} {
		r := s.run("read", "-f", file, "--format", "arrow", "--out", s.path("out"), "--parallelism", parallelism, "--report", s.path("report.json"))
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		s.sameSchema(schemas.stdout, "out")
		got := []string{r.stderr}
		for _, name := range s.files() {
			got = append(got, name, s.read(name))
		}
		if first == nil {
			first = got
		}
		assert.True(t, fmt.Sprint(first) == fmt.Sprint(got), "something differs at parallelism %s", parallelism)
	}
	names, rows := readBack(t, s.path("out/media_comments.arrow"))
	assert.Equal(t, []string{"id", "ex_account_id", "fb_graph_node", "parent_id", "text"}, names)
	var want [][]string
	for _, a := range s.world.Accounts() {
		for _, m := range s.world.Media(a.ID) {
			for _, c := range s.world.Comments(m.ID) {
				want = append(want, []string{c.ID, a.ID, "page_media_comments", m.ID, orNull(c.Text)})
			}
		}
	}
	assert.Equal(t, want, rows)
}

// orNull is a cell of a text that the API leaves out when it is empty.
func orNull(text string) string {
	if text == "" {
		return plugintest.Null
	}
	return text
}

// The plan names each query and account, and costs no call where the accounts are given.
func TestQueryDryRun(t *testing.T) {
	s := keboolaStage(t)
	file := s.write("run.yaml", strings.Replace(queries, "accounts: all", "accounts: '17841400000000002'", 1))
	r := s.run("read", "-f", file, "--dry-run")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	golden(t, "query_dry_run.txt", r.stdout)
	assert.Empty(t, s.files())
}

// surprising serves one post that has a field more than it was asked for, three times.
func surprising(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"data":[{"id":"1","caption":"a","mood":"fine"},{"id":"2","mood":"fine"},{"id":"3","caption":"c","mood":{"now":"fine"}}]}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A field that came without a column is a warning with its name and count, and fails a strict run.
func TestStrictFields(t *testing.T) {
	s := newStage(t)
	s.env["IGSOURCE_GRAPH_URL"] = surprising(t)
	file := s.write("run.yaml", `plugin: instagram
properties:
  referenceName: brand
  accessToken: ${secure(instagram)}
  requestType: query
  queries: [{name: media, accounts: [1784], endpoint: media, fields: 'id,caption'}]
sink: {format: csv}
`)
	r := s.run("read", "-f", file, "--out", s.path("out"))
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, "warning: table media: field mood came 3 times and is in no table\n")
	assert.Equal(t, "id,ex_account_id,fb_graph_node,parent_id,caption\n1,1784,page_media,1784,a\n2,1784,page_media,1784,\n3,1784,page_media,1784,c\n", s.read("out/media.csv"))

	r = s.run("read", "-f", file, "--out", s.path("strict"), "--strict")
	assert.Equal(t, command.ExitFailed, r.code, r.stderr)
	assert.Contains(t, r.stderr, "mood of table media (3 times)")
	assert.NotContains(t, strings.Join(s.files(), " "), "strict/media", "what was read is kept for the next run, hidden")
}

// What a query asks for wrongly is said with its place, without a request; strict takes the warnings too.
func TestQueryMistakes(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ query, want string }{
		{`{name: q, endpoint: media, fields: 'id,comments{text'}`, `column `},
		{`{name: q, endpoint: meda}`, `media`},
		{`{name: q, endpoint: media, limit: 101}`, `101`},
		{`{name: q, endpont: media}`, `endpoint`},
		{`{name: q, endpoint: media, since: someday}`, `someday`},
	} {
		file := s.write("run.yaml", "plugin: instagram\nproperties:\n  referenceName: q\n  accessToken: ${secure(instagram)}\n  requestType: query\n  queries: ["+c.query+"]\n")
		for _, verb := range []string{"validate", "read"} {
			r := s.run(verb, "-f", file)
			assert.Equal(t, command.ExitUser, r.code, c.query)
			assert.Regexp(t, `^error: queries: .*`+c.want, r.stderr)
		}
	}
	assert.Zero(t, s.server.Stats().Requests)

	file := s.write("run.yaml", "plugin: instagram\nproperties:\n  referenceName: q\n  accessToken: ${secure(instagram)}\n  requestType: query\n  queries: [{name: q, endpoint: media, fields: capton}]\n")
	r := s.run("validate", "-f", file)
	assert.Equal(t, command.ExitComplete, r.code)
	assert.Regexp(t, `^warning: queries: .*caption`, r.stderr)
	r = s.run("read", "-f", file, "--strict", "--out", s.path("out"))
	assert.Equal(t, command.ExitUser, r.code)
	assert.Regexp(t, `^error: queries: .*caption`, r.stderr)
	assert.Zero(t, s.server.Stats().Requests)
	assert.Empty(t, s.files())
}
