package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// givenRow is a media that was asked for by its id.
type givenRow struct {
	id      string
	body    []byte
	none    gap
	asked   []string
	tries   int             // how often it alone was too much at once
	missing *graphapi.Error // with metrics the API did not find it
}

// fetch asks for media by their ids, in batches, with metrics riding on them, and returns those that came, in
// order. lose is told of the others; its error ends everything.
func (m *mediaReading) fetch(ctx context.Context, account string, ids, likely []string, lose func(id string, err error) error) ([]givenRow, error) {
	d := m.media
	request := func(id string, asked []string) graphapi.Request {
		fields := strings.Join(d.fields, ",")
		if len(asked) > 0 {
			fields += "," + d.expansion(asked)
		}
		return graphapi.Request{Path: id, Account: account, Params: []graphapi.Param{{Name: "fields", Value: fields}}}
	}
	var rows []givenRow
	pending := make([]givenRow, len(ids))
	for i, id := range ids {
		pending[i] = givenRow{id: id, asked: likely}
	}
	for len(pending) > 0 {
		requests := make([]graphapi.Request, len(pending))
		for i, p := range pending {
			requests[i] = request(p.id, p.asked)
		}
		results, err := m.client.Batch(ctx, requests)
		if err != nil {
			return nil, err
		}
		var again []givenRow
		for i, p := range pending {
			e, isGraph := graphapi.AsError(results[i].Err)
			switch {
			case results[i].Err == nil && p.missing != nil && !isChild(results[i].Answer.Body):
				if err := lose(p.id, p.missing); err != nil {
					return nil, err
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
				if err := lose(p.id, results[i].Err); err != nil {
					return nil, err
				}
			}
		}
		pending = again
	}
	sort.Slice(rows, func(i, j int) bool { return slices.Index(ids, rows[i].id) < slices.Index(ids, rows[j].id) })
	return rows, nil
}

// given decodes rows from page, which holds them in order.
func (m *mediaReading) given(page []byte, rows []givenRow) (*sheet, error) {
	s, err := m.decode(page)
	if err != nil {
		return nil, fmt.Errorf("an answer is not what it should be: %w", err)
	}
	for i, p := range rows {
		s.none[i], s.asked[i] = p.none, p.asked
	}
	s.child = func(row int) bool { return isChild(rows[row].body) }
	return s, nil
}

// givenMedia reads the media whose ids were given: what every usual product type has rides on the first call of
// each, the rest is asked by type.
func (r *reading) givenMedia(ctx context.Context, yield func(plugin.Batch) bool) error {
	m, err := newMediaReading(r, r.decoding.media, "")
	if err != nil {
		return err
	}
	ids := r.work.Media
	rows, err := m.fetch(ctx, "", ids, r.source.likelyMetrics(), func(id string, err error) error { return r.loseMedia(id, err, len(ids)) })
	switch {
	case err != nil:
		return err
	case len(rows) == 0:
		return fmt.Errorf("none of the media %s can be read", strings.Join(ids, ", "))
	}
	page := []byte{'{'}
	for i, p := range rows {
		if i > 0 {
			page = append(page, ',')
		}
		page = strconv.AppendQuote(page, p.id)
		page = append(append(page, ':'), p.body...)
	}
	s, err := m.given(append(page, '}'), rows)
	if err != nil {
		return err
	}
	if _, err = m.deliver(ctx, s, func() (plugin.Mark, error) { return markDone, nil }, yield); err == nil {
		r.tellUnknown(r.table.Table.Name, m.decoder.UnknownFields())
	}
	return err
}

// readAgain reads the posts that earlier runs failed on and that the chain does not reach any more, from the
// first-th on, by their ids. One that is there no more is forgotten.
func (m *mediaReading) readAgain(ctx context.Context, first int, yield func(plugin.Batch) bool) error {
	account := m.work.Accounts[0].ID
	t, err := newMediaReading(m.reading, m.media, account)
	if err != nil {
		return err
	}
	t.kept, t.asker.ordered = m.kept, false
	all := m.work.Posts.Again
	for first < len(all) {
		ids := all[first:min(len(all), first+objectsPerSplit)]
		rows, err := t.fetch(ctx, account, ids, m.media.groups.Common.Metrics, func(id string, err error) error {
			if notFound(err) {
				m.note(plugin.Warning{Text: fmt.Sprintf("media %s, which an earlier run could not read, is not there any more", id)})
				return nil
			}
			return t.lose(id, err)
		})
		if err != nil {
			return err
		}
		page := []byte(`{"data":[`)
		for i, p := range rows {
			if i > 0 {
				page = append(page, ',')
			}
			page = append(page, p.body...)
		}
		s, err := t.given(append(page, "]}"...), rows)
		if err != nil {
			return err
		}
		s.undated = true
		first += len(ids)
		more, err := t.deliver(ctx, s, func() (plugin.Mark, error) { return t.kept.mark(nil, first), nil }, yield)
		if err != nil || !more {
			return err
		}
	}
	m.tellUnknown(m.table.Table.Name, t.decoder.UnknownFields())
	return ctx.Err()
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
