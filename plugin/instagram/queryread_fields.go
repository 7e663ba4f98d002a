package instagram

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
)

// missingFields are the fields of a query that the API says its objects do not have. One of them fails every
// request that asks for it, so they are left out of all further ones; their columns stay empty. It is shared by all
// splits of the query and safe for concurrent use.
type missingFields struct {
	once     sync.Once
	gate     chan struct{}   // held by the one who finds out about doubtful fields
	doubtful map[string]bool // fields that the catalogue does not know; it does not change

	mu      sync.Mutex
	settled map[string]bool // doubtful fields that the API has answered for
	byName  map[string]*graphapi.Error
}

// init lists the doubtful fields of a query.
func (m *missingFields) init(layout *tables.QueryLayout) {
	m.once.Do(func() {
		m.gate, m.doubtful, m.settled = make(chan struct{}, 1), make(map[string]bool), make(map[string]bool)
		m.byName = make(map[string]*graphapi.Error)
		var walk func(p *tables.Position)
		walk = func(p *tables.Position) {
			for _, c := range p.Columns {
				if c.Role == tables.QueryField && c.Form == tables.QueryLoose {
					if name := named(p.Item.Fields, c.Path); name != "" {
						m.doubtful[name] = true
					}
				}
			}
			for _, child := range p.Children {
				walk(child)
			}
		}
		walk(layout.Root)
	})
}

// named is the name of the field that path leads to, by the keys of the answer.
func named(list fields.List, path string) string {
	key, rest, deeper := strings.Cut(path, ".")
	at := list.Index(key)
	switch {
	case at < 0:
		return ""
	case deeper:
		return named(list[at].Fields, rest)
	}
	return list[at].Name
}

// open are the doubtful fields of requests that the API has not answered for.
func (m *missingFields) open(requests []graphapi.Request) []string {
	if len(m.doubtful) == 0 {
		return nil
	}
	var open []string
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range requests {
		list, err := fields.Parse(r.Param("fields"))
		if err != nil {
			continue
		}
		for i := range list.All() {
			if m.doubtful[i.Name] && !m.settled[i.Name] && !slices.Contains(open, i.Name) {
				open = append(open, i.Name)
			}
		}
	}
	return open
}

// settle notes that the API has answered for fields.
func (m *missingFields) settle(names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range names {
		m.settled[name] = true
	}
}

// alone calls try, where the requests ask for doubtful fields as the only one of the query: what it learns costs
// the others no call of theirs, and so the same calls whatever the parallelism. try says whether the API answered.
func (m *missingFields) alone(ctx context.Context, requests []graphapi.Request, try func() (answered bool)) error {
	if len(m.open(requests)) == 0 {
		try()
		return nil
	}
	select {
	case m.gate <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-m.gate }()
	if open := m.open(requests); try() {
		m.settle(open)
	}
	return nil
}

// learn takes in why a request was refused, and says whether it may do better without a field.
func (m *missingFields) learn(r graphapi.Request, err error) bool {
	e, ok := graphapi.AsError(err)
	if !ok {
		return false
	}
	name, ok := e.RefusedField()
	if !ok || name == "id" {
		return false
	}
	list, err := fields.Parse(r.Param("fields"))
	if err != nil || !asks(list, name) {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byName[name], m.settled[name] = e, true
	return true
}

// asks says whether a field is asked for at any level.
func asks(list fields.List, name string) bool {
	for i := range list.All() {
		if i.Name == name {
			return true
		}
	}
	return false
}

// known are the fields that are known to be missing.
func (m *missingFields) known() map[string]*graphapi.Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.byName) == 0 {
		return nil
	}
	return maps.Clone(m.byName)
}

// fieldFilter leaves missing fields out of requests, and tells of each once. It is for one goroutine.
type fieldFilter struct {
	missing *missingFields
	query   string
	note    func(plugin.Note)
	told    map[string]bool
}

func (q *queryReading) newFieldFilter() *fieldFilter {
	q.spec.missing.init(q.spec.layout)
	return &fieldFilter{missing: &q.spec.missing, query: q.spec.element(), note: q.note, told: make(map[string]bool)}
}

// strip returns r without the fields that are missing.
func (f *fieldFilter) strip(r graphapi.Request) graphapi.Request {
	text := r.Param("fields")
	missing := f.missing.known()
	if text == "" || missing == nil {
		return r
	}
	list, err := fields.Parse(text)
	if err != nil {
		return r // the API says what it thinks of it
	}
	left, changed := f.without(list, missing)
	if !changed {
		return r
	}
	return r.With("fields", left.String())
}

// without returns list without the missing fields, at every level.
func (f *fieldFilter) without(list fields.List, missing map[string]*graphapi.Error) (left fields.List, changed bool) {
	for _, item := range list {
		if e, ok := missing[item.Name]; ok {
			f.tell(item.Name, e)
			changed = true
			continue
		}
		if len(item.Fields) > 0 {
			inner, cut := f.without(item.Fields, missing)
			item.Fields, changed = inner, changed || cut
		}
		left = append(left, item)
	}
	if len(left) == 0 && len(list) > 0 {
		left = fields.List{{Name: "id"}}
	}
	return left, changed
}

func (f *fieldFilter) tell(name string, e *graphapi.Error) {
	if f.told[name] {
		return
	}
	f.told[name] = true
	f.note(plugin.Warning{Text: fmt.Sprintf("query %s: the API refuses the field %s (%s): it is left out, and its column stays empty", f.query, name, e.Message)})
}
