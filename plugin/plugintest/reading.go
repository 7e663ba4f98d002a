package plugintest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// A reading reads one source and holds what it gives to the contract.
type reading struct {
	suite  *sourceSuite
	source plugin.Source

	mu  sync.Mutex
	bad error // notes that hold a secret, or break the contract
}

// A batch is a copy of a plugin.Batch.
type batch struct {
	table string
	rows  [][]string
	mark  plugin.Mark
	// reached is the value of the last Reached before it.
	reached string
}

func (r *reading) note(n plugin.Note) {
	text := fmt.Sprintf("%+v", n)
	if l, ok := n.(plugin.Lost); ok && l.Err != nil {
		text += l.Err.Error()
	}
	if n, ok := n.(plugin.Reached); ok {
		text += string(n.Value)
	}
	err := r.suite.clean("a note", text)
	if u, ok := n.(plugin.Unknown); ok {
		err = errors.Join(err, r.unknown(u))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bad = errors.Join(r.bad, err)
}

// unknown holds an Unknown note to the tables.
func (r *reading) unknown(u plugin.Unknown) error {
	tables, err := r.source.Tables()
	if err != nil {
		return fmt.Errorf("Tables: %w", err)
	}
	i := slices.IndexFunc(tables, func(t schema.Table) bool { return t.Name == u.Table })
	switch {
	case i < 0:
		return fmt.Errorf("an Unknown note names table %q, which Tables does not name", u.Table)
	case u.Field == "":
		return fmt.Errorf("an Unknown note of table %s names no field", u.Table)
	case u.Count <= 0:
		return fmt.Errorf("an Unknown note says that field %s of table %s came %d times", u.Field, u.Table, u.Count)
	}
	return nil
}

// reached holds a Reached note to its split.
func reached(split plugin.Split, n plugin.Reached) error {
	switch {
	case split.Key == "":
		return fmt.Errorf("split %s: a Reached note, and the split has no key", split.ID)
	case n.Key != split.Key:
		return fmt.Errorf("split %s: a Reached note is of key %q, the split's is %q", split.ID, n.Key, split.Key)
	case !json.Valid(n.Value) || bytes.Equal(bytes.TrimSpace(n.Value), []byte("null")):
		return fmt.Errorf("split %s: a Reached note says %q, which is no JSON or null", split.ID, n.Value)
	}
	return nil
}

// lastReached is what batches reach.
func lastReached(batches []batch) (value string) {
	for _, b := range batches {
		value = cmp.Or(b.reached, value)
	}
	return value
}

func (r *reading) noteErr() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bad
}

// read reads a split to its end.
func (r *reading) read(ctx context.Context, split plugin.Split, resume plugin.Mark) ([]batch, error) {
	tables, err := r.source.Tables()
	if err != nil {
		return nil, fmt.Errorf("Tables: %w", err)
	}
	var out []batch
	var failed error
	var mu sync.Mutex
	var told string
	note := func(n plugin.Note) {
		r.note(n)
		if n, ok := n.(plugin.Reached); ok {
			err := reached(split, n)
			mu.Lock()
			told = string(n.Value)
			mu.Unlock()
			r.mu.Lock()
			r.bad = errors.Join(r.bad, err)
			r.mu.Unlock()
		}
	}
	take := func() string {
		mu.Lock()
		defer mu.Unlock()
		defer func() { told = "" }()
		return told
	}
	for b, err := range r.source.Read(ctx, split, plugin.ReadOptions{Resume: resume, Notes: note}) {
		if failed != nil {
			return nil, fmt.Errorf("split %s: the sequence goes on after its error %w", split.ID, failed)
		}
		if err != nil {
			failed = err
			continue
		}
		if err := r.suite.clean("a mark", string(b.Mark)); err != nil {
			return nil, err
		}
		if b.Record == nil && b.Mark == "" {
			return nil, fmt.Errorf("split %s: batch %d has neither rows nor mark", split.ID, len(out)+1)
		}
		rows, err := check(tables, b)
		if err != nil {
			return nil, fmt.Errorf("split %s: %w", split.ID, err)
		}
		out = append(out, batch{b.Table, rows, b.Mark, take()})
	}
	if text := take(); text != "" && len(out) > 0 {
		out[len(out)-1].reached = text
	}
	if failed != nil {
		return nil, errors.Join(fmt.Errorf("split %s: %w", split.ID, failed), r.suite.clean("an error", failed.Error()))
	}
	return out, r.noteErr()
}

// cancelAfter ends the context after so many batches; of is how many the split has.
func (r *reading) cancelAfter(ctx context.Context, split plugin.Split, after, of int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if after == 0 {
		cancel()
	}
	n := 0
	var got error
	for _, err := range r.source.Read(ctx, split, plugin.ReadOptions{Notes: r.note}) {
		if err != nil {
			got = err
			continue
		}
		n++
		if n == after {
			cancel()
		}
	}
	switch {
	case got != nil:
		if err := r.suite.clean("an error", got.Error()); err != nil {
			return err
		}
		if !errors.Is(got, context.Canceled) {
			return fmt.Errorf("the error is %w, want one that is context.Canceled", got)
		}
		return nil
	case n < of:
		return fmt.Errorf("the sequence ended after %d batches without an error", n)
	case n > after+1:
		return fmt.Errorf("the sequence went on to batch %d", n)
	}
	return nil
}

// check holds a batch to its table's schema and returns its rows.
func check(tables []schema.Table, b plugin.Batch) ([][]string, error) {
	if b.Record == nil {
		if b.Table != "" {
			return nil, fmt.Errorf("a batch names table %s but has no record", b.Table)
		}
		return nil, nil
	}
	i := slices.IndexFunc(tables, func(t schema.Table) bool { return t.Name == b.Table })
	if i < 0 {
		return nil, fmt.Errorf("a batch is of table %q, which Tables does not name", b.Table)
	}
	t := tables[i]
	fields := b.Record.Schema().Fields()
	if len(fields) != len(t.Columns) {
		return nil, fmt.Errorf("a batch of table %s has %d columns, %d are announced", t.Name, len(fields), len(t.Columns))
	}
	for i, c := range t.Columns {
		f := fields[i]
		switch {
		case f.Name != c.Name:
			return nil, fmt.Errorf("table %s: column %d is called %s, %s is announced", t.Name, i+1, f.Name, c.Name)
		case !arrow.TypeEqual(f.Type, c.Type):
			return nil, fmt.Errorf("table %s: column %s is %s, %s is announced", t.Name, c.Name, f.Type, c.Type)
		case f.Nullable != c.Nullable:
			return nil, fmt.Errorf("table %s: column %s is nullable: %t, %t is announced", t.Name, c.Name, f.Nullable, c.Nullable)
		case !c.Nullable && b.Record.Column(i).NullN() > 0:
			return nil, fmt.Errorf("table %s: column %s holds a null", t.Name, c.Name)
		}
	}
	return Cells(b.Record), nil
}

// rowsOf returns the rows of batches by table.
func rowsOf(batches []batch) map[string][][]string {
	out := map[string][][]string{}
	for _, b := range batches {
		if len(b.rows) > 0 {
			out[b.table] = append(out[b.table], b.rows...)
		}
	}
	return out
}

func sameRows(what string, got, want map[string][][]string) error {
	for _, table := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[table]; !ok {
			return fmt.Errorf("%s: %d rows of table %s, want none", what, len(got[table]), table)
		}
	}
	for _, table := range slices.Sorted(maps.Keys(want)) {
		rows := want[table]
		if len(got[table]) != len(rows) {
			return fmt.Errorf("%s: %d rows of table %s, want %d", what, len(got[table]), table, len(rows))
		}
		for i, row := range rows {
			if !slices.Equal(got[table][i], row) {
				return fmt.Errorf("%s: row %d of table %s is %q, want %q", what, i+1, table, got[table][i], row)
			}
		}
	}
	return nil
}

// keys tells whether two different rows share a key.
type keys struct {
	columns map[string][]int
	rows    map[string]map[string][]string
}

func newKeys(source plugin.Source) (*keys, error) {
	tables, err := source.Tables()
	if err != nil {
		return nil, fmt.Errorf("Tables: %w", err)
	}
	k := &keys{columns: map[string][]int{}, rows: map[string]map[string][]string{}}
	for _, t := range tables {
		for _, name := range t.Key {
			_, i := t.Column(name)
			k.columns[t.Name] = append(k.columns[t.Name], i)
		}
		k.rows[t.Name] = map[string][]string{}
	}
	return k, nil
}

func (k *keys) add(split string, batches []batch) error {
	for _, b := range batches {
		columns := k.columns[b.table]
		if len(columns) == 0 {
			continue
		}
		for _, row := range b.rows {
			parts := make([]string, len(columns))
			for i, c := range columns {
				parts[i] = fmt.Sprintf("%q", row[c])
			}
			key := strings.Join(parts, ", ")
			if have, ok := k.rows[b.table][key]; ok && !slices.Equal(have, row) {
				return fmt.Errorf("split %s: two different rows of table %s share the key %s", split, b.table, key)
			}
			k.rows[b.table][key] = row
		}
	}
	return nil
}
