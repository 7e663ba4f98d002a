package instagram

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/schema/tables"
)

const (
	// pageSize is the most media that the API gives at once.
	pageSize = 100

	// growAfter is how many pages in a row must come through before a page that was made smaller, because
	// the API asked for less data, grows again: each attempt that fails costs a call.
	growAfter = 4

	// mostNamed is how many media a chain sets aside because the API refuses one metric of theirs. When
	// there are more, that metric no longer rides on pages.
	mostNamed = 3

	// mostUnnamed is how many media a chain sets aside for a refusal that names neither a media's state nor
	// a metric. More of them are not about single media.
	mostUnnamed = 5
)

// chain reads an edge of an account page by page, newest first: insights ride on the pages by field
// expansion. One media without insights fails its whole page; the chain then finds it in the fewest calls
// and goes on behind it. It is for one goroutine.
type chain struct {
	client  *graphapi.Client
	account string
	edge    string
	plain   graphapi.Request // the page without insights
	common  []string         // metrics that still ride on pages
	expand  func(metrics []string) string
	// skip says to go on behind a media that is there no more, which otherwise ends the chain.
	skip bool

	limit   int // media on the next page
	streak  int // pages since limit was last made smaller
	after   string
	started bool // a page of the account came through
	ended   bool
	bad     int // the next so many media hold at least one that fails them; 0: nothing is known
	badErr  *graphapi.Error
	old     *gap // why everything from here on has no insights
	unnamed int
	named   map[string]int // media set aside, by metric
	suspect []string       // metrics that the API refused on a page by name: they are asked for apart
}

// portion is what one successful call of a chain brought.
type portion struct {
	answer *graphapi.Answer
	// asked are the metrics that ride on it.
	asked []string
	// refused are metrics that the API refused for the only media on it.
	refused []string
	why     gap
	// lost, when not nil, is why the only media on it cannot be delivered.
	lost error
	// none, where it has a reason, is why its media have no insights at all.
	none gap
	// mark is where to read on; empty at the end of the chain.
	mark chainMark
	last bool
}

// chainMark is a place in a chain. It holds no secret: a cursor, and what the chain has learnt.
type chainMark struct {
	After    string   `json:"after,omitempty"`
	Old      bool     `json:"old,omitempty"`
	Suspects []string `json:"suspects,omitempty"`
}

// next returns the next portion. After the last one it must not be called again.
func (c *chain) next(ctx context.Context) (portion, error) {
	for {
		if c.bad == 1 {
			none := mediaGap(c.badErr)
			c.bad = 0
			if c.badErr.Kind() == graphapi.NotFound {
				p, err := c.take(ctx, 1, nil, none)
				p.lost = c.badErr
				return p, err
			}
			if names := c.refusedMetrics(c.badErr); len(names) > 0 {
				p, err := c.takeWithout(ctx, names, none)
				if err == nil {
					return p, nil
				}
				if err := c.learn(1, err); err != nil {
					return portion{}, err
				}
				continue
			}
			if none.reason != reasonBeforeConversion {
				return c.take(ctx, 1, nil, none)
			}
			c.old = &none
		}
		if c.old != nil || len(c.common) == 0 {
			p, err := c.take(ctx, c.limit, nil, c.noInsights())
			if c.shrinks(err, c.limit) {
				continue
			}
			return p, err
		}
		n := c.limit
		if c.bad > 1 {
			n = min(n, c.bad/2)
		}
		p, err := c.take(ctx, n, c.common, gap{})
		if err == nil {
			c.bad = max(0, c.bad-n)
			return p, nil
		}
		if c.shrinks(err, n) {
			continue
		}
		if err := c.begin(ctx, err); err != nil {
			return portion{}, err
		}
		if err := c.learn(n, err); err != nil {
			return portion{}, err
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
	answer, plainErr := c.client.Get(ctx, c.plain.With("limit", "1"))
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

// learn takes in why a page of n media with insights failed; the error is what nothing can be learnt from.
func (c *chain) learn(n int, err error) error {
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
		names := c.refusedMetrics(e)
		_, unknown := e.RefusedIndex() // a name that the API does not know suits no media
		if len(names) > 0 && (unknown || c.tooMany(names)) {
			c.suspect = append(c.suspect, names...)
			c.common = slices.DeleteFunc(slices.Clone(c.common), func(m string) bool { return slices.Contains(names, m) })
			return nil
		}
		if len(names) == 0 && n == 1 {
			if c.unnamed++; c.unnamed > mostUnnamed {
				return err
			}
		}
	default:
		return err
	}
	c.bad, c.badErr = n, e
	return nil
}

// refusedMetrics are the metrics on pages that a refusal names.
func (c *chain) refusedMetrics(e *graphapi.Error) []string {
	return slices.DeleteFunc(e.RefusedMetrics(), func(m string) bool { return !slices.Contains(c.common, m) })
}

// tooMany says that enough media have been set aside for one of these metrics.
func (c *chain) tooMany(names []string) bool {
	return slices.ContainsFunc(names, func(m string) bool { return c.named[m] >= mostNamed })
}

// takeWithout asks for one media without the metrics that the API refused for it.
func (c *chain) takeWithout(ctx context.Context, names []string, why gap) (portion, error) {
	if c.named == nil {
		c.named = make(map[string]int)
	}
	for _, m := range names {
		c.named[m]++
	}
	rest := slices.DeleteFunc(slices.Clone(c.common), func(m string) bool { return slices.Contains(names, m) })
	p, err := c.take(ctx, 1, rest, gap{})
	p.refused, p.why = names, why
	return p, err
}

// shrinks makes the pages smaller when the API asks for less data at once.
func (c *chain) shrinks(err error, n int) bool {
	e, ok := graphapi.AsError(err)
	if !ok || e.Kind() != graphapi.TooMuchData || n == 1 {
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
	if err != nil {
		return portion{}, err
	}
	after, more := graphapi.After(answer.Body)
	if c.edge == tables.TagsEdge {
		after, more = graphapi.AfterUnlinked(answer.Body)
	}
	if more && after == c.after {
		answer.Release()
		return portion{}, fmt.Errorf("the pages of %s go round in a circle: the API gave one cursor twice", c.edge)
	}
	c.after, c.started, c.ended = after, true, !more
	if c.streak++; c.streak >= growAfter && c.limit < pageSize {
		c.limit, c.streak = min(pageSize, 2*c.limit), 0
	}
	p := portion{answer: answer, none: none, last: c.ended, asked: slices.Clone(metrics)}
	p.mark = chainMark{After: after, Old: c.old != nil, Suspects: slices.Clone(c.suspect)}
	return p, nil
}
