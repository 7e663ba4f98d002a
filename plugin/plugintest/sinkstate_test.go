package plugintest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// keeperSink is a Keeper as the sink of one run, with a fault.
type keeperSink struct {
	*Keeper
	files  *files
	fault  string
	begun  bool
	claims []string
	busy   map[string]bool
}

func (k *keeperSink) Begin(ctx context.Context, tables []schema.Table) error {
	if err := k.files.Begin(ctx, tables); err != nil {
		return err
	}
	if k.fault == "nulls differ" {
		for i := range tables {
			if tables[i].Name == keyTable.Name {
				tables[i].Key = nil
			}
		}
	}
	k.begun = true
	return k.Keeper.Begin(ctx, tables)
}

func (k *keeperSink) State(ctx context.Context, name string) (plugin.State, error) {
	s, err := k.Keeper.State(ctx, name)
	switch k.fault {
	case "drops coming":
		s.Coming = nil
	case "says a mark too many":
		s.Marks = map[string]plugin.Mark{"s": "0"}
	case "says the same of all":
		s, err = k.Keeper.State(ctx, "one")
	}
	return s, err
}

func (k *keeperSink) Claim(ctx context.Context, names []string) error {
	for _, name := range names {
		if k.busy[name] && k.fault != "lets everyone in" {
			return plugin.Userf("another run of %s is under way: wait", name)
		}
		k.busy[name] = true
		k.claims = append(k.claims, name)
	}
	return k.Keeper.Claim(ctx, names)
}

func (k *keeperSink) Settle(ctx context.Context) (bool, error) {
	if k.fault == "settles nothing" {
		return true, nil
	}
	return k.Keeper.Settle(ctx)
}

func (k *keeperSink) SpoolDir(name string) string {
	if k.fault == "spools all in one" {
		name = "in"
	}
	return k.Keeper.SpoolDir(name)
}

func (k *keeperSink) Keep(ctx context.Context, runs []plugin.KeptRun) error {
	if k.fault == "resumes anything" {
		s := k.Kept(runs[0].Input)
		if !s.Start.IsZero() {
			runs = []plugin.KeptRun{{Input: runs[0].Input, Start: s.Start, Properties: s.Properties}}
		}
	}
	return k.Keeper.Keep(ctx, runs)
}

func (k *keeperSink) Commit(ctx context.Context, at plugin.Position) error {
	if k.fault == "forgets marks" {
		at.Source = "nobody"
	}
	return k.Keeper.Commit(ctx, at)
}

func (k *keeperSink) Abort(ctx context.Context) error {
	if k.fault == "keeps aborted" {
		return k.Commit(ctx, plugin.Position{Source: "suite", Split: "s1", Mark: "9"})
	}
	return k.Keeper.Abort(ctx)
}

func (k *keeperSink) Finish(ctx context.Context, ok bool) error {
	if !k.begun {
		return nil
	}
	for _, name := range k.claims {
		delete(k.busy, name)
	}
	if k.fault == "ends nothing" {
		ok = false
	}
	return k.Keeper.Finish(ctx, ok)
}

func (k *keeperSink) States(ctx context.Context) (map[string]plugin.State, error) {
	all, err := k.Keeper.States(ctx)
	if k.fault == "lists one alone" && len(all) > 1 {
		delete(all, "one")
	}
	return all, err
}

func (k *keeperSink) ResetState(ctx context.Context, name string) error {
	switch {
	case k.fault == "resets a run under way":
		name = ""
	case k.fault == "keeps spools":
		return nil
	case k.fault == "resets anyone" && name == "nobody":
		name = "one"
	}
	return k.Keeper.ResetState(ctx, name)
}

// keeperSuite opens sinks over one Keeper a folder, which each run is another user of.
func keeperSuite(fault string) (open func(testing.TB, string) plugin.Sink, read ReadSink) {
	type target struct {
		keeper *Keeper
		busy   map[string]bool
	}
	all := map[string]target{}
	open = func(_ testing.TB, dir string) plugin.Sink {
		if _, ok := all[dir]; !ok {
			all[dir] = target{&Keeper{Transaction: 3, Settles: true, Spools: dir + " spools"}, map[string]bool{}}
		}
		return &keeperSink{Keeper: all[dir].keeper, busy: all[dir].busy, files: &files{dir: dir}, fault: fault}
	}
	return open, func(_ testing.TB, dir string, table schema.Table) [][]string {
		return all[dir].keeper.Committed(table.Name)
	}
}

func TestTestSinkOfAKeeper(t *testing.T) {
	open, read := keeperSuite("")
	// A Keeper is one run at a time: only its doorman knows of a second.
	TestSink(t, open, read, KeepsCommitted(), KeepsState(), Merges(), StoresState())
}

func TestTestSinkFindsFaultsOfState(t *testing.T) {
	for _, c := range []struct{ fault, check, want string }{
		{"says a mark too many", "state of a target that is not there", `the state of "suite" is`},
		{"forgets marks", "state of an unfinished run", `the state of "suite" is`},
		{"drops coming", "state of an unfinished run", "want\nmap[coming "},
		{"keeps aborted", "state of an unfinished run", "mark s1:9"},
		{"ends nothing", "state of a resumed run", `the state of "suite" is`},
		{"resumes anything", "state that another run forgets", "another start: "},
		{"says the same of all", "state of two inputs", `the state of "two" is`},
		{"nulls differ", "nulls in a key are equal", "run 2: table keys shows"},
		{"lets everyone in", "two runs at once", "two runs of one input write to one target"},
		{"spools all in one", "spools of an unfinished run", "the folder for spools of one input is "},
		{"keeps spools", "spools of an unfinished run", " stays when the state is reset"},
		{"lists one alone", "states listed and forgotten", `there are states of ["two"], want ["one" "two"]`},
		{"resets anyone", "states listed and forgotten", `there are states of ["two"], want ["one" "two"]`},
		{"resets a run under way", "state of a run under way", "the state of a run under way is forgotten"},
	} {
		t.Run(c.fault+", "+c.check, func(t *testing.T) {
			open, read := keeperSuite(c.fault)
			s := &sinkSuite{open: open, read: read}
			for _, o := range []SinkOption{KeepsCommitted(), KeepsState(), Merges(), Excludes(), StoresState()} {
				o(s)
			}
			found := false
			for _, check := range s.checks() {
				if check.name != c.check {
					continue
				}
				found = true
				err := check.check(t)
				require.Error(t, err)
				assert.Contains(t, err.Error(), c.want)
			}
			assert.True(t, found, "no such check")
		})
	}
}

func TestStateText(t *testing.T) {
	assert.Equal(t, stateText(plugin.State{}), stateText(plugin.State{Marks: map[string]plugin.Mark{}, Reached: map[string]json.RawMessage{}}))
	assert.NotEqual(t, stateText(plugin.State{}), stateText(plugin.State{Start: firstStart}))
}
