package instagram

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/igsource/igsource/graphapi"
)

// chainMark is a place in a chain. It holds no secret: a cursor, and what the chain has learnt.
type chainMark struct {
	After    string   `json:"after,omitempty"`
	Old      bool     `json:"old,omitempty"`
	Suspects []string `json:"suspects,omitempty"`
	// Found is what the chain knows of the media behind the place, so that it cuts the same pages when it goes on.
	Found *chainFound `json:"found,omitempty"`
}

// chainFound is what a chain knows of media to come: see its fields of these names.
type chainFound struct {
	Limit   int            `json:"limit,omitempty"`
	Taken   int            `json:"taken,omitempty"`
	Streak  int            `json:"streak,omitempty"`
	Passed  int            `json:"passed,omitempty"`
	Since   int            `json:"since,omitempty"`
	Guess   int            `json:"guess,omitempty"`
	Unnamed int            `json:"unnamed,omitempty"`
	Named   map[string]int `json:"named,omitempty"`
	Strange bool           `json:"strange,omitempty"`
	Bad     int            `json:"bad,omitempty"`
	// Code, Subcode and Message are those of badErr, where Bad is not 0.
	Code    int    `json:"code,omitempty"`
	Subcode int    `json:"subcode,omitempty"`
	Message string `json:"message,omitempty"`
}

// found is what the chain knows now.
func (c *chain) found() *chainFound {
	f := &chainFound{
		Limit: c.limit, Taken: c.taken, Streak: c.streak, Passed: c.passed, Since: c.since, Guess: c.guess,
		Unnamed: c.unnamed, Named: maps.Clone(c.named), Strange: c.strange, Bad: c.bad,
	}
	if c.bad > 0 {
		f.Code, f.Subcode, f.Message = c.badErr.Code, c.badErr.Subcode, c.badErr.Message
	}
	return f
}

// know takes in what an earlier part of the chain knew.
func (c *chain) know(f *chainFound) {
	if f == nil || f.Limit < 1 || f.Limit > c.most || f.Bad < 0 {
		return
	}
	c.limit, c.streak, c.passed, c.since, c.guess = f.Limit, f.Streak, f.Passed, f.Since, f.Guess
	c.taken = f.Taken
	c.unnamed, c.named, c.strange, c.bad = f.Unnamed, maps.Clone(f.Named), f.Strange, f.Bad
	if c.bad > 0 {
		c.badErr = &graphapi.Error{Code: f.Code, Subcode: f.Subcode, Message: f.Message}
	}
}

// resume makes a new chain go on from a place; the zero place is the beginning.
func (c *chain) resume(from chainMark) {
	c.every = c.common
	if from.After == "" {
		return
	}
	c.after, c.suspect, c.resumed = from.After, from.Suspects, true
	c.common = without(c.common, from.Suspects)
	if from.Old {
		c.old = &conversionGap
	}
	c.know(from.Found)
}

// next returns the next portion. After the last one it must not be called again. A chain that went on from a
// cursor which the API takes no more begins anew: its rows come a second time, but none is missed.
func (c *chain) next(ctx context.Context) (portion, error) {
	p, err := c.advance(ctx)
	if !errors.As(err, new(staleCursorError)) {
		p.mark.Found = c.found()
		return p, err
	}
	c.after, c.suspect, c.common, c.old, c.resumed = "", nil, c.every, nil, false
	c.bad, c.badErr, c.taken = 0, nil, 0
	p, err = c.advance(ctx)
	p.anew, p.mark.Found = true, c.found()
	return p, err
}

// staleCursorError says that the API takes the cursor of a mark no more.
type staleCursorError struct{ error }

// staleCursor says whether err may be due to a cursor of an earlier run, which the API keeps for a while only. What
// it says then is not documented, so that any complaint about the request counts which is not about metrics.
func staleCursor(err error) bool {
	e, ok := graphapi.AsError(err)
	if !ok || e.Kind() != graphapi.BadRequest || len(e.RefusedMetrics()) > 0 {
		return false
	}
	_, metric := e.RefusedIndex()
	return !metric && !strings.Contains(e.Message, "max limit") // that is a list too long to be read to its end
}
