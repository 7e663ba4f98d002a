package plugin

import (
	"encoding/json"
	"time"
)

// A Note is something that a source tells its host beside the rows: one of Calls, Waiting, Skipped,
// Unknown, Lost, Reached and Warning.
type Note interface{ note() }

// Calls counts calls to the service since the last Calls note: a difference, not a total.
type Calls struct {
	// Requests are HTTP requests sent.
	Requests int64 `json:"requests"`
	// Counted is what the service's rate limit counts: items of a batch and repeats singly.
	Counted int64 `json:"counted"`
	// Retries are the counted calls that repeated an earlier one.
	Retries int64 `json:"retries"`
	// Wait is time spent waiting for the rate limit or between repeats.
	Wait time.Duration `json:"-"`
	// Bytes of answers' bodies on the wire.
	Bytes int64 `json:"bytes"`
}

// Add returns the sum of c and d.
func (c Calls) Add(d Calls) Calls {
	return Calls{c.Requests + d.Requests, c.Counted + d.Counted, c.Retries + d.Retries, c.Wait + d.Wait, c.Bytes + d.Bytes}
}

// Waiting says that the source waits until Until, and why. A zero Until says the wait is over.
type Waiting struct {
	Until  time.Time
	Reason string
}

// Skipped says that Count values are absent from the rows without anything having failed. Notes that
// agree in Metric, Reason, Code, Subcode and Group are told as one.
type Skipped struct {
	Split   string
	Metric  string
	Reason  string
	Code    int
	Subcode int
	// Group keeps apart what agrees in all else, such as the kinds of object that lack the metric.
	Group string
	// Object is the id of the object whose value is absent.
	Object string
	// From and To are the first and last day concerned, yyyy-mm-dd, or empty.
	From, To string
	Count    int64
}

// Unknown says that Count values of a field came which Table has no column for, so that they are in no
// row. Notes that agree in Table and Field are told as one. With RunOptions.Strict they fail the run.
type Unknown struct {
	Split string
	Table string
	// Field is the field's name, below other fields with a dot between: owner.username.
	Field string
	Count int64
}

// Lost says that an object's rows failed and were left out because the properties ask to go on. It
// makes the run partial. While a split is read it also withholds the split's key, from the next mark on and
// until the run has come to its end, however often that is interrupted (see Reached): a later run then reads
// again what is past the progress made before, the object with it.
type Lost struct {
	Split  string
	Object string
	Err    error
	// Remembered says that the source has the object in the values that it sends as Reached, and reads it
	// again in a later run of its own accord. The key is then not withheld.
	Remembered bool
}

// Reached says, while a split is read, how far its key has come: with the split's next mark, everything of
// Key up to Value is complete. A note after the last mark counts with it once the split has ended well; of
// several before one mark the last one counts. It is sent before the batch with that mark is yielded, and
// not beside it.
//
// Run hands Value on with the Position of that mark, for the target to keep with the rows. It withholds it,
// then and for the rest of the run, where a split of the same key did not come to its end earlier in the
// order of delivery, or an object of the key was Lost: progress never passes over a gap. Values of a key only
// grow in the order of the splits, and begin at what State told Plan; where the source goes below that it
// gives progress away. A source that is asked to read on after a split's last mark should send the split's
// last Reached again: it may have been withheld because of an earlier split that has come to its end since.
type Reached struct {
	// Key is the Key of the split.
	Key string
	// Value is the source's own: any JSON but null, without secrets. It belongs to the runner once sent.
	Value json.RawMessage
}

// Warning is a remark for the user.
type Warning struct{ Text string }

func (Calls) note()   {}
func (Waiting) note() {}
func (Skipped) note() {}
func (Unknown) note() {}
func (Lost) note()    {}
func (Reached) note() {}
func (Warning) note() {}
