package plugin

import (
	"context"
	"encoding/json"
	"maps"
	"time"
)

// State is what earlier runs of an input left behind in the target. The zero State is that of a first run.
// Marks and what was reached are the source's own and opaque to everyone else, but for the empty key of
// Coming: there the runner keeps what it must not forget of an unfinished run (see Withheld).
type State struct {
	// Start and Properties are the logical start time of a run that did not come to its end, and the hash of
	// the properties it was planned from. Start is zero where no run is unfinished.
	Start      time.Time `json:"start,omitzero"`
	Properties string    `json:"properties,omitempty"`
	// Marks holds, by split ID, the last committed mark of the unfinished run.
	Marks map[string]Mark `json:"marks,omitempty"`
	// Reached holds how far finished runs have come, by keys of the source's own. It changes when a run ends
	// well, and only then.
	Reached map[string]json.RawMessage `json:"reached,omitempty"`
	// Coming is what the unfinished run has reached so far; it becomes part of Reached when the run ends
	// well, key by key: where both have a key, Coming's value is the newer one.
	Coming map[string]json.RawMessage `json:"coming,omitempty"`
}

// Unfinished says whether a run is unfinished and has left something to go on from.
func (s State) Unfinished() bool { return !s.Start.IsZero() && len(s.Marks) > 0 }

// Withheld returns the keys whose progress the unfinished run withholds because objects of them were left
// out, sorted, and how many objects it has left out in all.
func (s State) Withheld() (keys []string, lost int64) {
	k := readKept(s.Coming)
	return k.Withheld, k.Lost
}

// own is s as its source sees it: without what is the runner's.
func (s State) own() State {
	s.Reached, s.Coming = withoutRunner(s.Reached), withoutRunner(s.Coming)
	return s
}

// givenUp is s without the unfinished run.
func (s State) givenUp() State { return State{Reached: s.Reached} }

func withoutRunner(m map[string]json.RawMessage) map[string]json.RawMessage {
	if _, ok := m[runnerKey]; !ok {
		return m
	}
	m = maps.Clone(m)
	delete(m, runnerKey)
	return m
}

// A KeptRun is the part of one input in a run whose state is kept.
type KeptRun struct {
	// Input is the input's name, which the state is kept under.
	Input string
	// Start and Properties are the run's logical start time, in UTC and in whole microseconds, and the hash
	// of the input's properties, empty where the source is not Identified.
	Start      time.Time
	Properties string
}

// A StateKeeper is a Sink that keeps the state of runs in its target, together with the rows: a Position is as
// durable as the rows before it, in one transaction. Its additional methods are called like a Sink's, one at a
// time, on the same goroutine.
type StateKeeper interface {
	Sink
	// State returns what the target keeps of the input called name; the zero State where that is nothing, also
	// where the target does not exist yet. It is called before Begin, any number of times and also where no
	// Begin follows: it changes nothing, holds nothing afterwards, and fails as a *UserError where the target
	// cannot be read. The State is the caller's.
	State(ctx context.Context, name string) (State, error)
	// Claim is called once, after Begin and before anything is asked of a source: the inputs called names are
	// this run's until Finish. Where another run has one of them, or has changed its state since State was
	// asked, the error is a *UserError that names it.
	Claim(ctx context.Context, names []string) error
	// Keep is called once, after Claim and before the first Write; it claims what was not claimed before. From
	// here on the marks that Commit is given are kept as those of runs, and Position.Reached as what is coming.
	// An unfinished run that is not among them by Input, Start and Properties is forgotten with its marks and
	// what it has reached (Coming); Reached stays, and so does all of other inputs. State tells of the runs from
	// here on, also where there is no mark yet but something in SpoolDir. Without Keep nothing is kept. Finish
	// with ok makes what has been reached final and forgets the marks; without ok both stay for the next run.
	Keep(ctx context.Context, runs []KeptRun) error
	// Settle makes durable what was committed, where the sink holds several commits in one transaction. It is
	// called when the run has nothing else to do, after Keep and never between a Write and its Commit or Abort.
	// It is false where that cannot be done now and the sink goes on trying.
	Settle(ctx context.Context) (settled bool, err error)
	// SpoolDir returns the folder for what a run has read of the input called name and could not deliver yet; empty
	// where there is no place for it. A run that goes on with it finds it there, and does not ask for it again. It
	// is the same for the same target and name, and may be asked at any time. Between Keep and Finish it is the
	// run's alone, which makes and removes it.
	SpoolDir(name string) string
}
