package instagram

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/igsource/igsource/graphapi"
)

// portion is what one successful call of a chain brought.
type portion struct {
	answer *graphapi.Answer
	// rows is how many media are on it; it is only counted where that decides how to go on.
	rows int
	// asked are the metrics that ride on it.
	asked []string
	// refused are metrics that the API refused for the only media on it.
	refused []string
	why     gap
	// lost, when not nil, is why the only media on it cannot be delivered.
	lost error
	// thin says that the lists inside the only object on it are still to be read.
	thin bool
	// none, where it has a reason, is why its media have no insights at all.
	none gap
	// unknown are the metrics that the API does not know.
	unknown map[string]gap
	// mark is where to read on; empty at the end of the chain.
	mark chainMark
	last bool
	// anew says that the chain began anew: the API takes the cursor of the mark no more.
	anew bool
}

// portions reads the chain to its end, the next portion while the loop works on the last. An error ends it.
// Breaking out of the loop ends the call behind it before it returns.
func (c *chain) portions(ctx context.Context) iter.Seq2[portion, error] {
	return func(yield func(portion, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		type fetched struct {
			portion
			err error
		}
		pages := make(chan fetched, 1)
		go func() {
			defer close(pages)
			for {
				p, err := c.next(ctx)
				select {
				case pages <- fetched{p, err}:
				case <-ctx.Done():
					return
				}
				if err != nil || p.last {
					return
				}
			}
		}()
		defer func() {
			stop()
			for range pages { // the chain's last request has ended when they are closed
			}
		}()
		for page := range pages {
			if !yield(page.portion, page.err) || page.err != nil {
				return
			}
		}
	}
}

// missing reads the next object, of which something is not found: its insights if it is gone itself, else
// something in a list inside it.
func (c *chain) missing(ctx context.Context) (p portion, err error) {
	err = c.badErr
	if c.thin == nil || len(c.metrics()) > 0 {
		p, err = c.take(ctx, 1, nil, gap{})
		p.lost = c.badErr
	}
	if c.thin == nil || !notFound(err) {
		return p, err
	}
	plain := c.plain
	c.plain = c.thin(plain)
	defer func() { c.plain = plain }()
	p, err = c.take(ctx, 1, c.metrics(), c.noInsights())
	p.thin = true
	if notFound(err) && len(c.metrics()) > 0 {
		p, err = c.take(ctx, 1, nil, gap{})
		p.lost = c.badErr
	}
	return p, err
}

// notFound says that something is not there.
func notFound(err error) bool {
	e, ok := graphapi.AsError(err)
	return ok && e.Kind() == graphapi.NotFound
}

// alone reads the next object as an id alone: all else of it is too much.
func (c *chain) alone(ctx context.Context, err error) (portion, error) {
	plain := c.plain
	c.plain = plain.With("fields", "id")
	p, idErr := c.take(ctx, 1, nil, gap{})
	c.plain = plain
	if idErr != nil {
		return portion{}, err
	}
	p.lost = err
	return p, nil
}

// listedTypes are the product types of the media on a page, empty for those that have none.
func listedTypes(page []byte) []string {
	var list struct {
		Data []struct {
			Type string `json:"media_product_type"`
		} `json:"data"`
	}
	if err := json.Unmarshal(page, &list); err != nil {
		return nil // decoding the page says what is wrong with it
	}
	types := make([]string, len(list.Data))
	for i, m := range list.Data {
		types[i] = m.Type
	}
	return types
}
