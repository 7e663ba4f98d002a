package command_test

import (
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// A token in the wrong place, of which nothing may be shown.
const stray = "EAAUstrayTokenStrayTokenStrayTokenStrayToken"

// Every kind of bad run file gives one clear message and exit 1, makes no request and leaves no file.
func TestBadRunFile(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "error: the run file DIR/run.yaml is empty: write plugin, properties and sink into it\n"},
		{"comments only", "# nothing\n", "error: the run file DIR/run.yaml is empty: write plugin, properties and sink into it\n"},
		{"null", "--- ~\n", "error: DIR/run.yaml:1: the run file must be a map of names and values\n"},
		{"a list", "- plugin\n", "error: DIR/run.yaml:1: the run file must be a map of names and values\n"},
		{"a word", "plugin\n", "error: DIR/run.yaml:1: the run file must be a map of names and values\n"},
		{"binary", "PAR1\x00\x01", "error: the run file DIR/run.yaml is not valid YAML: control characters are not allowed\n"},
		{
			"malformed", "plugin: instagram\nproperties:\n  a: b: c\n",
			"error: the run file DIR/run.yaml is not valid YAML: line 3: mapping values are not allowed in this context\n",
		},
		{
			"a tab", "plugin: instagram\n\tproperties: {}\n",
			"error: the run file DIR/run.yaml is not valid YAML: line 2: found a tab character that violates indentation\n",
		},
		{
			"a token for an anchor", "plugin: instagram\nproperties: {accessToken: *" + stray + "}\n",
			"error: the run file DIR/run.yaml is not valid YAML: unknown anchor '[redacted]' referenced\n",
		},
		{"two documents", "plugin: instagram\n---\nplugin: instagram\n", "error: the run file DIR/run.yaml holds more than one YAML document: keep one\n"},
		{"unknown key", "plugin: instagram\nsnik: {path: out}\n", "error: DIR/run.yaml:2: the run file has no key snik: did you mean sink?\n"},
		{"strange key", "plugin: instagram\nqqq: 1\n", "error: DIR/run.yaml:2: the run file has no key qqq: it knows plugin, properties, sources, sink\n"},
		{"token for a key", "plugin: instagram\n" + stray + ": 1\n", "error: DIR/run.yaml:2: the run file has no key [redacted]: it knows plugin, properties, sources, sink\n"},
		{"unknown key of the sink", "plugin: instagram\nsink: {pth: out}\n", "error: DIR/run.yaml:2: sink has no key pth: did you mean path?\n"},
		{"a key twice", "plugin: instagram\nproperties:\n  layout: wide\n  layout: long\n", "error: DIR/run.yaml:4: layout stands twice in properties: keep one\n"},
		{"a key that is a map", "plugin: instagram\nproperties: {{a: b}: c}\n", "error: DIR/run.yaml:2: a name in properties must be a word\n"},
		{"sink is a word", "plugin: instagram\nsink: parquet\n", "error: DIR/run.yaml:2: sink must be a map of names and values\n"},
		{"format is a list", "plugin: instagram\nsink: {format: [csv]}\n", "error: DIR/run.yaml:2: format must be a single value\n"},
		{"properties is a list", "plugin: instagram\nproperties: [a]\n", "error: DIR/run.yaml:2: properties must be a map of names and values\n"},
		{"no plugin", "properties: {}\n", "error: DIR/run.yaml:1: plugin is missing: write for example plugin: instagram\n"},
		{"unknown plugin", "properties: {}\nplugin: instgram\n", "error: DIR/run.yaml:2: there is no plugin called \"instgram\"; known: Instagram\n"},
		{"sources is a map", "sources: {plugin: instagram}\n", "error: DIR/run.yaml:1: sources must be a list of {plugin, properties}\n"},
		{"sources is empty", "sources: []\n", "error: DIR/run.yaml:1: sources is empty: give at least one {plugin, properties}\n"},
		{"a source is a word", "sources:\n- instagram\n", "error: DIR/run.yaml:2: a source must be a map of names and values\n"},
		{"a source without plugin", "sources:\n- properties: {}\n", "error: DIR/run.yaml:2: a source has no plugin: write for example plugin: instagram\n"},
		{"a source of an unknown plugin", "sources:\n- plugin: instagram\n- plugin: x\n", "error: DIR/run.yaml:3: there is no plugin called \"x\"; known: Instagram\n"},
		{"both", "plugin: instagram\nsources: [{plugin: instagram}]\n", "error: DIR/run.yaml:1: give either plugin and properties, or sources, not both\n"},
		{
			"a map that holds itself", "plugin: instagram\nproperties: &p {<<: *p}\n",
			"error: DIR/run.yaml:2: what << takes over into properties must be a map that does not hold itself\n",
		},
		{
			"a list that holds itself", "plugin: instagram\nproperties:\n  layout: &l [*l]\n",
			"error: DIR/run.yaml:3: layout: lists and maps stand more than 20 deep in one another\n",
		},
		{
			"a small file of much text", bomb(),
			"error: DIR/run.yaml:4: a4 is longer than 1 MiB\n",
		},
		{
			"a small file of many maps", mergeBomb(),
			"error: DIR/run.yaml:4: the run file stands for more than 200000 values by its aliases\n",
		},
		{"unknown format", insights + "sink: {format: xml}\n", "error: DIR/run.yaml: sink.format: there is no format called \"xml\"; known: arrow, csv, jsonl, parquet, postgres, sqlite\n"},
		{"unknown metric", with(insights, "accountMetrics: [reach, veiws]"), "error: accountMetrics: veiws is not a metric of accounts. Use views, which is the nearest name.\n"},
		{
			"dates reversed", with(insights, "fromDate: 2026-11-03"),
			"error: fromDate 2026-11-03 is after toDate 2026-11-02. Swap them, or move one.\n",
		},
		{
			"future dates", with(insights, "fromDate: tomorrow", "toDate: tomorrow"),
			"error: fromDate 2026-11-23 is after today, 2026-11-22. Enter a day that has begun in Pacific time.\n",
		},
		{
			"an id with letters", with(insights, "accountId: 1784140x"),
			"error: accountId: '1784140x' is not an Instagram user id. An id is digits only, such as 17841400000000001; write all for every account that the token reaches.\n",
		},
		{
			"a token under a misspelt name", with(without(insights, "accessToken"), "accesToken: "+stray),
			"warning: accesToken: There is no property 'accesToken'; it is ignored. Did you mean 'accessToken'?\nerror: Required property 'accessToken' has no value.\n",
		},
		{"a macro without argument", with(insights, "accountMetrics: ${metrics}"), "error: accountMetrics: Argument 'metrics' is not defined.\n"},
		{"a token for a macro", with(insights, "accessToken: ${"+stray+stray+"}"), "error: accessToken: Argument '[redacted]' is not defined.\n"},
		{
			"a missing secret", with(insights, "accessToken: ${secure(other one)}"),
			"error: accessToken: Failed to resolve macro 'secure(other one)': set the environment variable IGSOURCE_SECRET_OTHER_ONE, " +
				"or name a file of secrets with --secrets.\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.hidden = append(s.hidden, stray)
			r := s.run("read", "-f", s.write("run.yaml", c.file), "--out", s.path("out"))
			assert.Equal(t, result{code: command.ExitUser, stderr: c.want}, r)
			assert.Empty(t, s.files())
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// bomb is a file whose aliases stand for a great deal of text.
func bomb() string {
	var b strings.Builder
	b.WriteString("plugin: instagram\nproperties:\n  a0: &a0 [{x: " + strings.Repeat("lol", 100) + "}]\n")
	for i := 1; i <= 6; i++ {
		n, before := string(rune('0'+i)), "*a"+string(rune('0'+i-1))
		b.WriteString("  a" + n + ": &a" + n + " [" + strings.Repeat(before+", ", 9) + before + "]\n")
	}
	return b.String()
}

// mergeBomb is a file whose maps take over one another many times.
func mergeBomb() string {
	var b strings.Builder
	b.WriteString("plugin: instagram\nproperties:\n  a0: &a0 {x: y}\n")
	for i := 1; i <= 15; i++ {
		before := "*a" + strconv.Itoa(i-1)
		b.WriteString("  a" + strconv.Itoa(i) + ": &a" + strconv.Itoa(i) + " {<<: [" + strings.Repeat(before+", ", 9) + before + "]}\n")
	}
	return b.String()
}

// What every property may have wrong is said at once.
func TestBadProperties(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(without(insights, "toDate"),
		"referenceName: a b", "accountId: '12x, 5, all'", "accountMetrics: reach, reech, likes", "fromDate: someday", "layout: tall", "requestTimeout: soon", "color: red"))
	r := s.run("read", "-f", file, "--out", s.path("out"))
	assert.Equal(t, command.ExitUser, r.code)
	golden(t, "badinput/properties.txt", r.stderr)
	assert.Empty(t, s.files())
	assert.Zero(t, s.server.Stats().Requests)
}

// Bad flags and bad places give one message as well.
func TestBadFlags(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no file", []string{"read"}, "error: missing flags: --file=FILE; see igsource read --help\n"},
		{"missing file", []string{"read", "-f", "DIR/nope.yaml"}, "error: the run file DIR/nope.yaml cannot be read: no such file or directory\n"},
		{"a folder", []string{"read", "-f", "DIR"}, "error: the run file DIR cannot be read: is a directory\n"},
		{"unknown command", []string{"raed"}, "error: unexpected argument raed, did you mean \"read\"?; see igsource --help\n"},
		{"unknown flag", []string{"read", "--fil", "x"}, "error: unknown flag --fil, did you mean \"--file\"?; see igsource read --help\n"},
		{"stray argument", []string{"read", "-f", "RUN", "--set", "accessToken", stray}, "error: unexpected argument [redacted]; see igsource read --help\n"},
		{"--set without value", []string{"read", "-f", "RUN", "--set", "layout"}, "error: --set layout: write it as --set property=value\n"},
		{"--set of a token", []string{"read", "-f", "RUN", "--set", stray}, "error: --set [redacted]: write it as --set property=value\n"},
		{"--set without name", []string{"read", "-f", "RUN", "--set", "=long"}, "error: --set : write it as --set property=value\n"},
		{"--set of an unknown property", []string{"read", "-f", "RUN", "--set", "layuot=long"}, "error: --set layuot: the plugin Instagram has no such property; did you mean layout?\n"},
		{"--set of a strange property", []string{"read", "-f", "RUN", "--set", "zzz=long"}, "error: --set zzz: the plugin Instagram has no such property\n"},
		{
			"--set of a misspelt secret",
			[]string{"schema", "-f", "RUN", "--set", "accesToken=" + stray},
			"error: --set accesToken: the plugin Instagram has no such property; did you mean accessToken?\n",
		},
		{"--arg without value", []string{"read", "-f", "RUN", "--arg", "x"}, "error: --arg: expected \"<key>=<value>\" but got \"x\"; see igsource read --help\n"},
		{
			"--logical-start-time",
			[]string{"read", "-f", "RUN", "--logical-start-time", "yesterday"},
			"error: --logical-start-time yesterday is no time: write it as 2026-11-22T06:00:00Z or as epoch milliseconds\n",
		},
		{
			"--logical-start-time beyond the calendar",
			[]string{"validate", "-f", "RUN", "--logical-start-time", "999999999999999"},
			"error: --logical-start-time 999999999999999 is no time: write it as 2026-11-22T06:00:00Z or as epoch milliseconds\n",
		},
		{"--secrets missing", []string{"read", "-f", "RUN", "--secrets", "DIR/nope"}, "error: the secrets file DIR/nope cannot be read: no such file or directory\n"},
		{"--secrets a folder", []string{"read", "-f", "RUN", "--secrets", "DIR"}, "error: the secrets file DIR cannot be read: is a directory\n"},
		{
			"--secrets of another shape",
			[]string{"read", "-f", "RUN", "--secrets", "DIR/list.yaml"},
			"error: the secrets file DIR/list.yaml is not a YAML map of names and values: write a line NAME: VALUE for each secret\n",
		},
		{
			"--secrets without it",
			[]string{"read", "-f", "DIR/other.yaml", "--secrets", "DIR/secrets.yaml"},
			"error: accessToken: Failed to resolve macro 'secure(other)': set the environment variable IGSOURCE_SECRET_OTHER, or write other into DIR/secrets.yaml.\n",
		},
		{"--format", []string{"read", "-f", "RUN", "--format", "xml"}, "error: --format: there is no format called \"xml\"; known: arrow, csv, jsonl, parquet, postgres, sqlite\n"},
		{"--format of a dry run", []string{"read", "-f", "RUN", "--format", "xml", "--dry-run"}, "error: --format: there is no format called \"xml\"; known: arrow, csv, jsonl, parquet, postgres, sqlite\n"},
		{"--parallelism", []string{"read", "-f", "RUN", "--parallelism", "0"}, "error: --parallelism 0: give 1 or more\n"},
		{"--progress", []string{"read", "-f", "RUN", "--progress", "always"}, "error: --progress always: give auto or never\n"},
		{
			"--graph-url",
			[]string{"read", "-f", "RUN", "--graph-url", "graph.facebook.com"},
			"error: --graph-url is not the address of a Graph API: write it as https://host or http://host:port, with a path if need be\n",
		},
		{
			"--graph-url with a password",
			[]string{"schema", "-f", "RUN", "--graph-url", "https://me:" + stray + "@host"},
			"error: --graph-url is not the address of a Graph API: write it as https://host or http://host:port, with a path if need be\n",
		},
		{
			"--graph-url with a port of letters",
			[]string{"accounts", "-f", "RUN", "--graph-url", "http://host:port"},
			"error: --graph-url is not the address of a Graph API: write it as https://host or http://host:port, with a path if need be\n",
		},
		{"--out is a file", []string{"read", "-f", "RUN", "--out", "RUN"}, "error: RUN is a file, not a folder: give another folder to write to\n"},
		{
			"--out below a missing folder",
			[]string{"read", "-f", "RUN", "--out", "DIR/a/b"},
			"error: the folder DIR/a/b cannot be made in DIR/a, which does not exist: create that first, or give another folder to write to\n",
		},
		{
			"a folder where the file will go",
			[]string{"read", "-f", "RUN", "--out", "DIR/taken", "--format", "csv"},
			"error: DIR/taken/account_insights.csv is there and is no file: move it away, or give another folder to write to\n",
		},
		{"--report in a missing folder", []string{"read", "-f", "RUN", "--report", "DIR/a/report.json"}, "error: --report DIR/a/report.json: the folder DIR/a does not exist: make it first, or name another\n"},
		{"--report is a folder", []string{"read", "-f", "RUN", "--report", "DIR"}, "error: --report DIR is a folder: name a file\n"},
		{"--report is a device", []string{"read", "-f", "RUN", "--report", os.DevNull}, "error: --report " + os.DevNull + " is no ordinary file, which could be replaced: name another\n"},
		{"metrics of nothing", []string{"metrics", "--object", "story"}, "error: --object story: give account or media\n"},
		{"schema as xml", []string{"schema", "-f", "RUN", "--format", "xml"}, "error: --format xml: give text, cdap or arrow-json\n"},
		{"demo into PostgreSQL", []string{"demo", "--format", "Postgres"}, "error: --format: the demo writes files and SQLite alone: give parquet, csv, arrow, jsonl or sqlite\n"},
		{"demo as xml", []string{"demo", "--format", "xml"}, "error: --format: there is no format called \"xml\"; known: arrow, csv, jsonl, parquet, postgres, sqlite\n"},
		{"no accounts", []string{"graph-server", "--accounts", "0"}, "error: --accounts 0: give 1 to 10000\n"},
		{"before its time", []string{"graph-server", "--latency=-1s"}, "error: --latency -1s: give 0 or more\n"},
		{"another login", []string{"graph-server", "--login", "myspace"}, "error: --login myspace: give facebook or instagram\n"},
		{
			"no address",
			[]string{"graph-server", "--addr", "nowhere"},
			"error: --addr nowhere cannot be listened on: address nowhere: missing port in address: give another as host:port, or port 0 for a free one\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.hidden = append(s.hidden, stray)
			run := s.write("run.yaml", insights)
			s.write("other.yaml", with(insights, "accessToken: ${secure(other)}"))
			s.write("list.yaml", "- "+stray+"\n")
			s.write("secrets.yaml", "instagram: "+stray+"\n")
			s.write("taken/account_insights.csv/x", "")
			var args []string
			for _, a := range c.args {
				args = append(args, strings.NewReplacer("RUN", run, "DIR", s.dir).Replace(a))
			}
			if c.args[0] == "read" && !strings.Contains(strings.Join(args, " "), "--out") {
				args = append(args, "--out", s.path("out"))
			}
			r := s.run(args...)
			r.stderr = strings.ReplaceAll(r.stderr, "DIR/run.yaml", "RUN")
			assert.Equal(t, result{code: command.ExitUser, stderr: c.want}, r)
			assert.Empty(t, s.files())
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// A folder that nobody may write into. Permission bits do not bind every user, and /proc binds all.
func TestReadOnlyFolder(t *testing.T) {
	s := newStage(t)
	readOnly := s.path("run.yaml") + "/below" // below a file, on systems without /proc
	if _, err := os.Stat("/proc/self"); err == nil {
		readOnly = "/proc/igsource"
	}
	file := s.write("run.yaml", insights)
	for _, args := range [][]string{{"--out", readOnly}, {"--out", s.path("out"), "--report", readOnly + ".json"}} {
		r := s.run(append([]string{"read", "-f", file}, args...)...)
		assert.Equal(t, command.ExitUser, r.code)
		assert.Regexp(t, `^error: .*`+readOnly+`.*\n$`, strings.ReplaceAll(r.stderr, "DIR", s.dir))
		assert.Equal(t, 1, strings.Count(r.stderr, "\n"))
		assert.Empty(t, s.files())
		assert.Zero(t, s.server.Stats().Requests)
	}
}

// A host that cannot be reached is a failure, not the user's error: exit 2, after the repeats or, with
// maxRetryDuration 0, at once.
func TestUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	s := newStage(t)
	for _, c := range []struct{ file, want string }{
		{with(insights, "maxRetryDuration: 0"), ""},
		{insights, `; gave up after 6 tries in \d+(\.\d+)?s`},
	} {
		r := s.run("read", "-f", s.write("run.yaml", c.file), "--out", s.path("out"), "--graph-url", "http://"+listener.Addr().String(), "--progress", "never")
		assert.Equal(t, command.ExitFailed, r.code)
		assert.Regexp(t, `^failed: asking which accounts the token reaches: GET /v25.0/me/accounts: the connection failed: dial tcp .*refused.*`+c.want+
			`\. Check the network and the address of the Graph API: no connection could be made\.\n$`, r.stderr)
		assert.Empty(t, s.files())
	}
}

// An answer that cannot be written is not passed over.
func TestUnwritableAnswer(t *testing.T) {
	var stderr output
	code := command.Main(t.Context(), []string{"metrics"}, command.System{Stdout: broken{}, Stderr: &stderr})
	assert.Equal(t, command.ExitFailed, code)
	assert.Equal(t, "error: the answer could not be written: no space left on device\n", stderr.String())
}

// broken is a full disk.
type broken struct{}

func (broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left on device")}
}
