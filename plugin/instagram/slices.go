package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// slicePages is how many pages a slice of time should have: pages of one slice follow one another, slices
// run side by side, and each costs a page that is not full.
const slicePages = 5

// mediaTimes are the posting times of the newest posts of a range: a page of them, and whether there are more.
type mediaTimes struct {
	newest, oldest timeexpr.Day
	more           bool
}

// mediaSlices cuts days into slices of time, the newest first, by how densely the newest posts stand. The
// cuts are at fixed days, so that a post more or less does not move them.
func (w window) mediaSlices(t mediaTimes) []window {
	if !t.more {
		return []window{w}
	}
	perPage := int(t.newest-t.oldest) + 1
	if pages := (int(t.newest-w.From) + perPage) / perPage; pages < 2*slicePages {
		return []window{w}
	}
	length := timeexpr.Day(1)
	for int(2*length) <= perPage*slicePages {
		length *= 2
	}
	var out []window
	for to := w.To; to >= w.From; {
		cut := max(w.From, to-to%length)
		if len(out) == 0 && t.newest < cut {
			cut = max(w.From, t.newest-t.newest%length) // nothing was posted since
		}
		out = append(out, window{cut, to})
		to = cut - 1
	}
	return out
}

// slices asks how densely the posts of each target stand in days and returns the slices of each: a call
// for each account, and none where the range is too short to be cut.
func (s *Source) slices(ctx context.Context, targets []target, days window, notes func(plugin.Note)) ([][]window, error) {
	out := make([][]window, len(targets))
	for i := range out {
		out[i] = []window{days}
	}
	if s.config.MediaEdge != tables.MediaEdge || days.days() < 2*slicePages {
		return out, nil
	}
	client, err := s.graph(notes)
	if err != nil {
		return nil, err
	}
	requests := make([]graphapi.Request, len(targets))
	for i, t := range targets {
		requests[i] = graphapi.Request{Path: t.ID + "/" + s.config.MediaEdge, Account: t.ID, Params: []graphapi.Param{
			{Name: "fields", Value: "id,timestamp"}, {Name: "limit", Value: strconv.Itoa(pageSize)},
		}}
		requests[i] = postedIn(requests[i], days)
	}
	results, err := client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		if r.Err != nil {
			continue // reading will meet it too, and knows what to do
		}
		times, err := timesOf(r.Answer)
		if err != nil {
			return nil, fmt.Errorf("asking when account %s posted: %w", targets[i].ID, err)
		}
		if times.more {
			out[i] = days.mediaSlices(times)
		}
	}
	return out, nil
}

// postedIn restricts a page of media to posting times in days, with a second more on either side: whether
// an edge counts its own instant is not documented. The surplus is dropped.
func postedIn(r graphapi.Request, days window) graphapi.Request {
	return r.
		With("since", strconv.FormatInt(midnight(days.From).Unix()-1, 10)).
		With("until", strconv.FormatInt(midnight(days.To+1).Unix(), 10))
}

func timesOf(answer *graphapi.Answer) (mediaTimes, error) {
	defer answer.Release()
	var page struct {
		Data []struct {
			Timestamp string `json:"timestamp"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &page); err != nil {
		return mediaTimes{}, fmt.Errorf("the answer is not what it should be: %w", err)
	}
	_, more := answer.After()
	var t mediaTimes
	seen := false
	for _, m := range page.Data {
		at, err := time.Parse("2006-01-02T15:04:05-0700", m.Timestamp)
		if err != nil {
			continue // a post without a time says nothing of how densely they stand
		}
		day := timeexpr.DayOf(at, timeexpr.Pacific)
		if !seen {
			t.newest, t.oldest, seen = day, day, true
		}
		t.newest, t.oldest = max(t.newest, day), min(t.oldest, day)
	}
	t.more = more && seen
	return t, nil
}
