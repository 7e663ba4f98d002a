package sink_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	_ "github.com/igsource/igsource/sink/arrow"
	_ "github.com/igsource/igsource/sink/csv"
	_ "github.com/igsource/igsource/sink/jsonl"
	_ "github.com/igsource/igsource/sink/parquet"
)

// In the environment: the folder that a child writes to, the format, whether it is incremental, and the step
// on the disk at which it is killed.
const (
	childPath        = "IGSOURCE_SINK_CHILD"
	childFormat      = "IGSOURCE_SINK_FORMAT"
	childIncremental = "IGSOURCE_SINK_INCREMENTAL"
	childKill        = "IGSOURCE_SINK_KILL"
)

var killStart = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)

var (
	posts = schema.Table{Name: "posts", Key: []string{"id"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "likes", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "tags", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	}}
	remarks = schema.Table{Name: "remarks", Columns: []schema.Column{{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true}}}
)

// killInputs are two sources. Some rows come again, equal, in a later split or from the other source.
func killInputs() []plugin.Input {
	var inputs []plugin.Input
	for _, name := range []string{"brand", "Shop/1"} {
		s := &plugintest.Source{Schemas: []schema.Table{posts, remarks}, Properties: "p " + name}
		for i := range 5 {
			sp := plugintest.Split{ID: fmt.Sprintf("s%d", i)}
			for j := range 6 {
				var rows [][]any
				for k := range 7 {
					n := i*100 + j*10 + k
					if k == 6 && i > 0 {
						n = j * 10 // of the first split, in both sources
					}
					owner := name
					if k == 5 {
						n, owner = i*100+j*10, "both"
					}
					rows = append(rows, []any{fmt.Sprintf("%s %d", owner, n), n, killStart.Add(time.Duration(n) * time.Hour), []any{"a", fmt.Sprint(n)}})
				}
				sp.Steps = append(sp.Steps, plugintest.Step{Table: "posts", Rows: rows, Mark: j%3 != 0},
					plugintest.Step{Table: "remarks", Rows: [][]any{{fmt.Sprintf("%s %d", name, i)}, {nil}}, Mark: true})
			}
			s.Script = append(s.Script, sp)
		}
		inputs = append(inputs, plugin.Input{Name: name, Source: s})
	}
	return inputs
}

// killRun is a whole run, or the rest of one.
func killRun(path, format string, incremental bool, change func(*sink.Folder)) error {
	to, err := sink.Open(sink.Options{Format: format, Path: path, Incremental: incremental})
	if err != nil {
		return err
	}
	if change != nil {
		change(to.(*sink.Folder))
	}
	report, err := plugin.Run(context.Background(), killInputs(), to, plugin.RunOptions{Start: killStart, Parallelism: 2})
	if err == nil && report.Status != plugin.StatusComplete {
		err = errors.New(string(report.Status))
	}
	return err
}

var runID = regexp.MustCompile(`"[A-Z2-7]{26}"`)

// visible returns the content of all files below dir that are not hidden, without the IDs of runs.
func visible(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), ".igsource"):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = runID.ReplaceAllString(string(b), `"ID"`)
		return err
	})
	require.NoError(t, err)
	return out
}

// hiddenNames are the hidden files of a folder.
func hiddenNames(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, ".igsource*"))
	require.NoError(t, err)
	return names
}
