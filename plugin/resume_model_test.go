package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// A lawStep is a step of a lawSplit, and what its source may say with it.
type lawStep struct {
	table      string
	ids        []string
	mark       bool
	reached    int // the value, which grows in the order of the splits; 0 is none
	losable    bool
	remembered bool
}

type lawSplit struct {
	id, key string
	steps   []lawStep // the last with a mark
	tail    int       // what is reached after that; 0 is none
}

// lawFaults are what goes wrong in one run of an input.
type lawFaults struct {
	fails map[string]int  // by split: the step before which its reading fails
	loses map[string]bool // by split and step
	fatal map[string]int  // by split: the step at which the run ends
}

// A lawInput is a random source, what its target must hold, and what was found there before.
type lawInput struct {
	name   string
	splits []lawSplit

	generation int // how many runs have come to their end
	marks      map[string]int
	coming     map[string]string
	reached    map[string]string
	withheld   map[string]bool
	lost       int
	texts      []string // rows of the table without a key, over all runs
	days       map[string]bool
	// unsafe is, by key, what must not be reached in this generation: the first value after a lost object.
	unsafe map[string]int
}

// A lawCommit is a commit that a run must make.
type lawCommit struct {
	input   *lawInput
	split   string
	step    int
	reached map[string]string
	rows    [][2]string    // of which table, and the row
	loses   map[string]int // keys that lose an object, and the last value before that
	lost    int
}

func drawLawInput(t *rapid.T, name string) *lawInput {
	in := &lawInput{name: name, days: map[string]bool{}}
	in.forget()
	value := 0
	for s := range rapid.IntRange(0, 5).Draw(t, "splits") {
		sp := lawSplit{id: fmt.Sprint("s", s), key: rapid.SampledFrom([]string{"k", "k", "j", ""}).Draw(t, "key")}
		says := func() int {
			if sp.key == "" || rapid.IntRange(0, 2).Draw(t, "says") == 0 {
				return 0
			}
			value++
			return value
		}
		steps := rapid.IntRange(1, 5).Draw(t, "steps")
		for i := range steps {
			step := lawStep{
				table: rapid.SampledFrom([]string{"", "days", "days", "texts"}).Draw(t, "table"), mark: i == steps-1 || rapid.Bool().Draw(t, "mark"),
				reached: says(), losable: rapid.IntRange(0, 3).Draw(t, "losable") == 0, remembered: rapid.Bool().Draw(t, "remembered"),
			}
			for r := range rapid.IntRange(0, 2).Draw(t, "rows") {
				id := fmt.Sprintf("%s-%d-%d-%d", name, s, i, r)
				if step.table == "days" && rapid.IntRange(0, 3).Draw(t, "common") == 0 {
					id = fmt.Sprint("common ", rapid.IntRange(0, 2).Draw(t, "which"))
				}
				if step.table != "" {
					step.ids = append(step.ids, id)
				}
			}
			sp.steps = append(sp.steps, step)
		}
		if rapid.Bool().Draw(t, "tail") {
			sp.tail = says()
		}
		in.splits = append(in.splits, sp)
	}
	return in
}

func drawLawFaults(t *rapid.T, in *lawInput) lawFaults {
	f := lawFaults{fails: map[string]int{}, loses: map[string]bool{}, fatal: map[string]int{}}
	for _, sp := range in.splits {
		switch rapid.IntRange(0, 11).Draw(t, "fault") {
		case 0, 1, 2:
			f.fails[sp.id] = rapid.IntRange(0, len(sp.steps)-1).Draw(t, "before")
		case 3:
			f.fatal[sp.id] = rapid.IntRange(0, len(sp.steps)-1).Draw(t, "at")
		}
		for i, step := range sp.steps {
			if step.losable {
				f.loses[fmt.Sprint(sp.id, i)] = rapid.Bool().Draw(t, "loses")
			}
		}
	}
	return f
}

// value is what is reached in the run's generation.
func (in *lawInput) value(v int) string { return strconv.Itoa(in.generation*1000 + v) }

func (in *lawInput) forget() {
	in.marks, in.coming, in.withheld, in.lost, in.unsafe = map[string]int{}, map[string]string{}, map[string]bool{}, 0, map[string]int{}
	if in.reached == nil {
		in.reached = map[string]string{}
	}
}

func (in *lawInput) source(f lawFaults) *plugintest.Source {
	src := &plugintest.Source{Schemas: []schema.Table{days, texts}, Properties: "p", Tolerant: true}
	for _, sp := range in.splits {
		out := plugintest.Split{ID: sp.id, Key: sp.key}
		for i, step := range sp.steps {
			s := plugintest.Step{Table: step.table, Mark: step.mark, Do: func(_ context.Context, notes func(plugin.Note)) error {
				if at, ok := f.fails[sp.id]; ok && at == i {
					return &plugin.SplitError{Err: errBroken}
				}
				if at, ok := f.fatal[sp.id]; ok && at == i {
					return errFatal
				}
				if step.reached > 0 {
					notes(plugin.Reached{Key: sp.key, Value: []byte(in.value(step.reached))})
				}
				if f.loses[fmt.Sprint(sp.id, i)] {
					notes(plugin.Lost{Object: sp.id, Err: errBroken, Remembered: step.remembered})
				}
				return nil
			}}
			for _, id := range step.ids {
				if step.table == "days" {
					s.Rows = append(s.Rows, row(id, 1))
				} else {
					s.Rows = append(s.Rows, []any{id})
				}
			}
			out.Steps = append(out.Steps, s)
		}
		if sp.tail > 0 {
			out.Steps = append(out.Steps, plugintest.Step{Do: say(plugin.Reached{Key: sp.key, Value: []byte(in.value(sp.tail))})})
		}
		src.Script = append(src.Script, out)
	}
	return src
}

// commits are what a run with faults must commit unless it is stopped, and whether a split ends it.
func (in *lawInput) commits(f lawFaults) (out []lawCommit, failed int) {
	withheld, lost := maps.Clone(in.withheld), in.lost
	broken, moved := map[string]bool{}, map[string]bool{}
	for _, sp := range in.splits {
		begin, resumed := in.marks[sp.id]
		if resumed {
			begin++
		}
		fail, fails := f.fails[sp.id]
		if fails = fails && fail >= begin; !fails {
			fail = len(sp.steps)
		}
		type group struct {
			step, reached, lost int
			again, withholds    bool
			rows                [][2]string
		}
		var groups []group
		var g group
		for i := begin; i < fail; i++ {
			step := sp.steps[i]
			for _, id := range step.ids {
				g.rows = append(g.rows, [2]string{step.table, id})
			}
			if step.reached > 0 {
				g.reached = step.reached
			}
			if f.loses[fmt.Sprint(sp.id, i)] {
				g.lost++
				g.withholds = g.withholds || !step.remembered
			}
			if step.mark {
				g.step = i
				groups = append(groups, g)
				g = group{}
			}
		}
		if begin == len(sp.steps) {
			groups = append(groups, group{step: begin - 1, again: true})
		}
		if !fails && sp.tail > 0 {
			groups[len(groups)-1].reached = sp.tail
		}
		for _, g := range groups {
			c := lawCommit{input: in, split: sp.id, step: g.step, reached: map[string]string{}, rows: g.rows, lost: g.lost, loses: map[string]int{}}
			if g.withholds && sp.key != "" {
				withheld[sp.key] = true
				c.loses[sp.key] = firstValue(sp, g.step)
			}
			if lost += g.lost; g.lost > 0 {
				text, _ := json.Marshal(struct {
					Withheld []string `json:"withheld,omitempty"`
					Lost     int      `json:"lost"`
				}{slices.Sorted(maps.Keys(withheld)), lost})
				c.reached[""] = string(text)
			}
			moved[sp.key] = moved[sp.key] || !g.again
			if g.reached > 0 && !withheld[sp.key] && !broken[sp.key] && moved[sp.key] {
				c.reached[sp.key] = in.value(g.reached)
			}
			out = append(out, c)
		}
		if fails {
			broken[sp.key] = true
			if len(groups) == 0 && !resumed {
				failed++
			}
		}
	}
	return out, failed
}

// firstValue is a value below every one that sp says with the mark of a step or later.
func firstValue(sp lawSplit, mark int) int {
	from := mark
	for from > 0 && !sp.steps[from-1].mark {
		from--
	}
	for _, step := range sp.steps[from:] {
		if step.reached > 0 {
			return step.reached
		}
	}
	if sp.tail > 0 {
		return sp.tail
	}
	return 1 << 20
}

// commit takes in what is durable.
func (c lawCommit) commit() {
	in := c.input
	in.marks[c.split] = c.step
	maps.Copy(in.coming, c.reached)
	for key, value := range c.loses {
		in.withheld[key] = true
		if _, ok := in.unsafe[key]; !ok {
			in.unsafe[key] = value
		}
	}
	in.lost += c.lost
	for _, r := range c.rows {
		if r[0] == "days" {
			in.days[r[1]] = true
		} else {
			in.texts = append(in.texts, r[1])
		}
	}
}

// end takes in that a run came to its end.
func (in *lawInput) end() {
	delete(in.coming, "")
	maps.Copy(in.reached, in.coming)
	in.generation++
	in.forget()
}

// check holds what a target keeps to the model, and what it reached to the rows that are there.
func (in *lawInput) check(t *rapid.T, sink *plugintest.Keeper, was map[string]int) {
	state := sink.Kept(in.name)
	marks := map[string]int{}
	for split, m := range state.Marks {
		n, err := plugintest.MarkStep(m)
		require.NoError(t, err)
		marks[split] = n - 1
	}
	require.Equal(t, in.marks, marks)
	texts := func(m map[string]json.RawMessage) map[string]string {
		out := map[string]string{}
		for k, v := range m {
			out[k] = string(v)
		}
		return out
	}
	require.Equal(t, in.coming, texts(state.Coming))
	require.Equal(t, in.reached, texts(state.Reached))

	have := map[string]bool{}
	for _, table := range []string{"days", "texts"} {
		for _, id := range ids(sink.Committed(table)) {
			have[id] = true
		}
	}
	come := maps.Clone(in.reached)
	maps.Copy(come, in.coming)
	delete(come, "")
	for key, text := range come {
		value, err := strconv.Atoi(text)
		require.NoError(t, err)
		require.GreaterOrEqual(t, value, was[key], "progress shrinks")
		was[key] = value
		generation, value := value/1000, value%1000
		if limit, ok := in.unsafe[key]; ok && generation == in.generation {
			require.Less(t, value, limit, "key %s passes over a lost object", key)
		}
		require.NoError(t, in.complete(key, value, have))
	}
}

// complete is an error where a row of key up to value is not there.
func (in *lawInput) complete(key string, value int, have map[string]bool) error {
	for _, sp := range in.splits {
		if sp.key != key {
			continue
		}
		for _, step := range sp.steps {
			for _, id := range step.ids {
				if !have[id] {
					return fmt.Errorf("key %s has come to %d without row %s", key, value, id)
				}
			}
			if step.reached == value {
				return nil
			}
		}
		if sp.tail == value {
			return nil
		}
	}
	return fmt.Errorf("key %s has come to %d, which nobody said", key, value)
}
