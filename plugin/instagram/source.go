package instagram

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// Source is the Instagram batch source. Open it through plugin.Open("Instagram", …). It is safe for
// concurrent use.
type Source struct {
	properties   *plugin.Properties
	config       *Config
	bindFailures []plugin.Failure
	options      plugin.Options

	client  func() (*graphapi.Client, error)
	decoder func() (*decoding, error)
	queries func() *querySet // of requestType query

	pages    pageTokens
	hashtags hashtagIDs
	horizons horizons
}

// decoding is what Read needs of the tables, made once.
type decoding struct {
	tables   []schema.Table
	table    tables.Layout // of the first table
	insights *shred.Insights
	layout   shred.Layout  // of insights
	snapshot *arrow.Schema // of the first table, where it is one of snapshots
	profile  *shred.Plan
	media    *mediaDecoding
}

// New is the plugin.Factory of the source.
func New(p *plugin.Properties, opts plugin.Options) plugin.Source {
	s := &Source{properties: p, options: opts}
	s.config, s.bindFailures = decode(p)
	s.client = sync.OnceValues(s.newClient)
	s.decoder = sync.OnceValues(s.newDecoding)
	s.queries = sync.OnceValue(s.newQueries)
	s.pages.turn = make(chan struct{}, 1)
	return s
}

// Validate implements plugin.Source.
func (s *Source) Validate() []plugin.Failure {
	_, failures := s.check(s.options.Start, atConfigureTime)
	return failures
}

// Warnings implements plugin.Warner.
func (s *Source) Warnings() []plugin.Failure { return s.judge(s.options.Start).warnings }

// Hash implements plugin.Identified.
func (s *Source) Hash() string { return s.properties.Hash() }

// schemaProperties are the properties that decide the tables of a request type.
var schemaProperties = map[string][]string{
	AccountInsights: {"requestType", "accountMetrics", "period", "breakdown", "timeframe", "aggregate", "layout", "snapshots"},
	MediaInsights:   {"requestType", "mediaMetrics", "fields", "breakdown", "layout", "login", "snapshots"},
	AccountProfile:  {"requestType", "fields", "login", "snapshots"},
	AccountMedia:    {"requestType", "mediaMetrics", "mediaEdge", "fields", "breakdown", "layout", "login", "snapshots"},
	Query:           {"requestType", "queries", "login"},
}

// Tables implements plugin.Source. Only the properties that decide the schema are needed.
func (s *Source) Tables() ([]schema.Table, error) {
	if s.properties.IsMacro("requestType") {
		return nil, plugin.ErrSchemaUnknown
	}
	deciding, ok := schemaProperties[s.config.RequestType]
	if !ok {
		deciding = []string{"requestType"}
	}
	for _, name := range deciding {
		if s.properties.IsMacro(name) {
			return nil, plugin.ErrSchemaUnknown
		}
	}
	var wrong []plugin.Failure
	for _, f := range s.judge(s.options.Start).failures {
		if name, _ := f.Property(); slices.Contains(deciding, name) {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) > 0 {
		return nil, &plugin.InvalidError{Failures: wrong}
	}
	d, err := s.decoder()
	if err != nil {
		return nil, &plugin.InvalidError{Failures: []plugin.Failure{plugin.Fail(sentence(err.Error()), "")}}
	}
	return slices.Clone(d.tables), nil
}

// Read implements plugin.Source. A split of insights or profiles is one batch with its only mark; a split of
// media has a mark a page.
func (s *Source) Read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) {
		left := false
		err := s.read(ctx, split, opts, func(b plugin.Batch) bool {
			left = !yield(b, nil)
			return !left
		})
		if err != nil && !left {
			yield(plugin.Batch{}, s.failure(ctx, split, err))
		}
	}
}

// markDone is the mark after the last rows of a split.
const markDone plugin.Mark = "done"

// read yields the batches of a split to yield until it returns false.
func (s *Source) read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions, yield func(plugin.Batch) bool) error {
	if split.Properties != s.properties.Hash() {
		return plugin.ErrForeignSplit
	}
	var w work
	if err := json.Unmarshal(split.Payload, &w); err != nil || !s.own(w) {
		return fmt.Errorf("the payload of split %s was not written by this source", split.ID)
	}
	d, err := s.decoder()
	if err != nil {
		return err
	}
	own := d.tables
	var query *querySpec
	if w.Query != nil {
		query, _ = s.queries().at(*w.Query) // own has seen it
		own = query.layout.Tables
	}
	wanted := func(table string) bool { return opts.Tables == nil || slices.Contains(opts.Tables, table) }
	if opts.Resume == markDone && split.Key != "" && opts.Notes != nil && w.Reached != nil { // it may have been withheld
		opts.Notes(plugin.Reached{Key: split.Key, Value: w.Reached})
	}
	if opts.Resume == markDone || !slices.ContainsFunc(own, func(t schema.Table) bool { return wanted(t.Name) }) {
		yield(plugin.Batch{Mark: markDone})
		return nil
	}
	if opts.Resume != "" && s.config.RequestType != AccountMedia && query == nil {
		return fmt.Errorf("split %s has no mark %q", split.ID, opts.Resume)
	}
	client, err := s.graph(opts.Notes)
	if err != nil {
		return err
	}
	r := &reading{source: s, decoding: d, client: client, split: split.ID, key: split.Key, work: w, notes: opts.Notes, wanted: wanted}
	switch s.config.RequestType {
	case AccountMedia:
		return r.accountMedia(ctx, opts.Resume, yield)
	case MediaInsights:
		return r.givenMedia(ctx, yield)
	case Query:
		return r.query(ctx, query, opts.Resume, yield)
	}
	var record arrow.Record
	if s.config.RequestType == AccountProfile {
		record, err = r.profiles(ctx)
	} else {
		record, err = r.insights(ctx)
	}
	if err != nil {
		return err
	}
	defer record.Release()
	r.reach(w.Reached)
	r.yieldMarked([]plugin.Batch{{Table: d.table.Table.Name, Record: record}}, markDone, yield)
	return nil
}

// own says whether w is work for the source's request type.
func (s *Source) own(w work) bool {
	if s.config.RequestType != Query {
		return w.Query == nil && len(w.Accounts)+len(w.Media) > 0
	}
	if w.Query == nil {
		return false
	}
	q, ok := s.queries().at(*w.Query)
	return ok && q.none == (len(w.Accounts) == 0)
}

// yieldMarked yields the batches that have rows and are wanted, the mark with the last of them or alone. It
// says whether to go on.
func (r *reading) yieldMarked(batches []plugin.Batch, mark plugin.Mark, yield func(plugin.Batch) bool) bool {
	batches = slices.DeleteFunc(batches, func(b plugin.Batch) bool { return b.Record.NumRows() == 0 || !r.wanted(b.Table) })
	if len(batches) == 0 {
		batches = []plugin.Batch{{}}
	}
	batches[len(batches)-1].Mark = mark
	if r.snapshot != nil {
		defer r.addSnapshotDate(batches)()
	}
	for _, b := range batches {
		if !yield(b) {
			return false
		}
	}
	return true
}

// reading is one Read of one split.
type reading struct {
	source *Source
	*decoding
	client *graphapi.Client
	split  string
	key    string // empty where no progress is kept
	work   work
	notes  func(plugin.Note)
	wanted func(table string) bool
}

func (r *reading) note(n plugin.Note) {
	if r.notes != nil {
		r.notes(n)
	}
}

// failure says whose rows could not be read, and whether the run may go on without them.
func (s *Source) failure(ctx context.Context, split plugin.Split, err error) error {
	if ctx.Err() != nil || errors.Is(err, plugin.ErrForeignSplit) {
		return err
	}
	err = fmt.Errorf("reading %s: %w", split.ID, err)
	if s.config.ErrorHandling == skipOnError && !deadToken(err) {
		return &plugin.SplitError{Err: err}
	}
	return err
}

// deadToken says that nothing can be read any more, by anyone with this token.
func deadToken(err error) bool {
	e, ok := graphapi.AsError(err)
	return ok && (e.Kind() == graphapi.TokenInvalid || e.Kind() == graphapi.ProofRefused)
}

// Finish implements plugin.Source.
func (s *Source) Finish(context.Context, bool) error {
	if client, err := s.client(); err == nil {
		client.Close()
	}
	return nil
}

// newDecoding compiles the tables.
func (s *Source) newDecoding() (*decoding, error) {
	c := s.config
	d := new(decoding)
	var err error
	switch c.RequestType {
	case AccountMedia, MediaInsights:
		if d.media, err = compileMedia(s.mediaOptions(), c.RequestType == MediaInsights); err != nil {
			return nil, err
		}
		d.table, d.tables = d.media.table, d.media.tables()
		if c.Snapshots {
			d.snapshots(d.table)
		}
		return d, nil
	case Query:
		d.tables = s.queries().tables
		return d, nil
	case AccountProfile:
		if d.table, _, err = tables.AccountProfile(c.Fields, c.Login); err != nil {
			return nil, err
		}
		d.profile, err = compileProfile(d.table)
	default:
		d.table, err = tables.AccountInsights(tables.AccountInsightsOptions{
			Metrics: c.AccountMetrics, Period: metrics.Period(c.Period), Breakdown: c.Breakdown, Range: c.Range(),
			Shape: tables.Shape(c.Layout),
		})
		if err != nil {
			return nil, err
		}
		if d.insights, err = compileInsights(d.table); err != nil {
			return nil, err
		}
		d.layout, err = pivotLayout(d.table, d.insights)
	}
	d.tables = []schema.Table{d.table.Table}
	if c.Snapshots {
		d.snapshots(d.table)
	}
	return d, err
}

// slotsKey and pacerKey are where the sources of one run keep what they share.
type (
	slotsKey struct{}
	pacerKey [sha256.Size]byte
)

func (s *Source) newClient() (*graphapi.Client, error) {
	o := s.options
	slots := o.Shared.Get(slotsKey{}, func() any { return graphapi.NewSlots(o.Parallelism) })
	// Two sources with one token are counted together; the key is a digest, so that no token lies about.
	token := pacerKey(sha256.Sum256([]byte(s.config.Login + "\x00" + s.config.AccessToken.Reveal())))
	pacer := o.Shared.Get(token, func() any { return graphapi.NewPacer(o.Clock) })
	retry := s.config.MaxRetryDuration
	if retry == 0 {
		retry = -1 // given as 0: no repeats at all
	}
	return graphapi.New(graphapi.Options{
		Login: graphapi.Login(s.config.Login), Version: s.config.APIVersion,
		Token: s.config.AccessToken, AppSecret: s.config.AppSecret,
		Endpoint: o.Endpoint, Transport: o.Transport, Clock: o.Clock,
		RequestTimeout: s.config.RequestTimeout, MaxRetryDuration: retry,
		Slots: slots.(*graphapi.Slots), Pacer: pacer.(*graphapi.Pacer),
	})
}

// graph returns the client, reporting to notes.
func (s *Source) graph(notes func(plugin.Note)) (*graphapi.Client, error) {
	client, err := s.client()
	if err != nil || notes == nil {
		return client, err
	}
	return client.Observe(observer(notes)), nil
}

// Incremental implements plugin.Incremental.
func (s *Source) Incremental() bool { return s.config.Incremental }

// GoesOn implements plugin.Tolerant.
func (s *Source) GoesOn() bool { return s.config.ErrorHandling == skipOnError }

var (
	_ plugin.Incremental = (*Source)(nil)
	_ plugin.Source      = (*Source)(nil)
	_ plugin.Warner      = (*Source)(nil)
	_ plugin.Tolerant    = (*Source)(nil)

	_ plugin.Identified = (*Source)(nil)
	_ plugin.Factory    = New
)
