package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
)

// A property's text is what stands in the file: lists of words joined by commas, all else compact JSON.
func TestPropertyText(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ yaml, want string }{
		{"plain text", "plain text"},
		{"1.10", "1.10"},
		{"017", "017"},
		{"2026-10-01", "2026-10-01"},
		{"yes", "yes"},
		{"True", "True"},
		{"~", ""},
		{"", ""},
		{"' spaced '", " spaced "},
		{`"a\tb"`, "a\tb"},
		{"17841400000000001", "17841400000000001"},
		{"&anchor x", "x"},
		{"[reach, views]", "reach,views"},
		{"[2026-10-01, 1.10, ~, yes]", "2026-10-01,1.10,,yes"},
		{"[]", ""},
		{"{}", "{}"},
		{"[{}]", "[{}]"},
		{"[[a, b], [c]]", `[["a","b"],["c"]]`},
		{"{b: 1, a: [x, 2.50, true, ~, 1e3]}", `{"b":1,"a":["x",2.50,true,null,1e3]}`},
		{"{d: 2026-10-01, hex: 0x1F, inf: .inf, big: 17841400000000000000001, quoted: '5'}", `{"d":"2026-10-01","hex":"0x1F","inf":".inf","big":17841400000000000000001,"quoted":"5"}`},
		{`{"<a&b>": "ü \u2028 \"x\""}`, `{"<a&b>":"ü \u2028 \"x\""}`},
		{"{<<: {a: 1, b: 2}, b: 3}", `{"b":3,"a":1}`},
		{"{1: a, true: b}", `{"1":"a","true":"b"}`},
		{"|\n    two\n    lines\n", "two\nlines\n"},
	} {
		file := s.write("run.yaml", "plugin: instagram\nproperties:\n  other: &other x\n  it: "+c.yaml+"\n  requestType: account_profile\n"+
			"  accountId: 5\n  accessToken: ${secure(x)}\n  referenceName: brand\n")
		r := s.run("validate", "-f", file, "--json")
		require.Equal(t, command.ExitComplete, r.code, "%s\n%s", c.yaml, r.stdout+r.stderr)
		var answer struct {
			Spec struct {
				Plugin struct{ Properties map[string]string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &answer))
		assert.Equal(t, c.want, answer.Spec.Plugin.Properties["it"], c.yaml)
	}
}

// --set reaches properties that the file has not, also where it has none at all.
func TestSetWithoutProperties(t *testing.T) {
	s := newStage(t)
	for _, text := range []string{"plugin: instagram\n", "plugin: instagram\nproperties:\n", "plugin: instagram\nproperties: {}\nsink:\n"} {
		r := s.run("schema", "-f", s.write("run.yaml", text), "--set", "requestType=account_profile", "--set", "fields=")
		assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	}
}

// Whatever stands in a run file, the command says what is wrong with it, and nothing worse happens.
func FuzzRunFile(f *testing.F) {
	f.Add(insights)
	f.Add(sources(insights, profiles))
	f.Add("plugin: instagram\nproperties: &p {<<: [*p, {a: [*p]}]}\n")
	f.Add(mergeBomb())
	f.Add("--- !!map\n? [a]\n: b\n")
	f.Add("plugin: !!binary aW5zdGFncmFt\nsink: {path: !x y}\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "run.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		for _, args := range [][]string{{"validate", "-f", path}, {"validate", "--json", "-f", path}, {"schema", "-f", path}} {
			var stdout, stderr output
			code := command.Main(t.Context(), args, command.System{
				Stdout: &stdout, Stderr: &stderr, Clock: clock.NewFake(now), Getenv: func(string) string { return "" },
			})
			switch code {
			case command.ExitComplete:
				assert.NotEmpty(t, stdout.String())
			case command.ExitUser:
				assert.True(t, strings.Contains(stderr.String(), "error: ") || args[1] == "--json" && stdout.String() != "", stderr.String())
			default:
				t.Errorf("exit %d: %s", code, stderr.String())
			}
		}
	})
}
