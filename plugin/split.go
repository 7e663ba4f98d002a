package plugin

import "encoding/json"

// A Split is a small unit of work that any worker can read alone: it holds no secret, and comes back
// unchanged from JSON. Splits are made by Source.Plan and given back to Source.Read.
type Split struct {
	// ID is unique in its plan, and the same for the same properties and logical start time.
	ID string `json:"id"`
	// Properties is the hash of the properties that the split was planned from.
	Properties string `json:"properties"`
	// Payload is the source's own.
	Payload json.RawMessage `json:"payload,omitempty"`
}
