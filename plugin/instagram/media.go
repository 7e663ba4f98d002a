package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
				return r.loseMedia(id, err, 2) // a chain has more media
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
	c, err := r.newChain(account, resume)
	if err != nil {
		return err
	}
	m.asker.old = c.old != nil
	for page, err := range c.portions(ctx) {
		if err != nil {
			return err
		}
		maps.Copy(m.asker.learnt.unknown, page.unknown)
		s, err := m.sheet(page.answer, page.none, page.asked)
		if err != nil {
			return fmt.Errorf("a page of %s is not what it should be: %w", c.name, err)
		}
		if len(page.refused) > 0 && s.base.NumRows() > 0 {
			s.refused = map[int]refusedMetrics{0: {page.refused, page.why}}
		}
		if page.lost != nil {
			if err := r.loseMedia(s.firstID(), page.lost, 2); err != nil {
				s.release()
				return err
			}
			s.lost[0] = true
		}
		mark := markDone
		if !page.last {
			if mark, err = page.mark.mark(); err != nil {
				s.release()
				return err
			}
		}
		more, err := m.deliver(ctx, s, mark, yield)
		if err != nil || !more {
			return err
		}
	}
	r.tellUnknown(r.table.Table.Name, m.decoder.UnknownFields())
	return ctx.Err()
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
func (r *reading) newChain(account string, resume plugin.Mark) (*chain, error) {
	d := r.decoding.media
	c := &chain{
		client: r.client, skip: r.source.config.ErrorHandling == skipOnError, name: r.source.config.MediaEdge,
		most: pageSize, limit: pageSize, expand: d.expansion,
		common: slices.Clone(d.groups.Common.Metrics), unknown: make(map[string]gap),
		lacks: func(kind, metric string) bool { return slices.Contains(d.groups.Of(kind).Lacks, metric) },
	}
	if resume != "" {
		var m chainMark
		if err := json.Unmarshal([]byte(resume), &m); err != nil || m.After == "" {
			return nil, fmt.Errorf("split %s has no mark %q", r.split, resume)
		}
		c.after, c.suspect = m.After, m.Suspects
		c.common = without(c.common, m.Suspects)
		if m.Old {
			c.old = &conversionGap
		}
	}
	c.plain = graphapi.Request{
		Path: account + "/" + c.name, Account: account, Unlinked: c.name == tables.TagsEdge,
		Params: []graphapi.Param{{Name: "fields", Value: strings.Join(d.fields, ",")}},
	}
	if days := r.work.Days; days != nil {
		c.plain = postedIn(c.plain, *days)
	}
	return c, nil
}

// givenMedia reads the media whose ids were given, in batches: what every usual product type has rides on
// the first call of each, the rest is asked by type.
func (r *reading) givenMedia(ctx context.Context, yield func(plugin.Batch) bool) error {
	d := r.decoding.media
	m, err := newMediaReading(r, d, "")
	if err != nil {
		return err
	}
	likely := r.source.likelyMetrics()
	request := func(id string, asked []string) graphapi.Request {
		fields := strings.Join(d.fields, ",")
		if len(asked) > 0 {
			fields += "," + d.expansion(asked)
		}
		return graphapi.Request{Path: id, Params: []graphapi.Param{{Name: "fields", Value: fields}}}
	}
	type row struct {
		id      string
		body    []byte
		none    gap
		asked   []string
		tries   int             // how often it alone was too much at once
		missing *graphapi.Error // with metrics the API did not find it
	}
	var rows []row
	pending := make([]row, len(r.work.Media))
	for i, id := range r.work.Media {
		pending[i] = row{id: id, asked: likely}
	}
	for len(pending) > 0 {
		requests := make([]graphapi.Request, len(pending))
		for i, p := range pending {
			requests[i] = request(p.id, p.asked)
		}
		results, err := r.client.Batch(ctx, requests)
		if err != nil {
			return err
		}
		var again []row
		for i, p := range pending {
			e, isGraph := graphapi.AsError(results[i].Err)
			switch {
			case results[i].Err == nil && p.missing != nil && !isChild(results[i].Answer.Body):
				if err := r.loseMedia(p.id, p.missing, len(r.work.Media)); err != nil {
					return err
				}
			case results[i].Err == nil:
				p.body = results[i].Answer.Body
				if p.missing != nil {
					p.none = childGap(p.missing)
				}
				rows = append(rows, p)
			case isGraph && len(p.asked) > 0 && e.Kind() == graphapi.NotFound: // it, or its insights
				p.asked, p.missing = nil, e
				again = append(again, p)
			case isGraph && len(p.asked) > 0 && withoutInsights(e):
				p.asked, p.none = m.refusedGiven(e, p.asked)
				again = append(again, p)
			case tooMuch(results[i].Err) && p.tries+1 < mostTooMuch:
				p.tries++
				again = append(again, p)
			default:
				if err := r.loseMedia(p.id, results[i].Err, len(r.work.Media)); err != nil {
					return err
				}
			}
		}
		pending = again
	}
	slices.SortFunc(rows, func(a, b row) int { return slices.Index(r.work.Media, a.id) - slices.Index(r.work.Media, b.id) })
	if len(rows) == 0 {
		return fmt.Errorf("none of the media %s can be read", strings.Join(r.work.Media, ", "))
	}
	page := []byte{'{'}
	nones, asked := make([]gap, len(rows)), make([][]string, len(rows))
	for i, p := range rows {
		if i > 0 {
			page = append(page, ',')
		}
		page = strconv.AppendQuote(page, p.id)
		page = append(append(page, ':'), p.body...)
		nones[i], asked[i] = p.none, p.asked
	}
	s, err := m.decode(append(page, '}'))
	if err != nil {
		return fmt.Errorf("an answer is not what it should be: %w", err)
	}
	s.none, s.asked = nones, asked
	s.child = func(row int) bool { return isChild(rows[row].body) }
	if _, err = m.deliver(ctx, s, markDone, yield); err == nil {
		r.tellUnknown(r.table.Table.Name, m.decoder.UnknownFields())
	}
	return err
}

// isChild says whether a media is part of an album: only such have no permalink.
func isChild(media []byte) bool {
	var m struct {
		Permalink string `json:"permalink"`
	}
	return json.Unmarshal(media, &m) == nil && m.Permalink == ""
}

// refusedGiven takes in why a media was refused with metrics, and returns what may still ride on it and why
// it has no insights at all, if it has none.
func (m *mediaReading) refusedGiven(e *graphapi.Error, asked []string) (rest []string, none gap) {
	why := mediaGap(e)
	switch names := refusedOf(e, asked); {
	case why.reason != reasonRefusedMetric:
		return nil, why
	case isUnknown(e) && len(names) > 0:
		for _, name := range names {
			m.asker.learnt.unknown[name] = why
		}
		return without(asked, names), gap{}
	}
	return nil, gap{} // its product type, or asking apart, tells which metrics it has
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

// withoutInsights says whether a media that was refused with its insights may be there without them.
func withoutInsights(e *graphapi.Error) bool {
	switch e.Kind() {
	case graphapi.BeforeConversion, graphapi.TooFewViewers, graphapi.FatalMetric, graphapi.BadRequest, graphapi.TooMuchData:
		return true
	}
	return false
}
