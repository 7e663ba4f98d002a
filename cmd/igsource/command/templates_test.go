package command_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/cmd/igsource/templates"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestTemplates(t *testing.T) {
	s := newStage(t)
	r := s.run("templates")
	assert.Equal(t, result{stdout: r.stdout}, r)
	golden(t, "templates/templates.txt", r.stdout)
	for _, one := range templates.All() {
		assert.Regexp(t, `(?m)^`+one.Name+` +`+one.Doc+`$`, r.stdout)
	}
}

func TestInit(t *testing.T) {
	s := newStage(t)
	t.Chdir(s.dir)
	r := s.run("init", "hashtag-top-media")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	golden(t, "templates/init.txt", r.stdout)
	one, _ := templates.Lookup("hashtag-top-media")
	assert.Equal(t, one.Text, s.read("run.yaml"))

	assert.Equal(t, result{
		code: command.ExitUser, stderr: "error: run.yaml exists already and is left as it is: name another file with --file, or move it away\n",
	}, s.run("init", "media"))
	assert.Equal(t, one.Text, s.read("run.yaml"))

	r = s.run("init", "media", "--file", s.path("my posts.yaml"))
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stdout, "\n  igsource read -f 'DIR/my posts.yaml'\n")
	one, _ = templates.Lookup("media")
	assert.Equal(t, one.Text, s.read("my posts.yaml"))

	assert.Equal(t, result{code: command.ExitUser, stderr: "error: there is no template called medai: did you mean media?\n"}, s.run("init", "medai"))
	assert.Equal(t, result{
		code: command.ExitUser, stderr: "error: there is no template called x: they are " + strings.Join(templates.Names(), ", ") + "\n",
	}, s.run("init", "x"))
	r = s.run("init", "media", "-f", s.path("missing/run.yaml"))
	assert.Equal(t, result{
		code: command.ExitUser, stderr: "error: DIR/missing/run.yaml cannot be written: no such file or directory: name another file with --file\n",
	}, r)
	r = s.run("init")
	assert.Equal(t, command.ExitUser, r.code)
}

// wantTemplateRows are how many rows each template reads of the tables that it fills.
func (s *stage) wantTemplateRows() map[string]map[string]int {
	var posts, comments, replies, stories, tags, discovered int
	groups := map[string]int{}
	for _, a := range s.world.Accounts() {
		for _, m := range s.world.Media(a.ID) {
			posts++
			for _, c := range s.world.Comments(m.ID) {
				comments++
				replies += len(s.world.Replies(c.ID))
			}
		}
		stories += len(s.world.Stories(a.ID))
		tags += len(s.world.Tagged(a.ID))
		discovered++ // each account may look the other one up, and itself
		for _, metric := range []string{"follower_demographics", "engaged_audience_demographics"} {
			for _, dimensions := range []string{"age,gender", "country", "city"} {
				tuples, ok := s.world.Demographics(a.ID, metric, "this_month", strings.Split(dimensions, ",")...)
				require.True(s.t, ok)
				groups[dimensions] += len(tuples)
			}
		}
	}
	const days, storyMetrics = 28, 8
	return map[string]map[string]int{
		"account-profile":         {"account_profile": 2},
		"account-insights-daily":  {"account_insights": 2 * days},
		"media-insights-lifetime": {"account_media": posts},
		"media":                   {"media": posts},
		"media-comments":          {"media": posts, "media_comments": comments, "media_replies": replies},
		"stories-insights":        {"stories": stories, "stories_insights": storyMetrics * stories},
		"tagged-media":            {"tags": tags},
		"competitor-profile":      {"competitor_page": discovered},
		"hashtag-top-media":       {"ig_hashtag_search_top_media": 2 * topMedia},
		"audience-demographics": {
			"audience_age_gender_insights": groups["age,gender"], "audience_country_insights": groups["country"],
			"audience_city_insights": groups["city"],
		},
	}
}

// topMedia is how many posts a hashtag of templateStage has.
const topMedia = 7

func templateStage(t *testing.T) *stage {
	t.Helper()
	talk := func(a *graphtest.Account) {
		a.CommentCount = func(m graphtest.Media) int { return m.Index % 4 * 40 } // a page has 50
		a.ReplyCount = func(c graphtest.Comment) int { return 60 / (1 + c.Index*c.Index) }
	}
	return newStageOf(t, graphtest.NewWorld(7, graphtest.WithNow(now),
		graphtest.WithAccount(talk, func(a *graphtest.Account) { a.Media, a.Stories, a.Tagged = 105, 3, 4 }),
		graphtest.WithAccount(talk, func(a *graphtest.Account) { a.Media, a.Stories, a.Tagged = 3, 2, 3 }),
		graphtest.WithHashtags(func(string) graphtest.HashtagCount { return graphtest.HashtagCount{Top: topMedia, Recent: 2} })))
}

// Every template is good, reads what it says, and its schema is that of the files that it writes.
func TestTemplatesRun(t *testing.T) {
	for _, one := range templates.All() {
		t.Run(one.Name, func(t *testing.T) {
			s := templateStage(t)
			file := s.write("run.yaml", one.Text)
			args := []string{}
			for _, name := range one.Arguments {
				args = append(args, "--arg", name+"="+map[string]string{"hashtag": "coffee", "competitor": s.world.Accounts()[1].Username}[name])
			}
			r := s.run("validate", "-f", file)
			assert.Equal(t, result{code: r.code, stdout: r.stdout}, r, "no failure and no warning")
			assert.Regexp(t, `^The run file is good`, r.stdout)
			s.server.ResetStats()
			r = s.run(append([]string{"schema", "-f", file, "--format", "arrow-json"}, args...)...)
			require.Equal(t, result{stdout: r.stdout}, r)
			assert.Zero(t, s.server.Stats().Requests)

			read := s.run(append([]string{"read", "-f", file, "--strict", "--format", "arrow", "--out", s.path("out")}, args...)...)
			require.Equal(t, command.ExitComplete, read.code, read.stderr)
			assert.NotContains(t, read.stderr, "warning:")
			s.sameSchema(r.stdout, "out")
			got := map[string]int{}
			for _, name := range s.files() {
				_, rows := readBack(t, s.path(name))
				got[strings.TrimSuffix(filepath.Base(name), ".arrow")] = len(rows)
			}
			assert.Equal(t, s.wantTemplateRows()[one.Name], got)
		})
	}
}

// sameSchema compares the answer of igsource schema --format arrow-json with the Arrow files of a folder.
func (s *stage) sameSchema(answer, folder string) {
	s.t.Helper()
	type field struct {
		Name, Type string
		Nullable   bool
	}
	var want map[string]struct{ Fields []field }
	require.NoError(s.t, json.Unmarshal([]byte(answer), &want))
	for name, table := range want {
		r, err := ipc.NewReader(bytes.NewReader([]byte(s.read(folder + "/" + name + ".arrow"))))
		require.NoError(s.t, err)
		var got []field
		for _, f := range r.Schema().Fields() {
			got = append(got, field{f.Name, f.Type.String(), f.Nullable})
		}
		r.Release()
		assert.Equal(s.t, table.Fields, got, name)
	}
	var files []string
	for _, name := range s.files() {
		if strings.HasPrefix(name, folder+"/") {
			files = append(files, name)
		}
	}
	assert.Len(s.t, files, len(want))
}
