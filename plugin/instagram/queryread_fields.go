package instagram

import (
	"fmt"
	"maps"
	"sync"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/plugin"
)

// missingFields are the fields of a query that the API says its objects do not have. One of them fails every
// request that asks for it, so they are left out of all further ones; their columns stay empty. It is shared by all
// splits of the query and safe for concurrent use.
type missingFields struct {
	mu     sync.Mutex
	byName map[string]*graphapi.Error
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
	if m.byName == nil {
		m.byName = make(map[string]*graphapi.Error)
	}
	m.byName[name] = e
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
