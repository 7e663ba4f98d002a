package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// parts are the tables of a query, as of media with comments, replies, insights and a summary.
var parts = []string{"page_media", "comments", "replies", "insights", "summary"}

func table(name string) schema.Table {
	t := days
	t.Name = name
	return t
}

// manyQueries is a source of six queries over fifty accounts: a split of each has five tables, a mark for
// every two pages and now and then one at the end alone. Some rows come again equal, and some splits end
// early or conflict with what an earlier one had.
func manyQueries() *plugintest.Source {
	src := &plugintest.Source{Properties: "p", Tolerant: true}
	for q := range 6 {
		for _, part := range parts {
			src.Schemas = append(src.Schemas, table(fmt.Sprintf("q%d_%s", q, part)))
		}
	}
	for q := range 6 {
		for account := range 50 {
			sp := plugintest.Split{ID: fmt.Sprintf("q%d/%d", q, account)}
			for page := range (q+account)%5 + 1 {
				for p, part := range parts {
					step := plugintest.Step{Table: fmt.Sprintf("q%d_%s", q, part)}
					for r := range (account+page+p)%4 + 1 {
						step.Rows = append(step.Rows, row(fmt.Sprintf("%d-%d-%d", account, page, r), q))
					}
					switch {
					case p == 1 && account%7 == 3: // an object that another account reached
						step.Rows = append(step.Rows, row("0-0-0", q))
					case p == 2 && account == 17 && page == 2: // a conflict
						step.Rows = append(step.Rows, row("0-0-0", 1000))
					}
					step.Do = say(
						plugin.Unknown{Table: step.Table, Field: "username", Count: 1},
						plugin.Skipped{Metric: part, Reason: "no_data", Object: sp.ID, Count: 1},
					)
					sp.Steps = append(sp.Steps, step)
				}
				sp.Steps[len(sp.Steps)-1].Mark = page%2 == 1 && account%3 != 0
			}
			if account == 31 {
				sp.Steps = append(sp.Steps, plugintest.Step{Err: &plugin.SplitError{Err: errBroken}})
			}
			sp.Steps = append(sp.Steps, plugintest.Step{Mark: true})
			src.Script = append(src.Script, sp)
		}
	}
	return src
}

func TestRunOfManyQueriesIsTheSameWhateverTheParallelism(t *testing.T) {
	run := func(parallelism, limit int) (log []string, data []byte, report *plugin.Report) {
		defer plugin.SetKeyProofLimit(limit)()
		src, sink := manyQueries(), new(plugintest.Memory)
		defer sink.Release()
		opts := options(t)
		opts.Parallelism = parallelism
		report, err := plugin.Run(context.Background(), one(src), sink, opts)
		require.NoError(t, err)
		var b bytes.Buffer
		for _, table := range src.Schemas {
			w := ipc.NewWriter(&b, ipc.WithSchema(table.Arrow()))
			for _, rec := range sink.Records(table.Name) {
				require.NoError(t, w.Write(rec))
			}
			require.NoError(t, w.Close())
		}
		return calls(sink), b.Bytes(), report
	}
	log1, data1, report1 := run(1, 1<<20)
	log16, data16, report16 := run(16, 1500)
	assert.Equal(t, log1, log16)
	assert.True(t, bytes.Equal(data1, data16), "the bytes differ")
	// Only what a split that was given up said in its end depends on how far it was read.
	report1.Skipped, report16.Skipped, report1.Warnings, report16.Warnings = nil, nil, nil, nil
	text1, err := json.Marshal(report1)
	require.NoError(t, err)
	text16, err := json.Marshal(report16)
	require.NoError(t, err)
	assert.Equal(t, string(text1), string(text16))

	require.Len(t, report1.Splits, 300)
	var rows int64
	conflicts := 0
	for i, s := range report1.Splits {
		q, account := i/50, i%50
		assert.Equal(t, fmt.Sprintf("q%d/%d", q, account), s.ID)
		pages := (q+account)%5 + 1
		switch {
		case account == 17 && pages > 2:
			conflicts++
			assert.Equal(t, plugin.StatusPartial, s.Status, s.ID)
			assert.Equal(t, fmt.Sprintf("source brand, split %s: two different rows of table q%d_replies share the key id=0-0-0", s.ID, q), s.Error)
		case account == 31 && pages > 1: // the mark of its second page
			assert.Equal(t, plugin.StatusPartial, s.Status, s.ID)
		case account == 31:
			assert.Equal(t, plugin.StatusFailed, s.Status, s.ID)
		default:
			assert.Equal(t, plugin.StatusComplete, s.Status, s.ID)
		}
		rows += s.Rows
	}
	var tableRows, duplicates int64
	for name, tr := range report1.Tables {
		tableRows += tr.Rows
		duplicates += tr.Duplicates
		assert.Equal(t, strings.HasSuffix(name, "_comments"), tr.Duplicates > 0, name)
	}
	assert.Equal(t, rows, tableRows)
	assert.Positive(t, duplicates)
	aborts := 0
	for _, c := range log1 {
		if c == "Abort" {
			aborts++
		}
	}
	assert.Equal(t, conflicts, aborts)
	assert.Equal(t, 4, conflicts, "the queries whose account 17 has three pages")
}

// TestRunKeepsLittleOfALongUnmarkedSplit: hundreds of batches of many tables before the only mark go
// through the disk, of the split whose turn it is as of those that wait.
func TestRunKeepsLittleOfALongUnmarkedSplit(t *testing.T) {
	const tables, rounds, splits = 12, 25, 2
	limit := 2 * batchBytes(t)
	g := new(gauges)
	src := &plugintest.Source{Properties: "p", Allocator: g.of}
	for i := range tables {
		src.Schemas = append(src.Schemas, table(fmt.Sprint("t", i)))
	}
	opts := options(t)
	opts.Parallelism = 2
	var spooled atomic.Bool
	for s := range splits {
		sp := plugintest.Split{ID: fmt.Sprint("s", s)}
		for r := range rounds {
			for i := range tables {
				step := bigBatch(s, r, false)
				step.Table = fmt.Sprint("t", i)
				sp.Steps = append(sp.Steps, step)
			}
		}
		sp.Steps = append(sp.Steps, plugintest.Step{Mark: true, Do: do(func() {
			files, err := filepath.Glob(filepath.Join(opts.WorkDir, "igsource-run-*", "*.spool"))
			if err == nil && len(files) > 0 {
				spooled.Store(true)
			}
		})})
		src.Script = append(src.Script, sp)
	}
	sink := new(countsCommits)
	report, err := plugin.Run(context.Background(), one(src), sink, opts)
	require.NoError(t, err)
	for i := range tables {
		assert.EqualValues(t, splits*rounds*bigRows, report.Tables[fmt.Sprint("t", i)].Rows)
	}
	for split, a := range g.all {
		assert.LessOrEqual(t, a.most.Load(), limit, split)
		assert.Zero(t, a.now.Load(), split)
	}
	assert.True(t, spooled.Load(), "what has no mark is on disk")
	assert.Equal(t, splits, sink.commits)
	left, err := os.ReadDir(opts.WorkDir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// countsCommits is a sink that keeps nothing and counts commits.
type countsCommits struct {
	discard
	commits int
}

func (c *countsCommits) Commit(context.Context, plugin.Position) error {
	c.commits++
	return nil
}
