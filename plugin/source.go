package plugin

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/igsource/igsource/schema"
)

// A Source is one configured batch source. Open makes it; it is safe for concurrent use, and different
// splits may be read at once.
//
// A host calls Validate and Tables as often as it likes (they are cheap, and touch neither network nor
// clock), then Plan once, Read once or more for each split, and Finish once, whatever happened.
type Source interface {
	// Validate returns everything that is wrong with the properties, and nothing when they are good.
	Validate() []Failure

	// Tables returns the tables that Read fills, in the order in which they are announced to a sink. It
	// needs only the properties that decide the schema, and answers the same each time. The error is
	// ErrSchemaUnknown while a macro decides it, an *InvalidError where those properties are bad.
	Tables() ([]schema.Table, error)

	// Plan cuts the work into splits, in the order in which their rows are delivered. It may ask the
	// network which objects exist, never for their rows. Bad properties are an *InvalidError.
	Plan(ctx context.Context, req PlanRequest) (Plan, error)

	// Read yields the batches of a split. A record is lent until the loop asks for the next one: Retain
	// it to keep it. Breaking out of the loop, or ctx ending, ends all requests behind it before Read
	// returns. An error ends the sequence: a *SplitError costs what follows the split's last mark, any
	// other the whole run. A split planned from other properties is an ErrForeignSplit.
	Read(ctx context.Context, split Split, opts ReadOptions) iter.Seq2[Batch, error]

	// Finish releases what the source holds. ctx is live even when the run's has ended.
	Finish(ctx context.Context, succeeded bool) error
}

// A Warner is a Source that has remarks on its properties which stop nothing: an unknown property, a
// date moved to today. They have a Failure's shape.
type Warner interface {
	Warnings() []Failure
}

// A Tolerant is a Source whose properties may ask to go on after failures. While GoesOn is true, two
// different rows with one key cost what follows their split's last mark, as a *SplitError does, and
// otherwise the run. It answers the same each time.
type Tolerant interface {
	GoesOn() bool
}

// An Identified is a Source that tells what it was asked for. Only such a source is resumed: its marks are
// good for the same properties alone.
type Identified interface {
	// Hash is the hash of the properties, which Split.Properties is too. It answers the same each time, and
	// also where the properties are bad.
	Hash() string
}

// PlanRequest is what a plan may depend on beside the properties.
type PlanRequest struct {
	// Start is the logical start time: what "today" and relative dates mean. A run repeated with the
	// same Start, as an instant, plans the same splits.
	Start time.Time
	// Now is the real time; it judges only what the service still has.
	Now time.Time
	// State is what earlier runs left; the zero State is a first run. Which splits there are may depend on
	// its Reached, which stays the same until an unfinished run has come to its end, but not on the rest: a
	// run that is resumed plans the same splits.
	State State
	// Notes receives what is to be told while planning; nil drops it. Safe for concurrent use.
	Notes func(Note)
}

// A Plan is the work of a run.
type Plan struct {
	// Splits are in the order in which their rows are delivered.
	Splits []Split `json:"splits"`
	// Reading are the IDs of splits in the order in which a host had best begin to read them, where that is
	// not the order of Splits: the newest first, say, when they tell whether there is anything before them.
	// Splits that it does not name come after those. Nothing that is delivered depends on it.
	Reading []string `json:"reading,omitempty"`
}

// ReadOptions are the options of Source.Read.
type ReadOptions struct {
	// Tables names the tables wanted; nil is all of them.
	Tables []string
	// Resume is a mark of an earlier read of the same split: reading goes on after it.
	Resume Mark
	// Notes receives what is to be told while reading; nil drops it. Safe for concurrent use.
	Notes func(Note)
}

// ErrSchemaUnknown says that a macro which has no value yet decides the schema.
var ErrSchemaUnknown = errors.New("the schema is not known before the macros in these properties have their values")

// ErrForeignSplit says that a split was planned from other properties than the source's.
var ErrForeignSplit = errors.New("this split was planned from other properties")
