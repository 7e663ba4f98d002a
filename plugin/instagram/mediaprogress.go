package instagram

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// mostAgain is how many posts that could not be read are remembered of an account. What fails beyond that
// withholds the account's progress instead, so that the next run meets it in the list.
const mostAgain = 200

// reachedPosts is how far the posts of an account have come: all from From to Newest are complete, but for those
// of Again.
type reachedPosts struct {
	// From is the first day; zero is the beginning of the account.
	From stateDay `json:"from,omitempty"`
	// Newest is when the newest post was made that the list had when its reading began; zero where nothing is
	// complete yet. A post that was made while the list was read is newer.
	Newest time.Time `json:"newest,omitzero"`
	// Again are posts that failed, and when they were made in unix seconds, 0 where that is not known.
	Again map[string]int64 `json:"again,omitempty"`
}

// newestDay is the day of the newest post.
func (p reachedPosts) newestDay() stateDay {
	return stateDay(timeexpr.DayOf(p.Newest, timeexpr.Pacific))
}

// postsWork is what an incremental split of posts begins with.
type postsWork struct {
	// Prev is what earlier runs have reached.
	Prev reachedPosts `json:"prev"`
	// From is where what is complete begins when the split is.
	From stateDay `json:"from,omitempty"`
	// Again are older posts that earlier runs failed on, the newest first; Only says that nothing else is read.
	Again []string `json:"again,omitempty"`
	Only  bool     `json:"only,omitempty"`
}

// planPosts plans the posts of accounts that no earlier run has completed, those that are young enough for their
// numbers to grow, and those that earlier runs failed on: a split for each account, whose pages follow one
// another.
func (s *Source) planPosts(p *planning, c choice, targets []target, state plugin.State) error {
	d, err := s.decoder()
	if err != nil {
		return err
	}
	today := timeexpr.DayOf(p.base.start(), timeexpr.Pacific)
	for _, t := range targets {
		key := s.mediaKey(t.ID, d.media)
		prev, _ := readReached[reachedPosts](state, key)
		days, posts := newPosts(c.days, prev, today, s.config.RefreshDays)
		w := work{Accounts: []target{t}, Days: days, Posts: &posts}
		switch {
		case posts.Only && len(posts.Again) == 0: // there is nothing to read
		case posts.Only:
			p.addKeyed(t.ID+"/again", key, w)
		case days == nil:
			p.addKeyed(t.ID, key, w)
		default:
			p.addKeyed(fmt.Sprintf("%s/%s..%s", t.ID, days.From, days.To), key, w)
		}
	}
	return nil
}

// newPosts is what there is to read of the posts of an account: the days, nil for all.
func newPosts(asked *window, prev reachedPosts, today timeexpr.Day, refresh int) (*window, postsWork) {
	w := postsWork{Prev: prev}
	var days window // those asked for
	if asked != nil {
		days = *asked
		w.From = stateDay(days.From)
	}
	newest := prev.newestDay()
	switch {
	case !prev.Newest.IsZero() && w.From >= prev.From:
	case asked == nil:
		w.Again = prev.older(nil)
		return nil, w
	default:
		w.Again = prev.older(&days)
		if !prev.Newest.IsZero() && stateDay(days.To)+1 < prev.From { // it does not join what is complete
			w.From = prev.From
		}
		return asked, w
	}
	if asked == nil {
		days.To = max(today, timeexpr.Day(newest))
	}
	if w.From <= newest { // without a gap in between
		w.From = prev.From
	}
	days.From = max(days.From, min(timeexpr.Day(newest), today.Add(-refresh)))
	w.Only = days.From > days.To
	w.Again = prev.older(&days)
	return &days, w
}

// older are the posts of Again that days do not cover, the newest first; nil days cover all whose time is known.
func (p reachedPosts) older(days *window) []string {
	ids := slices.Collect(maps.Keys(p.Again))
	ids = slices.DeleteFunc(ids, func(id string) bool {
		at := p.Again[id]
		if at == 0 {
			return false
		}
		if days == nil {
			return true
		}
		day := timeexpr.DayOf(time.Unix(at, 0), timeexpr.Pacific)
		return day >= days.From && day <= days.To
	})
	sort.Slice(ids, func(i, j int) bool {
		if a, b := p.Again[ids[i]], p.Again[ids[j]]; a != b {
			return a > b
		}
		return ids[i] < ids[j]
	})
	return ids
}

// mediaMark is a place in a split of posts: a place in the chain, or, behind it, among the posts that are read
// again. It holds no secret.
type mediaMark struct {
	chainMark
	// Newest is when the newest post was made that the chain began with, in unix seconds; 0 where none came yet.
	Newest int64 `json:"newest,omitempty"`
	// Lost are the posts that failed so far, as in reachedPosts.
	Lost map[string]int64 `json:"lost,omitempty"`
	// Again is how many of the posts to read again are read, and one.
	Again int `json:"again,omitempty"`
	// Done says that the split is complete.
	Done bool `json:"done,omitempty"`
}

// readMediaMark reads a mark; ok is false where it is none.
func readMediaMark(mark plugin.Mark) (m mediaMark, ok bool) {
	if mark == "" || json.Unmarshal([]byte(mark), &m) != nil {
		return mediaMark{}, false
	}
	return m, m.After != "" || m.Again > 0 || m.Done
}

// mediaProgress is what an incremental reading of posts has come to. It is for one goroutine.
type mediaProgress struct {
	*reading
	mediaMark
	told bool // all that Lost holds is in what the key has reached
}

// progress begins at a mark; nil where nothing is kept.
func (r *reading) progress(at mediaMark) *mediaProgress {
	if r.work.Posts == nil || r.key == "" {
		return nil
	}
	p := &mediaProgress{reading: r, mediaMark: at, told: true}
	p.Lost = maps.Clone(at.Lost)
	if p.Lost == nil {
		p.Lost = make(map[string]int64)
	}
	return p
}

// lose remembers a post that failed; false says that there are too many.
func (p *mediaProgress) lose(id string) bool {
	if p == nil || id == "" {
		return false
	}
	if _, ok := p.Lost[id]; !ok {
		if len(p.again()) >= mostAgain {
			return false
		}
		p.Lost[id] = p.work.Posts.Prev.Again[id] // when it was made, if that was known before
		p.told = false
	}
	return true
}

// meet takes in the rows of a page: the first is the newest post, and those that failed have a time.
func (p *mediaProgress) meet(s *sheet, first, last int) {
	if p == nil {
		return
	}
	for row := range s.ids {
		at := s.posted(row)
		if _, lost := p.Lost[s.ids[row]]; lost && at != 0 {
			p.Lost[s.ids[row]] = at
		}
		if p.Newest == 0 && !s.undated && row >= first && row < last {
			p.Newest = at
		}
	}
}

// restart begins anew: the chain goes back to its beginning.
func (p *mediaProgress) restart() {
	if p != nil {
		p.Newest, p.Lost = 0, make(map[string]int64)
	}
}

// again are the posts to read again, should the split go no further.
func (p *mediaProgress) again() map[string]int64 {
	out := maps.Clone(p.work.Posts.Prev.Again)
	if out == nil {
		out = make(map[string]int64)
	}
	maps.Copy(out, p.Lost)
	return out
}

// mark writes the place behind what is delivered, and tells what is reached with it: chain is the place in the
// chain; at its end so many of the posts to read again are read.
func (p *mediaProgress) mark(chain *chainMark, again int) plugin.Mark {
	at := mediaMark{Newest: p.Newest, Lost: p.Lost, Again: again + 1}
	switch {
	case chain != nil:
		at.chainMark, at.Again = *chain, 0
	case again >= len(p.work.Posts.Again):
		at.Again, at.Done = 0, true
	}
	switch {
	case at.Done:
		p.finish()
	case !p.told: // should the split break off, they are read again all the same
		value := p.work.Posts.Prev
		value.Again = p.again()
		p.reach(written(value))
		p.told = true
	}
	return plugin.Mark(written(at))
}

// finish tells what the complete split has reached.
func (p *mediaProgress) finish() {
	posts := p.work.Posts
	value := reachedPosts{From: posts.From, Newest: posts.Prev.Newest, Again: p.Lost}
	if posts.Only {
		value.From = posts.Prev.From
	}
	if newest := time.Unix(p.Newest, 0).UTC(); p.Newest != 0 && newest.After(value.Newest) {
		value.Newest = newest
	}
	p.reach(written(value))
}

// incrementalPosts says whether the source reads posts incrementally.
func (s *Source) incrementalPosts() bool {
	return s.config.Incremental && s.config.RequestType == AccountMedia && s.config.MediaEdge == tables.MediaEdge
}
