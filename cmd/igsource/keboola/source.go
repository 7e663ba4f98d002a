package keboola

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

const (
	// SourceName is the name that the Source has in a run.
	SourceName = "configuration"
	// AccountsTable is the table that it gives.
	AccountsTable = "accounts"
)

// Source is what a configuration gives beside its queries: the table of its accounts, and what is to be said
// of the configuration. It makes no request.
type Source struct {
	config    *Config
	hasToken  bool
	table     schema.Table
	signature string
}

// Source returns the source. With hasToken the token came from elsewhere, and nothing is said of one that
// the configuration does not give.
func (c *Config) Source(hasToken bool) *Source {
	s := &Source{config: c, hasToken: hasToken, table: schema.Table{Name: AccountsTable, Key: []string{"id"}}}
	hash := sha256.New()
	for _, name := range c.accountColumns() {
		s.table.Columns = append(s.table.Columns, schema.Column{Name: column(name), Type: arrow.BinaryTypes.String, Nullable: name != "id"})
		hash.Write([]byte(encode(name)))
		for _, a := range c.accounts {
			hash.Write([]byte(encode(a.values[name])))
		}
	}
	s.signature = hex.EncodeToString(hash.Sum(nil))
	return s
}

// firstColumns is the order in which the extractor writes what it knows of accounts.
var firstColumns = []string{"account_id", "id", "name", "business_name", "currency", "category", "category_list", "tasks", "fb_page_id"}

// accountColumns are the keys of the accounts that have a value, other ones behind those of the extractor.
func (c *Config) accountColumns() []string {
	var out, more []string
	for _, name := range firstColumns {
		if slices.ContainsFunc(c.accounts, func(a account) bool { return a.values[name] != "" }) {
			out = append(out, name)
		}
	}
	for _, a := range c.accounts {
		for name := range a.values {
			if !slices.Contains(out, name) && !slices.Contains(more, name) {
				more = append(more, name)
			}
		}
	}
	slices.Sort(more)
	// A column is named once, whichever way its key is spelt.
	for _, name := range more {
		if !slices.ContainsFunc(out, func(o string) bool { return column(o) == column(name) }) {
			out = append(out, name)
		}
	}
	return out
}

// column is the name of the column of a key.
func column(key string) string { return strings.ReplaceAll(key, "-", "_") }

// Validate implements plugin.Source.
func (s *Source) Validate() []plugin.Failure { return slices.Clone(s.config.failures) }

// Warnings implements plugin.Warner.
func (s *Source) Warnings() []plugin.Failure {
	out := slices.Clone(s.config.remarks)
	if s.config.noToken != "" && !s.hasToken {
		out = append(out, plugin.Fail(s.config.noToken+"; the secret "+TokenSecret+" takes its place.",
			"Set IGSOURCE_SECRET_INSTAGRAM to a token of your own, or name another secret with --set 'accessToken=${secure(NAME)}'."))
	}
	return out
}

// Tables implements plugin.Source: the accounts, if there are any.
func (s *Source) Tables() ([]schema.Table, error) {
	switch {
	case len(s.config.failures) > 0:
		return nil, &plugin.InvalidError{Failures: s.Validate()}
	case len(s.config.accounts) == 0:
		return nil, nil
	}
	return []schema.Table{s.table}, nil
}

// Plan implements plugin.Source.
func (s *Source) Plan(ctx context.Context, _ plugin.PlanRequest) (plugin.Plan, error) {
	switch {
	case ctx.Err() != nil:
		return plugin.Plan{}, ctx.Err()
	case len(s.config.failures) > 0:
		return plugin.Plan{}, &plugin.InvalidError{Failures: s.Validate()}
	case len(s.config.accounts) == 0:
		return plugin.Plan{}, nil
	}
	return plugin.Plan{Splits: []plugin.Split{{ID: AccountsTable, Properties: s.signature}}}, nil
}

// Hash implements plugin.Identified.
func (s *Source) Hash() string { return s.signature }

// IsLast says whether a mark of this source is the last one of its split.
func (s *Source) IsLast(m plugin.Mark) bool { return m == markDone }

// Estimate implements plugin.Estimator: no call.
func (s *Source) Estimate(_ context.Context, split plugin.Split) (plugin.Estimate, error) {
	if split.Properties != s.signature || split.ID != AccountsTable {
		return plugin.Estimate{}, plugin.ErrForeignSplit
	}
	return plugin.Estimate{Why: "they stand in the configuration"}, nil
}

// markDone is the mark of the only split.
const markDone plugin.Mark = "done"

// Read implements plugin.Source.
func (s *Source) Read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) {
		switch {
		case ctx.Err() != nil:
			yield(plugin.Batch{}, ctx.Err())
		case split.Properties != s.signature || split.ID != AccountsTable:
			yield(plugin.Batch{}, plugin.ErrForeignSplit)
		case opts.Resume == markDone || opts.Tables != nil && !slices.Contains(opts.Tables, AccountsTable):
			yield(plugin.Batch{Mark: markDone}, nil)
		default:
			record := s.record()
			defer record.Release()
			yield(plugin.Batch{Table: AccountsTable, Record: record, Mark: markDone}, nil)
		}
	}
}

// record is the accounts as one record, which is the caller's.
func (s *Source) record() arrow.Record {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, s.table.Arrow())
	defer builder.Release()
	for i, name := range s.config.accountColumns() {
		cells := builder.Field(i).(*array.StringBuilder)
		for _, a := range s.config.accounts {
			if v, ok := a.values[name]; ok {
				cells.Append(v)
			} else {
				cells.AppendNull()
			}
		}
	}
	return builder.NewRecord()
}

// Finish implements plugin.Source.
func (s *Source) Finish(context.Context, bool) error { return nil }

var (
	_ plugin.Source    = (*Source)(nil)
	_ plugin.Warner    = (*Source)(nil)
	_ plugin.Estimator = (*Source)(nil)
)
