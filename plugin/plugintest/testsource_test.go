package plugintest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

const hidden = "EAAB-token"

// scripted is a good source with splits of all kinds.
func scripted() *Source {
	return &Source{Schemas: []schema.Table{numberTable, otherTable}, Properties: "hash", Script: []Split{
		{ID: "rows", Steps: []Step{
			{Table: "numbers", Rows: numbers(0, 3), Mark: true},
			{Table: "others", Rows: [][]any{{"a", nil}}},
			{Table: "numbers", Rows: numbers(3, 5), Mark: true},
			{Table: "numbers", Rows: numbers(5, 6), Mark: true},
		}},
		{ID: "none", Steps: []Step{{Mark: true}}},
		{ID: "reached", Key: "k", Steps: []Step{
			{Table: "numbers", Rows: numbers(20, 21), Do: say(plugin.Reached{Key: "k", Value: []byte("1")}), Mark: true},
			{Do: say(plugin.Reached{Key: "k", Value: []byte("2")})},
			{Do: say(plugin.Reached{Key: "k", Value: []byte("3")}), Mark: true},
			{Do: say(plugin.Reached{Key: "k", Value: []byte("4")})},
		}},
		{ID: "notes", Steps: []Step{
			{Table: "numbers", Rows: numbers(10, 12), Do: func(_ context.Context, notes func(plugin.Note)) error {
				notes(plugin.Skipped{Reason: "no_data", Count: 1})
				notes(plugin.Lost{Object: "1", Err: errors.New("gone")})
				notes(plugin.Unknown{Table: "others", Field: "username", Count: 2})
				return nil
			}},
			{Mark: true},
		}},
	}}
}

func TestTestSource(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	TestSource(t, func(testing.TB) plugin.Source {
		s := scripted()
		s.Allocator = func(string) memory.Allocator { return mem }
		return s
	}, Secrets(hidden), CountRequests(func() int64 { return 0 }), Start(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// A faulty source is a good one with some methods replaced.
type faulty struct {
	*Source
	tables   func() ([]schema.Table, error)
	validate func() []plugin.Failure
	plan     func(context.Context, plugin.PlanRequest) (plugin.Plan, error)
	read     func(context.Context, plugin.Split, plugin.ReadOptions) iter.Seq2[plugin.Batch, error]
	finish   func() error
}

func (f *faulty) Tables() ([]schema.Table, error) {
	if f.tables != nil {
		return f.tables()
	}
	return f.Source.Tables()
}

func (f *faulty) Validate() []plugin.Failure {
	if f.validate != nil {
		return f.validate()
	}
	return f.Source.Validate()
}

func (f *faulty) Plan(ctx context.Context, req plugin.PlanRequest) (plugin.Plan, error) {
	if f.plan != nil {
		return f.plan(ctx, req)
	}
	return f.Source.Plan(ctx, req)
}

func (f *faulty) Read(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	if f.read != nil {
		return f.read(ctx, sp, opts)
	}
	return f.Source.Read(ctx, sp, opts)
}

func (f *faulty) Finish(ctx context.Context, ok bool) error {
	if f.finish != nil {
		return f.finish()
	}
	return f.Source.Finish(ctx, ok)
}

func TestTestSourceFindsFaults(t *testing.T) {
	requests := int64(0)
	plans := 0
	split := func(steps ...Step) func(*faulty) {
		return func(f *faulty) { f.Script = []Split{{ID: "s", Steps: steps}} }
	}
	for _, c := range []struct {
		name  string
		fault func(*faulty)
		check string
		want  string
	}{
		{
			"requests for the schema", func(f *faulty) { f.validate = func() []plugin.Failure { requests++; return nil } },
			"schema without requests", "Validate and Tables made 3 requests",
		},
		{
			"bad properties", func(f *faulty) { f.Failures = []plugin.Failure{plugin.Fail("No.", "")} },
			"schema without requests", "Validate fails: [No.]",
		},
		{"no table", func(f *faulty) { f.Schemas = nil }, "schema without requests", "Tables names no table"},
		{"table twice", func(f *faulty) { f.Schemas = []schema.Table{numberTable, numberTable} }, "schema without requests", "Tables names numbers twice"},
		{"bad table", func(f *faulty) { f.Schemas = []schema.Table{{Name: "t"}} }, "schema without requests", "table t has no columns"},
		{"changing tables", func(f *faulty) {
			f.tables = func() ([]schema.Table, error) { f.Schemas = append(f.Schemas, otherTable); return f.Schemas, nil }
			f.Schemas = []schema.Table{numberTable}
		}, "schema without requests", "Tables answers otherwise when it is asked again"},
		{"secret in a warning", func(f *faulty) { f.Remarks = []plugin.Failure{plugin.Fail(hidden, "")} }, "schema without requests", "a warning holds a secret"},
		{"plan fails", func(f *faulty) { f.PlanErr = errors.New("no") }, "plan", "Plan: no"},
		{"other plan", func(f *faulty) {
			f.plan = func(context.Context, plugin.PlanRequest) (plugin.Plan, error) {
				plans++
				return plugin.Plan{Splits: []plugin.Split{{ID: fmt.Sprint(plans), Properties: "p"}}}, nil
			}
		}, "plan", "two plans from the same properties and start are not equal"},
		{"no split", func(f *faulty) { f.Script = nil }, "plan", "there is no split to test with"},
		{"split twice", func(f *faulty) { f.Script = append(f.Script, f.Script[0]) }, "plan", "two splits are called rows"},
		{"split without ID", func(f *faulty) { f.Script[0].ID = "" }, "plan", "a split has no ID"},
		{"split without properties", func(f *faulty) { f.Properties = "" }, "plan", "split rows does not say which properties it was planned from"},
		{"secret in a split", func(f *faulty) { f.Script[0].ID = "x" + hidden }, "plan", "a split holds a secret"},
		{"secret in a note of the plan", func(f *faulty) {
			f.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
				req.Notes(plugin.Warning{Text: hidden})
				return nil
			}
		}, "plan", "a note holds a secret"},
		{"payload that JSON changes", func(f *faulty) {
			f.plan = func(context.Context, plugin.PlanRequest) (plugin.Plan, error) {
				return plugin.Plan{Splits: []plugin.Split{{ID: "\xff", Properties: "p", Payload: []byte("{")}}}, nil
			}
		}, "plan", "the plan cannot be written as JSON"},
		{"finish fails", func(f *faulty) { f.finish = func() error { return errors.New("no") } }, "finish alone", "Finish: no"},
		{"no mark", split(Step{Table: "numbers", Rows: numbers(0, 1)}), "rows", "split s: the last batch carries no mark"},
		{"no batch", split(), "rows", "split s: the last batch carries no mark"},
		{
			"one key", split(Step{Table: "numbers", Rows: [][]any{{"a", 1}, {"a", 2}}, Mark: true}), "rows",
			`split s: two different rows of table numbers share the key "a"`,
		},
		{"read fails", split(Step{Err: errors.New("no")}), "rows", "split s: no"},
		{"secret in an error", split(Step{Err: errors.New(hidden)}), "rows", "an error holds a secret"},
		{"secret in a note", split(Step{Do: func(_ context.Context, notes func(plugin.Note)) error {
			notes(plugin.Lost{Err: errors.New(hidden)})
			return nil
		}, Mark: true}), "rows", "a note holds a secret"},
		{"secret in a mark", func(f *faulty) { f.read = yields(plugin.Batch{Mark: hidden}) }, "rows", "a mark holds a secret"},
		{"nothing", func(f *faulty) { f.read = yields(plugin.Batch{}) }, "rows", "split rows: batch 1 has neither rows nor mark"},
		{
			"table without record", func(f *faulty) { f.read = yields(plugin.Batch{Table: "numbers", Mark: "m"}) }, "rows",
			"split rows: a batch names table numbers but has no record",
		},
		{
			"unknown table", func(f *faulty) { f.read = yields(plugin.Batch{Table: "x", Record: Record(numberTable), Mark: "m"}) }, "rows",
			`split rows: a batch is of table "x", which Tables does not name`,
		},
		{
			"other columns", func(f *faulty) { f.read = yields(plugin.Batch{Table: "numbers", Record: Record(Sample()), Mark: "m"}) }, "rows",
			"split rows: a batch of table numbers has 10 columns, 2 are announced",
		},
		{
			"other name", func(f *faulty) {
				f.read = yields(plugin.Batch{Table: "others", Record: Record(numberTable), Mark: "m"})
			}, "rows",
			"split rows: table others: column 2 is called value, text is announced",
		},
		{"other type", func(f *faulty) {
			f.read = yields(plugin.Batch{Table: "numbers", Record: Record(retyped(arrow.PrimitiveTypes.Float64, true)), Mark: "m"})
		}, "rows", "split rows: table numbers: column value is float64, int64 is announced"},
		{"other nulls", func(f *faulty) {
			f.read = yields(plugin.Batch{Table: "numbers", Record: Record(retyped(arrow.PrimitiveTypes.Int64, false)), Mark: "m"})
		}, "rows", "split rows: table numbers: column value is nullable: false, true is announced"},
		{"null", split(Step{Table: "numbers", Rows: [][]any{{nil, 1}}, Mark: true}), "rows", "split s: table numbers: column name holds a null"},
		{"goes on after an error", func(f *faulty) {
			f.read = func(context.Context, plugin.Split, plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				return func(yield func(plugin.Batch, error) bool) {
					_ = yield(plugin.Batch{}, errors.New("no")) && yield(plugin.Batch{Mark: "m"}, nil)
				}
			}
		}, "rows", "split rows: the sequence goes on after its error no"},
		{"other rows each time", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				plans++
				return yields(plugin.Batch{Table: "numbers", Record: Record(numberTable, []any{"a", plans}), Mark: "m"})(ctx, sp, opts)
			}
		}, "rows", "split rows, read again: row 1 of table numbers is"},
		{"resume is ignored", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, _ plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				return f.Source.Read(ctx, sp, plugin.ReadOptions{})
			}
		}, "resume", "split rows, resumed after batch 1 of 4: 6 rows of table numbers, want 3"},
		{"resume gives nothing", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				if opts.Resume != "" {
					return func(func(plugin.Batch, error) bool) {}
				}
				return f.Source.Read(ctx, sp, opts)
			}
		}, "resume", "split rows, resumed after batch 1 of 4: 0 rows of table numbers, want 3"},
		{"the context is ignored", func(f *faulty) {
			f.read = func(_ context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				return f.Source.Read(context.Background(), sp, opts)
			}
		}, "cancel", "split rows of 4 batches, cancelled after 0: the sequence went on to batch 4"},
		{"cancel ends without an error", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				return func(yield func(plugin.Batch, error) bool) {
					for b, err := range f.Source.Read(ctx, sp, opts) {
						if err != nil || !yield(b, nil) {
							return
						}
					}
				}
			}
		}, "cancel", "split rows of 4 batches, cancelled after 0: the sequence ended after 0 batches without an error"},
		{"cancel is another error", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				return func(yield func(plugin.Batch, error) bool) {
					for b, err := range f.Source.Read(ctx, sp, opts) {
						if err != nil {
							err = errors.New("stopped")
						}
						if !yield(b, err) {
							return
						}
					}
				}
			}
		}, "cancel", "split rows of 4 batches, cancelled after 0: the error is stopped, want one that is context.Canceled"},
		{"foreign splits are read", func(f *faulty) {
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				sp.Properties = f.Properties
				return f.Source.Read(ctx, sp, opts)
			}
		}, "foreign split", "split rows: a split of other properties is read"},
		{"unknown field of no table", split(Step{Do: say(plugin.Unknown{Table: "x", Field: "f", Count: 1}), Mark: true}), "rows", `an Unknown note names table "x", which Tables does not name`},
		{"unknown field without a name", split(Step{Do: say(plugin.Unknown{Table: "numbers", Count: 1}), Mark: true}), "rows", "an Unknown note of table numbers names no field"},
		{"unknown field that did not come", split(Step{Do: say(plugin.Unknown{Table: "numbers", Field: "f"}), Mark: true}), "rows", "an Unknown note says that field f of table numbers came 0 times"},
		{"other hash", func(f *faulty) {
			f.plan = func(context.Context, plugin.PlanRequest) (plugin.Plan, error) {
				return plugin.Plan{Splits: []plugin.Split{{ID: "s", Properties: "p"}}}, nil
			}
		}, "plan", `split s was planned from the properties "p", Hash says "hash"`},
		{"reached without a key", split(Step{Do: say(plugin.Reached{Key: "k", Value: []byte("1")}), Mark: true}), "rows", "split s: a Reached note, and the split has no key"},
		{"reached of another key", func(f *faulty) {
			f.Script = []Split{{ID: "s", Key: "k", Steps: []Step{{Do: say(plugin.Reached{Key: "o", Value: []byte("1")}), Mark: true}}}}
		}, "rows", `split s: a Reached note is of key "o", the split's is "k"`},
		{"reached is no JSON", func(f *faulty) {
			f.Script = []Split{{ID: "s", Key: "k", Steps: []Step{{Do: say(plugin.Reached{Key: "k", Value: []byte("{")}), Mark: true}}}}
		}, "rows", `split s: a Reached note says "{", which is no JSON or null`},
		{"reached is null", func(f *faulty) {
			f.Script = []Split{{ID: "s", Key: "k", Steps: []Step{{Do: say(plugin.Reached{Key: "k", Value: []byte(" null")}), Mark: true}}}}
		}, "rows", `split s: a Reached note says " null", which is no JSON or null`},
		{"reached holds a secret", func(f *faulty) {
			f.Script = []Split{{ID: "s", Key: "k", Steps: []Step{{Do: say(plugin.Reached{Key: "k", Value: []byte(`"` + hidden + `"`)}), Mark: true}}}}
		}, "rows", "a note holds a secret"},
		{"reached is forgotten on resume", func(f *faulty) {
			f.Script = []Split{{ID: "s", Key: "k", Steps: []Step{
				{Mark: true}, {Do: say(plugin.Reached{Key: "k", Value: []byte("1")}), Mark: true},
			}}}
			f.read = func(ctx context.Context, sp plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
				if opts.Resume != "" {
					opts.Notes = nil
				}
				return f.Source.Read(ctx, sp, opts)
			}
		}, "resume", `split s, resumed after batch 1 of 2: it reaches "", want "1"`},
		{"requests go on", func(f *faulty) { f.finish = func() error { requests++; return nil } }, "break", "1 requests were made after the loops had been left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSourceSuite(func(testing.TB) plugin.Source {
				f := &faulty{Source: scripted()}
				c.fault(f)
				return f
			}, []SourceOption{Secrets(hidden), CountRequests(func() int64 { return requests })})
			found := false
			for _, check := range s.checks() {
				if check.name != c.check {
					continue
				}
				found = true
				err := check.check(t)
				require.Error(t, err)
				assert.Contains(t, err.Error(), c.want)
			}
			assert.True(t, found, "no such check")
		})
	}
}

// say is a step's Do that sends a note.
func say(n plugin.Note) func(context.Context, func(plugin.Note)) error {
	return func(_ context.Context, notes func(plugin.Note)) error { notes(n); return nil }
}

func retyped(typ arrow.DataType, nullable bool) schema.Table {
	t := numberTable
	t.Columns = []schema.Column{t.Columns[0], {Name: "value", Type: typ, Nullable: nullable}}
	return t
}

func yields(b plugin.Batch) func(context.Context, plugin.Split, plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(context.Context, plugin.Split, plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
		return func(yield func(plugin.Batch, error) bool) { yield(b, nil) }
	}
}
