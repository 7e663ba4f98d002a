package instagram

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
)

// extra is a call for insights of one media that did not ride on its page.
type extra struct {
	row     int
	metrics []string
	kind    string // product type
	tries   int    // how often it was too much at once
}

// metricKind is a metric and a product type.
type metricKind struct{ metric, productType string }

// learntRefusals are what refusals by name teach about metrics. When enough media of a product type are
// refused one and none is answered, the type does not have it, and no more of its media are asked.
type learntRefusals struct {
	unknown map[string]gap // the API has no metric of that name
	count   map[metricKind]int
	why     map[metricKind]gap
	taken   map[metricKind]bool // media of the type have been answered
}

func newLearntRefusals() *learntRefusals {
	return &learntRefusals{
		unknown: make(map[string]gap), count: make(map[metricKind]int), why: make(map[metricKind]gap), taken: make(map[metricKind]bool),
	}
}

// refuse takes in that a media of a type was refused a metric.
func (l *learntRefusals) refuse(k metricKind, why gap) {
	l.count[k]++
	l.why[k] = why
}

// of says whether media of a type are known to be refused a metric, and why.
func (l *learntRefusals) of(k metricKind) (gap, bool) {
	if why, ok := l.unknown[k.metric]; ok {
		return why, true
	}
	return l.why[k], l.count[k] >= mostNamed && !l.taken[k]
}

// extras asks for what did not ride on the page of a sheet: metrics that only some product types have, and
// those that the API took off the page. They go in batches, so that a page costs one round more.
func (m *mediaReading) extras(ctx context.Context, s *sheet, first, last int, gaps *mediaGaps) error {
	m.oldFrom = math.MaxInt
	if m.old {
		m.oldFrom = first
	}
	pending, held := m.wanted(s, first, last, gaps)
	for len(pending) > 0 || len(held) > 0 {
		if len(pending) == 0 {
			pending, held = m.release(held, gaps), nil
			continue
		}
		again, err := m.askExtras(ctx, s, pending, gaps)
		if err != nil {
			return err
		}
		pending = again
	}
	for row := max(first, m.oldFrom); row < last; row++ {
		if gaps.none[row].reason == "" {
			gaps.none[row] = conversionGap
		}
	}
	return nil
}

// wanted lists the calls that the rows still need. Of metrics that the API took off the page, a few media of
// each type go ahead and the others are held: their answers may spare them.
func (m *mediaReading) wanted(s *sheet, first, last int, gaps *mediaGaps) (now, held []extra) {
	type likeness struct{ metrics, kind string }
	ahead := make(map[likeness]int)
	for row := first; row < last; row++ {
		if s.none[row].reason != "" || s.lost[row] || row >= m.oldFrom {
			continue
		}
		kind := s.productType(row)
		for _, name := range s.asked[row] {
			m.learnt.taken[metricKind{name, kind}] = true
		}
		known := s.refused[row]
		gaps.refuse(row, known.names, known.why)
		of := m.media.groups.Of(kind)
		for _, name := range known.names {
			m.learnt.refuse(metricKind{name, kind}, known.why)
		}
		for i, g := range append([]metrics.Group{m.media.groups.Common}, of.Groups...) {
			names := without(without(without(g.Metrics, s.asked[row]), of.Lacks), known.names)
			names = m.notRefused(row, kind, names, gaps)
			if len(names) == 0 {
				continue
			}
			e := extra{row: row, metrics: names, kind: kind}
			like := likeness{strings.Join(names, ","), kind}
			if i == 0 && ahead[like] >= mostNamed && !m.taken(names, kind) {
				held = append(held, e)
				continue
			}
			ahead[like]++
			now = append(now, e)
		}
	}
	return now, held
}

// taken says whether media of a type have been answered all of some metrics.
func (m *mediaReading) taken(names []string, kind string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !m.learnt.taken[metricKind{name, kind}] })
}

// notRefused are the metrics that a media of a type is not known to be refused; it notes the others.
func (m *mediaReading) notRefused(row int, kind string, names []string, gaps *mediaGaps) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		why, refused := m.learnt.of(metricKind{name, kind})
		if refused {
			gaps.refuse(row, []string{name}, why)
		}
		return refused
	})
}

// release lets go of calls that were held back, without what has been learnt to be refused.
func (m *mediaReading) release(held []extra, gaps *mediaGaps) []extra {
	var now []extra
	for _, e := range held {
		if e.metrics = m.notRefused(e.row, e.kind, e.metrics, gaps); len(e.metrics) > 0 {
			now = append(now, e)
		}
	}
	return now
}

// askExtras makes calls and takes in what they say; calls to make instead of refused ones come back.
func (m *mediaReading) askExtras(ctx context.Context, s *sheet, calls []extra, gaps *mediaGaps) ([]extra, error) {
	var again []extra
	for len(calls) > 0 {
		calls = slices.DeleteFunc(calls, func(e extra) bool { return e.row >= m.oldFrom })
		// One batch at a time where a media may turn out to predate the conversion: nothing older than
		// such a one is asked.
		n := len(calls)
		if n > 0 && len(s.asked[calls[0].row]) == 0 {
			n = min(n, batchSize)
		}
		part := calls[:n]
		calls = calls[n:]
		requests := make([]graphapi.Request, len(part))
		for i, e := range part {
			requests[i] = m.insightsOf(s.id(e.row), e.metrics)
		}
		results, err := m.client.Batch(ctx, requests)
		if err != nil {
			return nil, err
		}
		for i, e := range part {
			if e.row >= m.oldFrom || s.lost[e.row] {
				continue // an older one has said it for this one; or another call of it failed
			}
			if err := results[i].Err; err != nil {
				parts, err := m.refusedExtra(s, e, err, gaps)
				if err != nil {
					return nil, err
				}
				again = append(again, parts...)
				continue
			}
			if _, err := s.facts.DecodeRow(results[i].Answer.Body, e.row); err != nil {
				return nil, fmt.Errorf("the insights of media %s are not what they should be: %w", s.id(e.row), err)
			}
			for _, name := range e.metrics {
				m.learnt.taken[metricKind{name, e.kind}] = true
			}
			results[i].Answer.Release()
		}
	}
	return slices.DeleteFunc(again, func(e extra) bool { return s.lost[e.row] || gaps.none[e.row].reason != "" }), nil
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

// refusedExtra takes in why a call was refused, and returns what to ask instead.
func (m *mediaReading) refusedExtra(s *sheet, e extra, err error, gaps *mediaGaps) ([]extra, error) {
	given := len(m.work.Media)
	g, ok := graphapi.AsError(err)
	switch {
	case ok && g.Kind() == graphapi.NotFound && s.child != nil && s.child(e.row):
		gaps.none[e.row] = childGap(g)
		return nil, nil
	case ok && g.Kind() == graphapi.TooMuchData && len(e.metrics) == 1 && e.tries+1 < mostTooMuch:
		e.tries++
		return []extra{e}, nil
	case !ok || !withoutInsights(g) || g.Kind() == graphapi.TooMuchData && len(e.metrics) == 1:
		s.lost[e.row] = true
		if given == 0 {
			given = 2 // a chain has more media
		}
		return nil, m.loseMedia(s.id(e.row), err, given)
	}
	why := mediaGap(g)
	switch g.Kind() {
	case graphapi.BeforeConversion:
		gaps.none[e.row] = why
		if given == 0 { // a chain comes by time, ids do not
			m.old, m.oldFrom = true, min(m.oldFrom, e.row)
		}
		return nil, nil
	case graphapi.TooFewViewers:
		gaps.none[e.row] = why
		return nil, nil
	case graphapi.BadRequest:
		if named := refusedOf(g, e.metrics); len(named) > 0 {
			gaps.refuse(e.row, named, why)
			for _, name := range named {
				m.learnt.refuse(metricKind{name, e.kind}, why)
				if isUnknown(g) {
					m.learnt.unknown[name] = why
				}
			}
			rest := without(e.metrics, named)
			if len(rest) == 0 {
				return nil, nil
			}
			return []extra{{row: e.row, metrics: rest, kind: e.kind}}, nil
		}
	}
	if len(e.metrics) == 1 {
		gaps.refuse(e.row, e.metrics, why)
		return nil, nil
	}
	parts := make([]extra, len(e.metrics))
	for i, name := range e.metrics {
		parts[i] = extra{row: e.row, metrics: []string{name}, kind: e.kind}
	}
	return parts, nil
}
