package instagram

import (
	"strings"
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/shred"
)

// observer tells a host what the client does.
func observer(notes func(plugin.Note)) graphapi.Observer {
	return graphapi.Observer{
		Calls: func(c graphapi.Calls) {
			notes(plugin.Calls{Requests: c.Requests, Counted: c.Counted, Retries: c.Retries, Wait: c.Wait, Bytes: c.Bytes})
		},
		Waiting: func(until time.Time, reason string) { notes(plugin.Waiting{Until: until, Reason: reason}) },
	}
}

// tellUnknown tells the fields that came and that table has no column for.
func (r *reading) tellUnknown(table string, counts []shred.Count) {
	for _, c := range counts {
		if unasked(c.Name) {
			continue
		}
		name := c.Table
		if name == "" {
			name = table
		}
		r.note(plugin.Unknown{Split: r.split, Table: name, Field: c.Name, Count: int64(c.Times)})
	}
}

// unasked says that a field comes with every object, asked for or not: its id.
func unasked(name string) bool { return name == "id" || strings.HasSuffix(name, ".id") }
