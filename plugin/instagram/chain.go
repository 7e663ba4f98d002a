package instagram

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/igsource/igsource/graphapi"
)

const (
	// pageSize is the most media that the API gives at once.
	pageSize = 100

	// growAfter is how many pages in a row must come through before a page that was made smaller, because
	// the API asked for less data, grows again: each attempt that fails costs a call.
	growAfter = 4

	// mostTooMuch is how often a call is made that cannot be made smaller when the API asks for less data:
	// it says so in passing trouble too.
	mostTooMuch = 3

	// mostNamed is how many media are set aside because the API refuses one metric of theirs before that
	// may be taken to be about more than single media.
	mostNamed = 3

	// leastGuess and guessGrowth are for the first page behind a media that was set aside: bad ones come in
	// crowds, and a page of a hundred that fails costs more calls than two pages that do not.
	leastGuess  = 8
	guessGrowth = 4

	// callsToFind is what finding one media on a page takes, about: halving a hundred, and the media itself.
	callsToFind = 8

	// mostUnnamed is how many media a chain sets aside for a refusal that names neither a media's state nor
	// a metric. More of them are not about single media.
	mostUnnamed = 5
)

// getter makes one call.
type getter interface {
	Get(ctx context.Context, r graphapi.Request) (*graphapi.Answer, error)
}

// chain reads a list page by page, media newest first: insights ride on the pages by field expansion. One
// media without insights fails its whole page; the chain then finds it in the fewest calls and goes on
// behind it. It is for one goroutine.
type chain struct {
	client getter
	name   string           // of the list, for messages
	plain  graphapi.Request // the page without insights
	common []string         // metrics that still ride on pages
	expand func(metrics []string) string
	// skip says to go on behind a media that is there no more, which otherwise ends the chain.
	skip bool
	// lacks says whether media of a product type are known not to have a metric.
	lacks func(productType, metric string) bool
	// lighter, when not nil, asks for less of each object; ok is false where there is no less.
	lighter func(r graphapi.Request, step int) (_ graphapi.Request, ok bool)
	// thin, when not nil, asks for the objects without the lists inside them, which may fail a page as insights
	// do: such an object's are read apart.
	thin func(r graphapi.Request) graphapi.Request
	// bare reads an object that is too much even so as an id alone, to go on behind it.
	bare bool
	// stopEmpty ends the chain at a page without objects, onePage behind as many objects as a page has.
	stopEmpty, onePage bool

	most    int // media on the largest page
	taken   int // objects that came, where that is counted
	limit   int // media on the next page
	streak  int // pages since limit was last made smaller
	after   string
	started bool // a page of the account came through
	bad     int  // the next so many media hold at least one that fails them; 0: nothing is known
	badErr  *graphapi.Error
	old     *gap // why everything from here on has no insights
	unnamed int
	named   map[string]int // media set aside, by metric
	strange bool           // the last media set aside for a metric is of a kind that is known not to have it
	passed  int            // media that came with their insights, about
	since   int            // of them, those behind the last that was set aside
	guess   int            // media on the next page, going by how far apart bad ones are; 0: they are not
	suspect []string       // metrics that the API refused on a page by name: they are asked for apart
	unknown map[string]gap // those of them that the API does not know at all

	every   []string // metrics that rode on the first page
	resumed bool     // no page has come since the chain went on from a mark
}

// advance makes calls until one brings a portion.
func (c *chain) advance(ctx context.Context) (portion, error) {
	for {
		plain := c.old != nil || len(c.common) == 0
		if c.bad == 1 && (c.old == nil || c.thin != nil) {
			p, ok, err := c.apart(ctx)
			if ok || err != nil {
				return p, err
			}
			continue
		}
		if plain && c.thin == nil {
			p, err := c.take(ctx, c.limit, nil, c.noInsights())
			if c.shrinks(err, c.limit) {
				continue
			}
			if c.bare && tooMuch(err) {
				return c.alone(ctx, err)
			}
			return p, err
		}
		n := c.limit
		switch {
		case c.bad > 1:
			n = min(n, c.bad/2)
		case c.guess > 0:
			n = min(n, c.guess)
		}
		p, err := c.take(ctx, n, c.metrics(), c.noInsights())
		if err == nil {
			c.passed += n
			c.since += n
			if c.bad == 0 && c.guess > 0 {
				c.guess = min(c.most, c.guess*guessGrowth)
			}
			c.bad = max(0, c.bad-p.rows)
			return p, nil
		}
		if c.shrinks(err, n) {
			continue
		}
		if plain && c.bare && tooMuch(err) {
			return c.alone(ctx, err)
		}
		if err := c.begin(ctx, err); err != nil {
			return portion{}, err
		}
		if err := c.learn(n, err, plain); err != nil {
			return portion{}, err
		}
	}
}

// apart reads the next media, which fails its page, as far as it can be read; ok is false where it taught
// something instead.
func (c *chain) apart(ctx context.Context) (p portion, ok bool, err error) {
	why := mediaGap(c.badErr)
	names := refusedOf(c.badErr, c.common)
	switch {
	case why.reason == reasonBeforeConversion:
		c.old, c.bad = &why, 0
		return portion{}, false, nil
	case c.badErr.Kind() == graphapi.NotFound:
		p, err = c.missing(ctx)
	case why.reason != reasonRefusedMetric:
		p, err = c.take(ctx, 1, nil, why)
	case len(names) == 0: // which metric it is shows when they are asked apart
		p, err = c.take(ctx, 1, nil, gap{})
	case c.strange: // there may be more of that kind, which have none of the metrics
		p, err = c.take(ctx, 1, nil, gap{})
		p.refused, p.why = names, why
	default:
		p, err = c.take(ctx, 1, without(c.common, names), gap{})
		if e, isGraph := graphapi.AsError(err); isGraph && withoutInsights(e) {
			if e.Kind() != graphapi.BadRequest && e.Kind() != graphapi.TooMuchData {
				c.badErr = e
				return portion{}, false, nil
			}
			names = append(names, refusedOf(e, without(c.common, names))...)
			p, err = c.take(ctx, 1, nil, gap{})
		}
		p.refused, p.why = names, why
	}
	if c.bare && tooMuch(err) {
		p, err = c.alone(ctx, err)
	}
	if err != nil {
		return portion{}, false, err
	}
	if p.rows == 0 && !p.last { // an empty page is not the end: the media is still to come
		p.lost, p.refused, p.none = nil, nil, gap{}
		return p, true, nil
	}
	c.count(p)
	c.bad, c.guess, c.since = 0, max(leastGuess, 2*c.since), 0
	return p, true, nil
}

// metrics are those that ride on the next page.
func (c *chain) metrics() []string {
	if c.old != nil {
		return nil
	}
	return c.common
}

// count counts the metrics that were refused for a media whose type should have them.
func (c *chain) count(p portion) {
	if c.named == nil {
		c.named = make(map[string]int)
	}
	types := listedTypes(p.answer.Body)
	for _, m := range p.refused {
		if c.strange = len(types) == 1 && c.lacks(types[0], m); !c.strange {
			c.named[m]++
		}
	}
}

// begin finds out, where the first page with insights met something that is not found, whether that is the
// account: a plain page of one media tells.
func (c *chain) begin(ctx context.Context, err error) error {
	e, ok := graphapi.AsError(err)
	if !ok || c.started || !c.skip || e.Kind() != graphapi.NotFound {
		return nil
	}
	probe := c.plain
	if c.thin != nil {
		probe = c.thin(probe)
	}
	answer, plainErr := c.client.Get(ctx, probe.With("limit", "1"))
	if plainErr != nil {
		return plainErr
	}
	answer.Release()
	c.started = true
	return nil
}

// noInsights is why plain pages have none: what the chain learnt, or nothing was asked for on them.
func (c *chain) noInsights() gap {
	if c.old != nil {
		return *c.old
	}
	return gap{}
}

// learn takes in why a page of n media failed, with insights unless it is plain; the error is what nothing can
// be learnt from.
func (c *chain) learn(n int, err error, plain bool) error {
	e, ok := graphapi.AsError(err)
	if !ok {
		return err
	}
	switch e.Kind() {
	case graphapi.BeforeConversion, graphapi.TooFewViewers, graphapi.FatalMetric:
	case graphapi.NotFound:
		if !c.skip || !c.started {
			return err
		}
	case graphapi.BadRequest:
		if plain {
			return err
		}
		names := refusedOf(e, c.common)
		unknown := isUnknown(e)
		if len(names) > 0 && (unknown || c.tooMany(names)) {
			if unknown {
				for _, m := range names {
					c.unknown[m] = mediaGap(e)
				}
			}
			c.suspect = append(c.suspect, names...)
			c.common = without(c.common, names)
			return nil
		}
		if len(names) == 0 && !c.mayBeOne(n) {
			return err
		}
	case graphapi.TooMuchData: // of one media: larger pages have been made smaller
		if !c.mayBeOne(n) {
			return err
		}
	default:
		return err
	}
	c.bad, c.badErr = n, e
	return nil
}

// mayBeOne says whether a page of n media may have failed for one of them, when the API does not say so.
func (c *chain) mayBeOne(n int) bool {
	if n > 1 {
		return true
	}
	c.unnamed++
	return c.unnamed <= mostUnnamed
}

// tooMany says that so many media have been set aside for one of these metrics that asking for it apart,
// a call for each media, is cheaper.
func (c *chain) tooMany(names []string) bool {
	return slices.ContainsFunc(names, func(m string) bool { return c.named[m] >= mostNamed && c.named[m]*callsToFind > c.passed })
}

// shrinks makes the pages smaller when the API asks for less data at once.
func (c *chain) shrinks(err error, n int) bool {
	if n == 1 || !tooMuch(err) {
		return false
	}
	c.limit, c.streak = n/2, 0
	return true
}

// take asks for n media, with metrics on the page or without.
func (c *chain) take(ctx context.Context, n int, metrics []string, none gap) (portion, error) {
	request := c.plain
	if len(metrics) > 0 {
		request = request.With("fields", request.Param("fields")+","+c.expand(metrics))
	}
	request = request.With("limit", strconv.Itoa(n))
	if c.after != "" {
		request = request.With("after", c.after)
	}
	answer, err := c.client.Get(ctx, request)
	if c.resumed && staleCursor(err) {
		return portion{}, staleCursorError{err}
	}
	for again := 1; n == 1 && tooMuch(err); again++ {
		next, ok := c.again(request, again)
		if !ok {
			break
		}
		answer, err = c.client.Get(ctx, next)
	}
	if err != nil {
		return portion{}, err
	}
	after, more := answer.After()
	if c.plain.Unlinked {
		after, more = answer.AfterUnlinked()
	}
	if more && after == c.after {
		answer.Release()
		return portion{}, fmt.Errorf("the pages of %s go round in a circle: the API gave one cursor twice", c.name)
	}
	c.after, c.started, c.resumed = after, true, false
	if c.streak++; c.streak >= growAfter && c.limit < c.most {
		c.limit, c.streak = min(c.most, 2*c.limit), 0
	}
	p := portion{answer: answer, none: none, asked: slices.Clone(metrics), unknown: maps.Clone(c.unknown)}
	if c.bad > 0 || c.stopEmpty || c.onePage {
		p.rows = len(listedTypes(answer.Body))
		c.taken += p.rows
		more = more && !(c.stopEmpty && p.rows == 0) && !(c.onePage && c.taken >= c.most)
	}
	p.last = !more
	p.mark = chainMark{After: after, Old: c.old != nil, Suspects: slices.Clone(c.suspect)}
	return p, nil
}

// again is the call to make when one object is too much at once: for less of it where there is less, else
// the same, because the API says so in passing trouble too.
func (c *chain) again(r graphapi.Request, step int) (graphapi.Request, bool) {
	if c.lighter != nil {
		if lighter, ok := c.lighter(r, step); ok {
			return lighter, true
		}
	}
	return r, c.lighter == nil && step < mostTooMuch
}

// tooMuch says that the API asks for less data at once.
func tooMuch(err error) bool {
	e, ok := graphapi.AsError(err)
	return ok && e.Kind() == graphapi.TooMuchData
}
