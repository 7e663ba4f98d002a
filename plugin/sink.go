package plugin

import (
	"context"
	"encoding/json"

	"github.com/igsource/igsource/schema"
)

// A Sink is where batches land. The runner calls its methods one at a time, in this order: Begin, then
// for each mark Write of every batch up to it and Commit, or Abort where the rows up to it cannot be
// kept, and in the end Finish, once, whatever happened after Begin was called. After an Abort others may
// be written.
type Sink interface {
	// Begin announces the tables before any request is made. A target that cannot take them is refused
	// here, as a *UserError, with nothing changed.
	Begin(ctx context.Context, tables []schema.Table) error
	// Write takes rows of one table. Batch.Record is lent until Write returns.
	Write(ctx context.Context, batch Batch) error
	// Commit makes all rows written since the last Commit, and the position, durable together; a StateKeeper may
	// hold several commits in one transaction, until Settle or Finish at the latest.
	Commit(ctx context.Context, at Position) error
	// Abort forgets all rows written since the last Commit.
	Abort(ctx context.Context) error
	// Finish ends the run. With ok the committed rows become visible, whole; without, the target is left
	// as it was before Begin, or, where a sink keeps committed rows by design, at the last Commit.
	// ctx is live even when the run's has ended.
	Finish(ctx context.Context, ok bool) error
}

// A WorkPlacer is a Sink that says where the run may spool: a folder beside its target, made and
// removed by the runner. Asked after Begin.
type WorkPlacer interface {
	WorkDir() string
}

// A Position is how far a run has come: the mark of a split of a source.
type Position struct {
	// Source is the name that the input has in the run.
	Source string
	Split  string
	Mark   Mark
	// Last says that the split is complete with this mark.
	Last bool
	// Reached is what is new of how far the source has come with this mark: values by key, each in the place
	// of the key's value before; nil where nothing is. The empty key is the runner's own and is kept as the
	// others are. For a StateKeeper; the map is the sink's.
	Reached map[string]json.RawMessage
}
