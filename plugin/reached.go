package plugin

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// runnerKey is the key of Position.Reached and State.Coming that is the runner's own.
const runnerKey = ""

// kept is what the runner keeps at its key: what a run that goes on from marks cannot learn from its splits,
// because those that lost something may be complete.
type kept struct {
	// Withheld are the keys of splits that lost an object, sorted.
	Withheld []string `json:"withheld,omitempty"`
	// Lost is how many objects were left out, of whatever key.
	Lost int64 `json:"lost,omitempty"`
}

// readKept reads what is kept; what nobody wrote, or wrote otherwise, is nothing.
func readKept(coming map[string]json.RawMessage) (k kept) {
	if text, ok := coming[runnerKey]; ok && json.Unmarshal(text, &k) != nil {
		return kept{}
	}
	return k
}

// tidings are what a source has said between two marks of a split that goes with the second.
type tidings struct {
	reached   json.RawMessage // of the split's key; nil is none
	lost      int64           // objects left out
	withholds bool            // one of them is not remembered
}

// hear takes what n says. An error is the source's mistake.
func (t *tidings) hear(key string, n Note) error {
	switch n := n.(type) {
	case Lost:
		t.lost++
		t.withholds = t.withholds || !n.Remembered
	case Reached:
		if n.Key == runnerKey || n.Key != key {
			return fmt.Errorf("it says how far %q has come, but its key is %q", n.Key, key)
		}
		// Marshalled, so that it is the same text whether it goes through the spool, a target or neither.
		text, err := json.Marshal(n.Value)
		if err != nil {
			return fmt.Errorf("it says how far %q has come in what is no JSON: %w", n.Key, err)
		}
		if string(text) == "null" {
			return fmt.Errorf("it says that %q has come nowhere", n.Key)
		}
		t.reached = text
	}
	return nil
}

// then is t followed by o, with one mark.
func (t tidings) then(o tidings) tidings {
	if o.reached != nil {
		t.reached = o.reached
	}
	return tidings{reached: t.reached, lost: t.lost + o.lost, withholds: t.withholds || o.withholds}
}

// headway is what an input has reached in this run and what is withheld of it. It belongs to the goroutine
// that delivers.
type headway struct {
	withheld map[string]bool // by Lost; kept for a run that goes on with this one
	broken   map[string]bool // by a split that did not come to its end; the split is read on anyway
	moved    map[string]bool // something new of the key was committed
	lost     int64
	dirty    bool // withheld or lost has changed since it was handed on
}

// newHeadway goes on from what an earlier part of the run kept.
func newHeadway(coming map[string]json.RawMessage) *headway {
	h := &headway{withheld: map[string]bool{}, broken: map[string]bool{}, moved: map[string]bool{}}
	k := readKept(coming)
	for _, key := range k.Withheld {
		h.withheld[key] = true
	}
	h.lost = k.Lost
	return h
}

// advance returns what a commit of a split with key reaches. Again says that it only repeats the last
// commit of an earlier part of the run.
func (h *headway) advance(key string, t tidings, again bool) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	set := func(key string, value json.RawMessage) {
		if out == nil {
			out = map[string]json.RawMessage{}
		}
		out[key] = value
	}
	if t.lost > 0 {
		h.lost += t.lost
		h.dirty = true
	}
	if t.withholds && key != "" {
		h.withheld[key] = true
	}
	if h.dirty {
		h.dirty = false
		text, err := json.Marshal(kept{Withheld: slices.Sorted(maps.Keys(h.withheld)), Lost: h.lost})
		if err != nil {
			panic("plugin: " + err.Error()) // texts and a number always marshal
		}
		set(runnerKey, text)
	}
	if !again {
		h.moved[key] = true
	}
	// What is said again of a complete split is news only where an earlier split of the key was not complete:
	// it was withheld then. Otherwise later splits may be further already.
	if t.reached != nil && !h.withheld[key] && !h.broken[key] && (!again || h.moved[key]) {
		set(key, t.reached)
	}
	return out
}

// breaks notes that a split with key did not come to its end.
func (h *headway) breaks(key string) { h.broken[key] = true }
