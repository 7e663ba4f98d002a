package instagram

import (
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
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
