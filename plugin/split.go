package plugin

import "encoding/json"

// A Split is a small unit of work that any worker can read alone: it holds no secret, and comes back
// unchanged from JSON. Splits are made by Source.Plan and given back to Source.Read.
type Split struct {
	// ID is unique in its plan, and the same for the same properties and logical start time.
	ID string `json:"id"`
	// Properties is the hash of the properties that the split was planned from.
	Properties string `json:"properties"`
	// Key names what the split is a part of, where later runs go on from what this one reached: an account
	// and a table, say. Splits of one key are planned in the order in which its progress grows. The same
	// key is one thing in all runs of the source: whatever else its progress depends on, such as the
	// metrics asked for, belongs in it. Empty where nothing is kept. See Reached.
	Key string `json:"key,omitempty"`
	// Payload is the source's own.
	Payload json.RawMessage `json:"payload,omitempty"`
}
