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
}

// decoding is what Read needs of the tables, made once.
type decoding struct {
	table    tables.Layout
	insights *shred.Insights
	layout   shred.Layout // of insights
	profile  *shred.Plan
}

// New is the plugin.Factory of the source.
func New(p *plugin.Properties, opts plugin.Options) plugin.Source {
	s := &Source{properties: p, options: opts}
	s.config, s.bindFailures = decode(p)
	s.client = sync.OnceValues(s.newClient)
	s.decoder = sync.OnceValues(s.newDecoding)
	return s
}

// Validate implements plugin.Source.
func (s *Source) Validate() []plugin.Failure {
	_, failures := s.check(s.options.Start, atConfigureTime)
	return failures
}

// Warnings implements plugin.Warner.
func (s *Source) Warnings() []plugin.Failure { return s.judge(s.options.Start).warnings }

// schemaProperties are the properties that decide the tables of a request type.
var schemaProperties = map[string][]string{
	AccountInsights: {"requestType", "accountMetrics", "period", "breakdown", "timeframe", "aggregate", "layout"},
	AccountProfile:  {"requestType", "fields", "login"},
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
	for _, f := range s.Validate() {
		if name, _ := f.Property(); slices.Contains(deciding, name) {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) > 0 {
		return nil, &plugin.InvalidError{Failures: wrong}
	}
	l, err := s.layout()
	if err != nil {
		return nil, &plugin.InvalidError{Failures: []plugin.Failure{plugin.Fail(sentence(err.Error()), "")}}
	}
	return []schema.Table{l.Table}, nil
}

// layout is the table of the request type and the role of each column.
func (s *Source) layout() (tables.Layout, error) {
	if s.config.RequestType == AccountProfile {
		l, _, err := tables.AccountProfile(s.config.Fields, s.config.Login)
		return l, err
	}
	c := s.config
	return tables.AccountInsights(tables.AccountInsightsOptions{
		Metrics: c.AccountMetrics, Period: metrics.Period(c.Period), Breakdown: c.Breakdown, Range: c.Range(),
		Shape: tables.Shape(c.Layout),
	})
}

// Read implements plugin.Source. A split is one batch, with its only mark.
func (s *Source) Read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) {
		batch, err := s.read(ctx, split, opts)
		if err != nil {
			yield(plugin.Batch{}, s.failure(ctx, split, err))
			return
		}
		if batch.Record != nil {
			defer batch.Record.Release()
		}
		yield(batch, nil)
	}
}

// markDone is the mark after the rows of a split.
const markDone plugin.Mark = "done"

func (s *Source) read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) (plugin.Batch, error) {
	if split.Properties != s.properties.Hash() {
		return plugin.Batch{}, plugin.ErrForeignSplit
	}
	var w work
	if err := json.Unmarshal(split.Payload, &w); err != nil || len(w.Accounts) == 0 {
		return plugin.Batch{}, fmt.Errorf("the payload of split %s was not written by this source", split.ID)
	}
	d, err := s.decoder()
	if err != nil {
		return plugin.Batch{}, err
	}
	switch {
	case opts.Resume == markDone, opts.Tables != nil && !slices.Contains(opts.Tables, d.table.Table.Name):
		return plugin.Batch{Mark: markDone}, nil
	case opts.Resume != "":
		return plugin.Batch{}, fmt.Errorf("split %s has no mark %q", split.ID, opts.Resume)
	}
	client, err := s.graph(opts.Notes)
	if err != nil {
		return plugin.Batch{}, err
	}
	r := reading{source: s, decoding: d, client: client, split: split.ID, work: w, notes: opts.Notes}
	batch := plugin.Batch{Mark: markDone}
	if s.config.RequestType == AccountProfile {
		batch.Record, err = r.profiles(ctx)
	} else {
		batch.Record, err = r.insights(ctx)
	}
	if err != nil {
		return plugin.Batch{}, err
	}
	if batch.Record != nil && batch.Record.NumRows() == 0 {
		batch.Record.Release()
		batch.Record = nil
	}
	if batch.Record != nil {
		batch.Table = d.table.Table.Name
	}
	return batch, nil
}

// reading is one Read of one split.
type reading struct {
	source *Source
	*decoding
	client *graphapi.Client
	split  string
	work   work
	notes  func(plugin.Note)
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
	l, err := s.layout()
	if err != nil {
		return nil, err
	}
	d := &decoding{table: l}
	if s.config.RequestType == AccountProfile {
		d.profile, err = compileProfile(l)
		return d, err
	}
	if d.insights, err = compileInsights(l); err != nil {
		return nil, err
	}
	d.layout, err = pivotLayout(l, d.insights)
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

var (
	_ plugin.Source  = (*Source)(nil)
	_ plugin.Warner  = (*Source)(nil)
	_ plugin.Factory = New
)
