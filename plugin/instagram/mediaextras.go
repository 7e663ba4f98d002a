package instagram

import (
	"context"
	"fmt"
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
}

// refusedKinds are the metrics that the API refused by name for a product type: it is not asked again for
// media of that type. The key is the metric and the type.
type refusedKinds map[[2]string]gap

// extras asks for what did not ride on the page of a sheet: metrics that only some product types have, and
// those that the API took off the page. They go in batches, so that a page costs one round more.
func (m *mediaReading) extras(ctx context.Context, s *sheet, first, last int, gaps *mediaGaps) error {
	pending, held := m.wanted(s, first, last, gaps)
	for len(pending) > 0 || len(held) > 0 {
		if len(pending) == 0 {
			pending, held = m.release(held, gaps)
			continue
		}
		again, err := m.askExtras(ctx, s, pending, gaps)
		if err != nil {
			return err
		}
		pending = again
	}
	return nil
}

// wanted lists the calls that the rows still need. Of metrics that the API took off the page, the first
// media of each type goes ahead and the others are held: its answer may spare them.
func (m *mediaReading) wanted(s *sheet, first, last int, gaps *mediaGaps) (now, held []extra) {
	ahead := make(map[[2]string]bool)
	for row := first; row < last; row++ {
		if s.none[row].reason != "" {
			continue
		}
		if m.old {
			gaps.none[row] = conversionGap
			continue
		}
		kind := s.productType(row)
		known := s.refused[row]
		gaps.refuse(row, known.names, known.why)
		of := m.media.groups.Of(kind)
		for i, g := range append([]metrics.Group{m.media.groups.Common}, of.Groups...) {
			names := slices.DeleteFunc(slices.Clone(g.Metrics), func(name string) bool {
				return slices.Contains(s.asked[row], name) || slices.Contains(of.Lacks, name) || slices.Contains(known.names, name) || m.refusedFor(row, name, kind, gaps)
			})
			if len(names) == 0 {
				continue
			}
			e := extra{row, names, kind}
			key := [2]string{strings.Join(names, ","), kind}
			if i == 0 && ahead[key] {
				held = append(held, e)
				continue
			}
			ahead[key] = true
			now = append(now, e)
		}
	}
	return now, held
}

// refusedFor notes a metric that is known to be refused for media of a type.
func (m *mediaReading) refusedFor(row int, name, kind string, gaps *mediaGaps) bool {
	why, ok := m.learnt[[2]string{name, kind}]
	if ok {
		gaps.refuse(row, []string{name}, why)
	}
	return ok
}

// release lets go of calls that were held back, without what has been learnt to be refused.
func (m *mediaReading) release(held []extra, gaps *mediaGaps) (now, none []extra) {
	for _, e := range held {
		e.metrics = slices.DeleteFunc(slices.Clone(e.metrics), func(name string) bool { return m.refusedFor(e.row, name, e.kind, gaps) })
		if len(e.metrics) > 0 {
			now = append(now, e)
		}
	}
	return now, nil
}

// askExtras makes calls and takes in what they say; calls to make instead of refused ones come back.
func (m *mediaReading) askExtras(ctx context.Context, s *sheet, calls []extra, gaps *mediaGaps) ([]extra, error) {
	var again []extra
	for len(calls) > 0 {
		// One batch at a time where a media may turn out to predate the conversion: nothing older than
		// such a one is asked.
		n := len(calls)
		if len(m.media.groups.Common.Metrics) == 0 {
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
			if m.old {
				m.tooOld(e.row, gaps)
				continue
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
			results[i].Answer.Release()
		}
		if m.old {
			for _, e := range calls {
				m.tooOld(e.row, gaps)
			}
			return nil, nil
		}
	}
	return again, nil
}

func (m *mediaReading) tooOld(row int, gaps *mediaGaps) { gaps.none[row] = conversionGap }

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
	g, ok := graphapi.AsError(err)
	if !ok || !withoutInsights(g) {
		gaps.lost[e.row] = true
		return nil, m.loseMedia(s.id(e.row), err, 2)
	}
	why := mediaGap(g)
	switch g.Kind() {
	case graphapi.BeforeConversion:
		gaps.none[e.row] = why
		m.old = len(m.work.Media) == 0 // a chain comes by time, ids do not
		return nil, nil
	case graphapi.TooFewViewers:
		gaps.none[e.row] = why
		return nil, nil
	case graphapi.BadRequest:
		named := slices.DeleteFunc(g.RefusedMetrics(), func(name string) bool { return !slices.Contains(e.metrics, name) })
		if len(named) > 0 {
			gaps.refuse(e.row, named, why)
			for _, name := range named {
				m.learnt[[2]string{name, e.kind}] = why
			}
			rest := slices.DeleteFunc(slices.Clone(e.metrics), func(name string) bool { return slices.Contains(named, name) })
			if len(rest) == 0 {
				return nil, nil
			}
			return []extra{{e.row, rest, e.kind}}, nil
		}
	}
	if len(e.metrics) == 1 {
		gaps.refuse(e.row, e.metrics, why)
		return nil, nil
	}
	parts := make([]extra, len(e.metrics))
	for i, name := range e.metrics {
		parts[i] = extra{e.row, []string{name}, e.kind}
	}
	return parts, nil
}
