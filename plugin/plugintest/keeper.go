package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// ErrKilled is what Keeper.Fault returns to kill the run, as kill -9 does: no call has an effect from then on,
// and what no transaction held is lost.
var ErrKilled = errors.New("killed")

// Keeper is a plugin.StateKeeper that keeps rows and state in memory, as a database does: one Keeper is the sink
// of one run after another, and a row takes the place of the one with its key. The zero value is ready. Its
// methods may be called by several goroutines.
type Keeper struct {
	// Fault, when not nil, is asked before every call what it shall fail with: nil lets it pass. Abort and
	// Finish do their work also when they fail, but for ErrKilled.
	Fault func(Call) error
	// Transaction is how many commits are durable together: more than one are lost together where a run is
	// killed. 0 is 1.
	Transaction int
	// Settles says that Settle ends the transaction; otherwise it cannot.
	Settles bool
	// Spools is the folder that the answers of SpoolDir are in; empty is none.
	Spools string

	mu      sync.Mutex
	states  map[string]plugin.State
	rows    map[string]*keptTable
	tables  []schema.Table
	runs    []plugin.KeptRun
	pending []keptRows   // since the last commit
	open    []keptCommit // of the transaction under way
	dead    bool
	calls   []Call
}

// keptTable are the rows of a table, in the order in which their keys came.
type keptTable struct {
	rows  [][]string
	place map[string]int
}

type keptRows struct {
	table string
	rows  [][]string
}

type keptCommit struct {
	rows []keptRows
	at   plugin.Position
}

// call notes a call and asks what it fails with.
func (k *Keeper) call(c Call) error {
	k.mu.Lock()
	if k.dead {
		defer k.mu.Unlock()
		return ErrKilled
	}
	k.calls = append(k.calls, c)
	k.mu.Unlock()
	return k.ask(c)
}

// ask asks what a call fails with.
func (k *Keeper) ask(c Call) error {
	k.mu.Lock()
	dead := k.dead
	k.mu.Unlock()
	switch {
	case dead:
		return ErrKilled
	case k.Fault == nil:
		return nil
	}
	err := k.Fault(c)
	if errors.Is(err, ErrKilled) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.dead, k.pending, k.open = true, nil, nil
	}
	return err
}

// State implements plugin.StateKeeper.
func (k *Keeper) State(_ context.Context, name string) (plugin.State, error) {
	k.mu.Lock()
	k.dead = false // whoever asks is another run
	k.mu.Unlock()
	if err := k.call(Call{Method: "State", Input: name}); err != nil {
		return plugin.State{}, err
	}
	return k.Kept(name), nil
}

// Begin implements plugin.Sink.
func (k *Keeper) Begin(_ context.Context, tables []schema.Table) error {
	k.mu.Lock()
	k.dead = false
	k.mu.Unlock()
	if err := k.call(Call{Method: "Begin"}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tables, k.runs, k.pending, k.open = slices.Clone(tables), nil, nil, nil
	if k.rows == nil {
		k.states, k.rows = map[string]plugin.State{}, map[string]*keptTable{}
	}
	for _, t := range tables {
		if k.rows[t.Name] == nil {
			k.rows[t.Name] = &keptTable{place: map[string]int{}}
		}
	}
	return nil
}

// Claim implements plugin.StateKeeper.
func (k *Keeper) Claim(_ context.Context, names []string) error {
	return k.call(Call{Method: "Claim", Input: strings.Join(names, " ")})
}

// Settle implements plugin.StateKeeper. When it is called depends on how fast a source is read: Calls leaves it
// out, and Fault is asked only where Settles is set.
func (k *Keeper) Settle(context.Context) (bool, error) {
	if !k.Settles {
		return false, nil
	}
	if err := k.ask(Call{Method: "Settle"}); err != nil {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.save()
	return true, nil
}

// SpoolDir implements plugin.StateKeeper.
func (k *Keeper) SpoolDir(name string) string {
	if k.Spools == "" {
		return ""
	}
	return filepath.Join(k.Spools, name)
}

// Keep implements plugin.StateKeeper.
func (k *Keeper) Keep(_ context.Context, runs []plugin.KeptRun) error {
	if err := k.call(Call{Method: "Keep", Runs: runs}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.runs = slices.Clone(runs)
	for _, r := range runs {
		if s := k.states[r.Input]; !s.Start.Equal(r.Start) || s.Properties != r.Properties {
			k.states[r.Input] = plugin.State{Start: r.Start, Properties: r.Properties, Reached: s.Reached}
		}
	}
	return nil
}

// Write implements plugin.Sink.
func (k *Keeper) Write(_ context.Context, b plugin.Batch) error {
	if err := k.call(Call{Method: "Write", Table: b.Table, Rows: b.Record.NumRows()}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending = append(k.pending, keptRows{b.Table, Cells(b.Record)})
	return nil
}

// Commit implements plugin.Sink.
func (k *Keeper) Commit(_ context.Context, at plugin.Position) error {
	if err := k.call(Call{Method: "Commit", At: at}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open = append(k.open, keptCommit{k.pending, at})
	k.pending = nil
	if len(k.open) >= k.Transaction {
		k.save()
	}
	return nil
}

// save ends the transaction.
func (k *Keeper) save() {
	for _, c := range k.open {
		for _, p := range c.rows {
			k.upsert(p)
		}
		k.mark(c.at)
	}
	k.open = nil
}

func (k *Keeper) mark(at plugin.Position) {
	if !slices.ContainsFunc(k.runs, func(r plugin.KeptRun) bool { return r.Input == at.Source }) {
		return
	}
	s := k.states[at.Source]
	if s.Marks == nil {
		s.Marks = map[string]plugin.Mark{}
	}
	s.Marks[at.Split] = at.Mark
	if len(at.Reached) > 0 && s.Coming == nil {
		s.Coming = map[string]json.RawMessage{}
	}
	maps.Copy(s.Coming, at.Reached)
	k.states[at.Source] = s
}

// upsert puts rows in their places; nulls in a key are equal.
func (k *Keeper) upsert(p keptRows) {
	i := slices.IndexFunc(k.tables, func(t schema.Table) bool { return t.Name == p.table })
	if i < 0 {
		panic(fmt.Sprintf("plugintest: rows of table %q, which Begin was not told of", p.table))
	}
	t, have := k.tables[i], k.rows[p.table]
	for _, row := range p.rows {
		var key strings.Builder
		for _, name := range t.Key {
			_, c := t.Column(name)
			fmt.Fprintf(&key, "%q,", row[c])
		}
		at, ok := have.place[key.String()]
		switch {
		case ok && len(t.Key) > 0:
			have.rows[at] = row
		default:
			have.place[key.String()] = len(have.rows)
			have.rows = append(have.rows, row)
		}
	}
}

// Abort implements plugin.Sink.
func (k *Keeper) Abort(context.Context) error {
	err := k.call(Call{Method: "Abort"})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending = nil
	return err
}

// Finish implements plugin.Sink.
func (k *Keeper) Finish(_ context.Context, ok bool) error {
	err := k.call(Call{Method: "Finish", OK: ok})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.save() // of a killed run there is nothing left to save
	if ok && err == nil {
		for _, r := range k.runs {
			k.states[r.Input] = plugin.State{Reached: final(k.states[r.Input])}
		}
	}
	k.pending, k.runs = nil, nil
	return err
}

// final is what has been reached when a run has ended well.
func final(s plugin.State) map[string]json.RawMessage {
	out := maps.Clone(s.Reached)
	if out == nil && len(s.Coming) > 0 {
		out = map[string]json.RawMessage{}
	}
	maps.Copy(out, s.Coming)
	delete(out, "") // the runner's own says nothing of a run that has ended
	return out
}

// Kept returns what is kept of an input, as the next run would find it.
func (k *Keeper) Kept(name string) plugin.State {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.states[name]
	s.Marks, s.Reached, s.Coming = maps.Clone(s.Marks), maps.Clone(s.Reached), maps.Clone(s.Coming)
	return s
}

// Committed returns the rows of a table as Cells, as another program would see them now, in the order in
// which their keys came.
func (k *Keeper) Committed(table string) [][]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.rows[table]; t != nil {
		return slices.Clone(t.rows)
	}
	return nil
}

// Calls returns all calls so far, in order, over all runs.
func (k *Keeper) Calls() []Call {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.calls)
}

var _ plugin.StateKeeper = (*Keeper)(nil)
