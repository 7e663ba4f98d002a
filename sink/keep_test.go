package sink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

var runStart = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)

// keyed is table with its column as key.
func keyed(name string) schema.Table {
	t := table(name)
	t.Key = []string{"text"}
	return t
}

func (r *rig) keep(inputs ...string) error { return r.keepAt(runStart, "p", inputs...) }

func (r *rig) keepAt(start time.Time, properties string, inputs ...string) error {
	var runs []plugin.KeptRun
	for _, in := range inputs {
		runs = append(runs, plugin.KeptRun{Input: in, Start: start, Properties: properties})
	}
	return r.Keep(context.Background(), runs)
}

// commits writes rows into table a and commits them.
func (r *rig) commits(input, split, mark string, rows ...string) error {
	if len(rows) > 0 {
		if err := r.write("a", rows...); err != nil {
			return err
		}
	}
	return r.Commit(context.Background(), plugin.Position{
		Source: input, Split: split, Mark: plugin.Mark(mark),
		Reached: map[string]json.RawMessage{split: json.RawMessage(`"` + mark + `"`)},
	})
}

func (r *rig) marks(input string) map[string]plugin.Mark {
	s, err := r.State(context.Background(), input)
	require.NoError(r.t, err)
	return s.Marks
}

// unfinished leaves an unfinished run of input behind.
func unfinished(t testing.TB, dir, input string) {
	r := newRig(t, dir)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep(input))
	require.NoError(t, r.commits(input, "s1", "1", "one"))
	require.NoError(t, r.commits(input, "s2", "1", "two"))
	require.NoError(t, r.finish(false))
}

func TestKeepGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	unfinished(t, dir, "brand")
	all := tree(t, dir)
	require.Contains(t, all, ".igsource.brand.kept/journal")
	require.NotContains(t, all, "a.txt")

	r := newRig(t, dir)
	require.Equal(t, map[string]plugin.Mark{"s1": "1", "s2": "1"}, r.marks("brand"))
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep("brand"))
	require.NoError(t, r.commits("brand", "s1", "2"))
	require.NoError(t, r.commits("brand", "s2", "2", "three"))
	require.NoError(t, r.finish(true))
	require.Equal(t, map[string]string{
		"a.txt": "a\none\ntwo\nthree\nend\n", "a.txt.about": "about a",
		"_state.json": tree(t, dir)["_state.json"],
	}, tree(t, dir))
	id := `"[A-Z2-7]{26}"`
	require.Regexp(t, `^{\n  "version": 1,\n  "inputs": {\n    "brand": {\n      "run": `+id+`,\n      "reached": {\n        "s1": "2",\n        "s2": "2"\n      }\n    }\n  }\n}\n$`,
		tree(t, dir)["_state.json"])
}

// A split that one session left unread, because it failed, comes in its place when a later one reads it.
func TestKeepOrdersSplits(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, dir)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep("one", "two"))
	require.NoError(t, r.commits("one", "s2", "1", "2a"))
	require.NoError(t, r.commits("one", "s4", "1", "4a"))
	require.NoError(t, r.commits("two", "s1", "1", "two 1"))
	require.NoError(t, r.finish(false))
	r = newRig(t, dir)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep("one", "two"))
	for _, s := range []string{"1", "2", "3", "4", "5"} {
		require.NoError(t, r.commits("one", "s"+s, "2", s+"b"))
	}
	require.NoError(t, r.commits("nobody", "s1", "1", "of no kept run"))
	require.NoError(t, r.commits("two", "s0", "1", "two 0"))
	require.NoError(t, r.finish(true))
	require.Equal(t, "a\n1b\n2a\n2b\n3b\n4a\n4b\n5b\ntwo 0\ntwo 1\nof no kept run\nend\n", tree(t, dir)["a.txt"])
}

// Rows that an earlier session wrote and that come again: equal ones stand where they were, others replace
// them. Without a key every row counts.
func TestKeepProvesKeysOverSessions(t *testing.T) {
	pair := schema.Table{Name: "a", Key: []string{"text"}, Columns: []schema.Column{table("a").Columns[0], {Name: "more", Type: table("a").Columns[0].Type, Nullable: true}}}
	for _, key := range []bool{true, false} {
		dir := t.TempDir()
		tables := []schema.Table{pair, keyed("b")}
		if !key {
			tables[0].Key = nil
		}
		for i, rows := range []string{"k1 x;k2 x;k3 x", "k2 x;k1 y;k4 x", "k5 x;k3 z;k1 y;k2 y"} {
			r := newRig(t, dir)
			r.sort = 60
			r.format.NewEncoder = sheetEncoder
			require.NoError(t, r.Begin(t.Context(), tables))
			require.NoError(t, r.keep("brand"))
			require.NoError(t, r.Write(t.Context(), r.sheet(tables[0], rows)))
			require.NoError(t, r.Commit(t.Context(), plugin.Position{Source: "brand", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
			require.NoError(t, r.Finish(t.Context(), i == 2))
			require.Zero(t, r.fs.open)
		}
		want := "k1 x\nk2 x\nk3 x\nk2 x\nk1 y\nk4 x\nk5 x\nk3 z\nk1 y\nk2 y\n"
		if key {
			// k1 y is of the second session, where the third finds it again.
			want = "k1 y\nk4 x\nk5 x\nk3 z\nk2 y\n"
		}
		require.Equal(t, want, tree(t, dir)["a.txt"])
		require.Empty(t, tree(t, dir)["b.txt"])
	}
}

func TestKeepRefusesASecondRun(t *testing.T) {
	dir := t.TempDir()
	first := newRig(t, dir)
	require.NoError(t, first.begin("a"))
	require.NoError(t, first.keep("brand"))
	second := newRig(t, dir)
	require.NoError(t, second.begin("a"))
	err := second.keep("other", "brand")
	holder, e := os.ReadFile(filepath.Join(dir, ".igsource.brand.lock"))
	require.NoError(t, e)
	by, ok := lockfile.ParseHolder(string(holder))
	require.True(t, ok)
	require.Equal(t, lockfile.Busy("brand", dir, &by), err)
	require.ErrorContains(t, err, fmt.Sprintf("process %d on host ", os.Getpid()))
	require.NoError(t, second.finish(false))
	require.ErrorContains(t, newRig(t, dir).ResetState(t.Context(), "brand"), `of "brand" is writing to `+dir)

	third := newRig(t, dir)
	require.NoError(t, third.begin("a"))
	require.NoError(t, third.keep("other"), "which the refused run let go of")
	require.NoError(t, third.finish(true))
	require.NoError(t, first.finish(true))
	require.Equal(t, map[string]string{"a.txt": "a\nend\n", "a.txt.about": "about a"}, tree(t, dir))
}

// What another run does between the look at the state and Keep is noticed.
func TestKeepNoticesRunsInBetween(t *testing.T) {
	dir := t.TempDir()
	unfinished(t, dir, "brand")
	r := newRig(t, dir)
	require.Len(t, r.marks("brand"), 2)
	require.NoError(t, newRig(t, dir).goOn())
	require.NoError(t, r.begin("a"))
	var user *plugin.UserError
	err := r.keep("brand")
	require.ErrorAs(t, err, &user)
	require.EqualError(t, err, `another run of "brand" has written to `+dir+` since this one began: start it again`)
	require.NoError(t, r.finish(false))
}

func TestKeepGivesUp(t *testing.T) {
	for _, c := range []struct {
		what, properties string
		start            time.Time
	}{{"start", "p", runStart.Add(time.Second)}, {"properties", "q", runStart}} {
		dir := t.TempDir()
		require.NoError(t, newRig(t, dir).run("old", "a", "b"))
		unfinished(t, dir, "other")
		dead := newRig(t, dir) // killed: nothing is finished, but the system lets go of its locks
		require.NoError(t, dead.begin("a"))
		require.NoError(t, dead.keep("brand"))
		require.NoError(t, dead.commits("brand", "s1", "1", "one"))
		work := dead.work
		require.NoError(t, os.Rename(filepath.Join(dir, "b.txt"), filepath.Join(work, oldFolder, "b.txt"))) // as where there are no second names
		require.NoError(t, os.WriteFile(filepath.Join(work, oldFolder, "a.txt"), []byte("older"), 0o666))
		for _, l := range dead.locks {
			require.NoError(t, l.Unlock())
		}
		stranger := filepath.Join(dir, ".igsource-1")
		require.NoError(t, os.Mkdir(stranger, 0o777))

		r := newRig(t, dir)
		require.NoError(t, r.begin("a"))
		require.NoError(t, r.keepAt(c.start, c.properties, "brand"))
		require.NoDirExists(t, work)
		require.NoError(t, r.finish(false))
		require.DirExists(t, stranger)
		got := tree(t, dir)
		require.Equal(t, "a\nold\nend\n", got["a.txt"])
		require.Equal(t, "b\nold\nend\n", got["b.txt"], "put back")
		require.NotContains(t, got, ".igsource.brand.kept")
		require.Equal(t, map[string]plugin.Mark{"s1": "1", "s2": "1"}, newRig(t, dir).marks("other"))
	}
}

// A folder of which somebody was told that it holds his file is not removed.
func TestKeepLeavesSavedFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, newRig(t, dir).run("old", "a", "b"))
	r := newRig(t, dir)
	require.NoError(t, r.begin("a", "b"))
	require.NoError(t, r.keep("brand"))
	require.NoError(t, r.commits("brand", "s", "1", "new"))
	broken := false
	r.fs.fail = func(op, base string, _ int) error {
		broken = broken || op == "rename" && base == "b.txt"
		if op == "rename" && broken && base != "a.txt.about" {
			return errBroken
		}
		return nil
	}
	err := r.finish(true)
	require.ErrorContains(t, err, "its former content is in ")
	require.NoError(t, newRig(t, dir).goOnWith("brand"))
	kept, err := filepath.Glob(filepath.Join(dir, ".igsource-*", "old", "a.txt"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
}

func (r *rig) goOnWith(input string) error {
	err := r.begin("a", "b")
	if err == nil {
		err = r.keep(input)
	}
	return errors.Join(err, r.finish(err == nil))
}

func TestKeepRefusesOtherColumns(t *testing.T) {
	dir := t.TempDir()
	unfinished(t, dir, "brand")
	before := tree(t, dir)
	other := table("a")
	other.Columns[0].Nullable = true
	for _, tables := range [][]schema.Table{{other}, {table("b")}} {
		r := newRig(t, dir)
		require.NoError(t, r.Begin(t.Context(), tables))
		var user *plugin.UserError
		err := r.keep("brand")
		require.ErrorAs(t, err, &user)
		require.ErrorContains(t, err, "has rows of table a with other columns than now")
		require.NoError(t, r.finish(false))
		require.Equal(t, before, tree(t, dir))
	}
}

func TestReset(t *testing.T) {
	dir := t.TempDir()
	f := newRig(t, dir)
	states, err := newRig(t, filepath.Join(dir, "none")).States(t.Context())
	require.NoError(t, err)
	require.Empty(t, states)
	require.NoError(t, newRig(t, filepath.Join(dir, "none")).ResetState(t.Context(), "brand"))
	unfinished(t, dir, "brand")
	require.NoError(t, newRig(t, dir).goOn())
	unfinished(t, dir, "Other one")
	states, err = f.States(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"Other one", "brand"}, slices.Sorted(maps.Keys(states)))

	require.NoError(t, f.ResetState(t.Context(), "Other one"))
	states, err = f.States(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"brand"}, slices.Sorted(maps.Keys(states)))
	require.NoError(t, f.ResetState(t.Context(), "brand"))
	require.NoError(t, f.ResetState(t.Context(), "brand"), "twice")
	require.Equal(t, map[string]string{"a.txt": "a\none\ntwo\nthree\nend\n", "a.txt.about": "about a"}, tree(t, dir))
	s, err := f.State(t.Context(), "brand")
	require.NoError(t, err)
	require.Zero(t, s)
}

func TestStateThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"{":             "DIR/_state.json is damaged (unexpected end of JSON input): restore it, or delete it to begin anew",
		`{"version":2}`: "DIR/_state.json is of version 2, this program knows 1: use a newer program, or write to another folder",
		`{}`:            "DIR/_state.json is of version 0, this program knows 1: use a newer program, or write to another folder",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, stateName), []byte(text), 0o666))
		_, err := newRig(t, dir).State(t.Context(), "brand")
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.Equal(t, want, replaceAll(err.Error(), dir))
	}
	dir := t.TempDir()
	unfinished(t, dir, "brand")
	r := newRig(t, dir)
	r.fs.fail = on("open", journalName, fs.ErrPermission)
	_, err := r.State(t.Context(), "brand")
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.Equal(t, `what the unfinished run of "brand" has left in DIR cannot be read: permission denied`, replaceAll(err.Error(), dir))
	s, err := newRig(t, filepath.Join(dir, "a.txt", "x")).State(t.Context(), "brand")
	require.NoError(t, err)
	require.Zero(t, s)
}

// Memory does not grow with what is committed.
func TestKeepHoldsNoRows(t *testing.T) {
	r := newRig(t, t.TempDir())
	r.limit = 1000
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep("brand"))
	for i := range 200 {
		require.NoError(t, r.commits("brand", "s", fmt.Sprint(i), strings.Repeat("x", 100)))
		assert.Zero(t, r.mem.CurrentAlloc())
	}
	require.Len(t, r.logs[0].tables["a"].parts, 1)
	require.NoError(t, r.finish(true))
}
