package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// mediaReading is one Read of one split of media.
type mediaReading struct {
	*reading
	media   *mediaDecoding
	decoder *shred.Decoder
	asker   *asker
	kept    *mediaProgress // nil where no progress is kept
}

// newMediaReading starts the reading of media of account; an empty account is read from each media's owner.
func newMediaReading(r *reading, d *mediaDecoding, account string) (*mediaReading, error) {
	given := len(r.work.Media)
	m := &mediaReading{reading: r, media: d, decoder: d.plan.NewDecoder()}
	m.asker = &asker{
		client: r.client, groups: d.groups, request: m.insightsOf, learnt: newLearntRefusals(), conversion: new(conversion),
		ordered: given == 0, // a chain comes by time, ids do not
		lose: func(id string, err error) error {
			if given == 0 {
				return m.lose(id, err) // a chain has more media
			}
			return r.loseMedia(id, err, given)
		},
	}
	if err := m.decoder.Set(paramRetrieved, r.work.start()); err != nil {
		return nil, err
	}
	if account == "" {
		return m, nil
	}
	return m, m.decoder.Set(paramAccount, account)
}

// accountMedia reads the media of one account, newest first, and gives each portion of the chain to yield,
// which says whether to go on. The next page is fetched while one is decoded.
func (r *reading) accountMedia(ctx context.Context, resume plugin.Mark, yield func(plugin.Batch) bool) error {
	account := r.work.Accounts[0].ID
	m, err := newMediaReading(r, r.decoding.media, account)
	if err != nil {
		return err
	}
	at, ok := readMediaMark(resume)
	if resume != "" && !ok {
		return fmt.Errorf("split %s has no mark %q", r.split, resume)
	}
	m.kept = r.progress(at)
	switch {
	case at.Done && m.kept != nil:
		m.kept.finish()
		yield(plugin.Batch{Mark: resume})
		return nil
	case at.Again > 0 || r.work.Posts != nil && r.work.Posts.Only:
		return m.readAgain(ctx, max(0, at.Again-1), yield)
	}
	c := r.newChain(account, at.chainMark)
	m.asker.old = c.old != nil
	for page, err := range c.portions(ctx) {
		if err != nil {
			return err
		}
		maps.Copy(m.asker.learnt.unknown, page.unknown)
		if page.anew {
			m.asker.old = false
			m.kept.restart()
		}
		s, err := m.sheet(page.answer, page.none, page.asked)
		if err != nil {
			return fmt.Errorf("a page of %s is not what it should be: %w", c.name, err)
		}
		if len(page.refused) > 0 && s.base.NumRows() > 0 {
			s.refused = map[int]refusedMetrics{0: {page.refused, page.why}}
		}
		if page.lost != nil {
			if err := m.lose(s.firstID(), page.lost); err != nil {
				s.release()
				return err
			}
			s.lost[0] = true
		}
		more, err := m.deliver(ctx, s, func() (plugin.Mark, error) { return m.markOf(page) }, yield)
		if err != nil || !more {
			return err
		}
	}
	r.tellUnknown(r.table.Table.Name, m.decoder.UnknownFields())
	if ctx.Err() != nil || m.kept == nil || len(r.work.Posts.Again) == 0 {
		return ctx.Err()
	}
	return m.readAgain(ctx, 0, yield)
}

// markOf is the mark behind a portion of the chain.
func (m *mediaReading) markOf(p portion) (plugin.Mark, error) {
	switch {
	case m.kept != nil && p.last:
		return m.kept.mark(nil, 0), nil
	case m.kept != nil:
		return m.kept.mark(&p.mark, 0), nil
	case p.last:
		return markDone, nil
	}
	return p.mark.mark()
}

// insightsOf is the call for insights of one media.
func (m *mediaReading) insightsOf(id string, names []string) graphapi.Request {
	params := []graphapi.Param{{Name: "metric", Value: strings.Join(names, ",")}}
	if dims := m.media.table.Dimensions; len(dims) > 0 {
		params = append(params, graphapi.Param{Name: "breakdown", Value: strings.Join(dims, ",")})
	}
	r := graphapi.Request{Path: id + "/insights", Params: params}
	if len(m.work.Accounts) > 0 {
		r.Account = m.work.Accounts[0].ID
	}
	return r
}

// mark writes a place in a chain as a mark.
func (m chainMark) mark() (plugin.Mark, error) {
	text, err := json.Marshal(m)
	return plugin.Mark(text), err
}

// newChain starts the chain of an account, or goes on where a mark says.
func (r *reading) newChain(account string, from chainMark) *chain {
	d := r.decoding.media
	c := &chain{
		client: r.client, skip: r.source.config.ErrorHandling == skipOnError, name: r.source.config.MediaEdge,
		most: pageSize, limit: pageSize, expand: d.expansion,
		common: slices.Clone(d.groups.Common.Metrics), unknown: make(map[string]gap),
		lacks: func(kind, metric string) bool { return slices.Contains(d.groups.Of(kind).Lacks, metric) },
	}
	c.resume(from)
	c.plain = graphapi.Request{
		Path: account + "/" + c.name, Account: account, Unlinked: c.name == tables.TagsEdge,
		Params: []graphapi.Param{{Name: "fields", Value: strings.Join(d.fields, ",")}},
	}
	if days := r.work.Days; days != nil {
		c.plain = postedIn(c.plain, *days)
	}
	return c
}

// loseMedia says that a media cannot be read: an error, or with skipOnError a note, unless it was all.
func (r *reading) loseMedia(id string, err error, of int) error {
	return r.loseObject("media", id, err, of)
}

// loseObject says the same of any of several objects.
func (r *reading) loseObject(what, id string, err error, of int) error {
	err = fmt.Errorf("%s %s: %w", what, id, err)
	if r.source.config.ErrorHandling != skipOnError || deadToken(err) || of == 1 {
		return err
	}
	r.note(plugin.Lost{Split: r.split, Object: id, Err: err})
	return nil
}

// lose says the same of one media of many, and remembers it for the next run where progress is kept.
func (m *mediaReading) lose(id string, err error) error {
	if m.source.config.ErrorHandling != skipOnError || deadToken(err) {
		return m.loseMedia(id, err, 2)
	}
	m.note(plugin.Lost{Split: m.split, Object: id, Err: fmt.Errorf("media %s: %w", id, err), Remembered: m.kept.lose(id)})
	return nil
}

// withoutInsights says whether a media that was refused with its insights may be there without them.
func withoutInsights(e *graphapi.Error) bool {
	switch e.Kind() {
	case graphapi.BeforeConversion, graphapi.TooFewViewers, graphapi.FatalMetric, graphapi.BadRequest, graphapi.TooMuchData:
		return true
	}
	return false
}
