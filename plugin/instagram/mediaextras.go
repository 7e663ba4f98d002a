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

// batcher makes any number of calls.
type batcher interface {
	Batch(ctx context.Context, requests []graphapi.Request) ([]graphapi.Result, error)
}

// listed are objects whose insights are read: what came with the page that they stand on, by row.
type listed struct {
	ids, kinds []string               // kinds are product types
	none       []gap                  // why it has no insights at all, where it has a reason
	asked      [][]string             // the metrics that rode on the page
	child      func(row int) bool     // whether it is part of an album; nil where none is
	lost       map[int]bool           // rows that cannot be delivered, which has been told
	refused    map[int]refusedMetrics // what the API refused of it already
}

// conversion is what is known of media older than their account's conversion.
type conversion struct {
	old  bool // a media met here predates it, and so does all that follows
	from int  // the first of the objects in hand that does
}

// begin begins a page whose first object is at first.
func (c *conversion) begin(first int) {
	c.from = math.MaxInt
	if c.old {
		c.from = first
	}
}

// asker asks for insights of single objects, in batches, that did not ride on the objects' page: metrics
// that only some product types have, and those that the API took off the page. A page costs one round more.
type asker struct {
	client  batcher
	groups  metrics.MediaGroups
	request func(id string, metrics []string) graphapi.Request
	take    func(row int, answer []byte) error
	// lose says that an object cannot be read; it returns the error where that ends everything.
	lose func(id string, err error) error
	// ordered says that the objects come by time, the newest first.
	ordered bool
	// foreign says that they may be of others, whose insights nobody is given.
	foreign bool
	learnt  *learntRefusals
	*conversion
}

// ask asks for what the objects from first to last still need. The page has begun.
func (a *asker) ask(ctx context.Context, s *listed, first, last int, gaps *mediaGaps) error {
	pending, held := a.wanted(s, first, last, gaps)
	for len(pending) > 0 || len(held) > 0 {
		if len(pending) == 0 {
			pending, held = a.release(held, gaps), nil
			continue
		}
		again, err := a.call(ctx, s, pending, gaps)
		if err != nil {
			return err
		}
		pending = again
	}
	for row := max(first, a.from); row < last; row++ {
		if gaps.none[row].reason == "" {
			gaps.none[row] = conversionGap
		}
	}
	return nil
}

// wanted lists the calls that the rows still need. Of metrics that the API took off the page, a few media of
// each type go ahead and the others are held: their answers may spare them.
func (a *asker) wanted(s *listed, first, last int, gaps *mediaGaps) (now, held []extra) {
	type likeness struct{ metrics, kind string }
	ahead := make(map[likeness]int)
	for row := first; row < last; row++ {
		if s.none[row].reason != "" || s.lost[row] || row >= a.from {
			continue
		}
		kind := s.kinds[row]
		for _, name := range s.asked[row] {
			a.learnt.taken[metricKind{name, kind}] = true
		}
		known := s.refused[row]
		gaps.refuse(row, known.names, known.why)
		of := a.groups.Of(kind)
		for _, name := range known.names {
			a.learnt.refuse(metricKind{name, kind}, known.why)
		}
		for i, g := range append([]metrics.Group{a.groups.Common}, of.Groups...) {
			names := without(without(without(g.Metrics, s.asked[row]), of.Lacks), known.names)
			names = a.notRefused(row, kind, names, gaps)
			if len(names) == 0 {
				continue
			}
			e := extra{row: row, metrics: names, kind: kind}
			like := likeness{strings.Join(names, ","), kind}
			if i == 0 && ahead[like] >= mostNamed && !a.taken(names, kind) {
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
func (a *asker) taken(names []string, kind string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !a.learnt.taken[metricKind{name, kind}] })
}

// notRefused are the metrics that a media of a type is not known to be refused; it notes the others.
func (a *asker) notRefused(row int, kind string, names []string, gaps *mediaGaps) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		why, refused := a.learnt.of(metricKind{name, kind})
		if refused {
			gaps.refuse(row, []string{name}, why)
		}
		return refused
	})
}

// release lets go of calls that were held back, without what has been learnt to be refused.
func (a *asker) release(held []extra, gaps *mediaGaps) []extra {
	var now []extra
	for _, e := range held {
		if e.metrics = a.notRefused(e.row, e.kind, e.metrics, gaps); len(e.metrics) > 0 {
			now = append(now, e)
		}
	}
	return now
}

// call makes calls and takes in what they say; calls to make instead of refused ones come back.
func (a *asker) call(ctx context.Context, s *listed, calls []extra, gaps *mediaGaps) ([]extra, error) {
	var again []extra
	for len(calls) > 0 {
		calls = slices.DeleteFunc(calls, func(e extra) bool { return e.row >= a.from })
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
			requests[i] = a.request(s.ids[e.row], e.metrics)
		}
		results, err := a.client.Batch(ctx, requests)
		if err != nil {
			return nil, err
		}
		for i, e := range part {
			if e.row >= a.from || s.lost[e.row] {
				continue // an older one has said it for this one; or another call of it failed
			}
			if err := results[i].Err; err != nil {
				parts, err := a.refusal(s, e, err, gaps)
				if err != nil {
					return nil, err
				}
				again = append(again, parts...)
				continue
			}
			if err := a.take(e.row, results[i].Answer.Body); err != nil {
				return nil, fmt.Errorf("the insights of %s are not what they should be: %w", s.ids[e.row], err)
			}
			for _, name := range e.metrics {
				a.learnt.taken[metricKind{name, e.kind}] = true
			}
			results[i].Answer.Release()
		}
	}
	return slices.DeleteFunc(again, func(e extra) bool { return s.lost[e.row] || gaps.none[e.row].reason != "" }), nil
}

// refusal takes in why a call was refused, and returns what to ask instead.
func (a *asker) refusal(s *listed, e extra, err error, gaps *mediaGaps) ([]extra, error) {
	g, ok := graphapi.AsError(err)
	switch {
	case ok && g.Kind() == graphapi.NotFound && s.child != nil && s.child(e.row):
		gaps.none[e.row] = childGap(g)
		return nil, nil
	case ok && a.foreign && (g.Kind() == graphapi.NotFound || g.Kind() == graphapi.Permission):
		gaps.refuse(e.row, e.metrics, mediaGap(g))
		for _, name := range e.metrics {
			a.learnt.refuse(metricKind{name, e.kind}, mediaGap(g))
		}
		return nil, nil
	case ok && g.Kind() == graphapi.TooMuchData && len(e.metrics) == 1 && e.tries+1 < mostTooMuch:
		e.tries++
		return []extra{e}, nil
	case !ok || !withoutInsights(g) || g.Kind() == graphapi.TooMuchData && len(e.metrics) == 1:
		s.lost[e.row] = true
		return nil, a.lose(s.ids[e.row], err)
	}
	why := refusalGap(g) // a query's objects may be accounts
	switch g.Kind() {
	case graphapi.BeforeConversion:
		gaps.none[e.row] = why
		if a.ordered {
			a.old, a.from = true, min(a.from, e.row)
		}
		return nil, nil
	case graphapi.TooFewViewers:
		gaps.none[e.row] = why
		return nil, nil
	case graphapi.BadRequest:
		if aboutHistory(g) { // whatever the metrics are
			gaps.refuse(e.row, e.metrics, why)
			return nil, nil
		}
		if named := refusedOf(g, e.metrics); len(named) > 0 {
			gaps.refuse(e.row, named, why)
			for _, name := range named {
				a.learnt.refuse(metricKind{name, e.kind}, why)
				if isUnknown(g) {
					a.learnt.unknown[name] = why
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
