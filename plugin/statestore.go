package plugin

import "context"

// A StateStore is a StateKeeper whose states can be listed and forgotten, for whoever looks after a target: a
// command, a UI. Its additional methods are called before Begin, any number of times and also where no Begin
// follows; they hold nothing afterwards, and fail as a *UserError where the target cannot be read or changed.
type StateStore interface {
	StateKeeper
	// States returns what the target keeps of every input, by name; none where the target does not exist. It
	// changes nothing. The map is the caller's.
	States(ctx context.Context) (map[string]State, error)
	// ResetState makes the target forget what it keeps of the input called name, so that its next run is a
	// first one; it also forgets what cannot be understood. Rows stay, and other inputs are left alone. Where
	// nothing is kept, nothing happens. While a run of the input is under way it is refused.
	ResetState(ctx context.Context, name string) error
}
