package plugin

import "time"

// A Note is something that a source tells its host beside the rows: one of Calls, Waiting, Skipped,
// Lost and Warning.
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

// Lost says that an object's rows failed and were left out because the properties ask to go on. It
// makes the run partial.
type Lost struct {
	Split  string
	Object string
	Err    error
}

// Warning is a remark for the user.
type Warning struct{ Text string }

func (Calls) note()   {}
func (Waiting) note() {}
func (Skipped) note() {}
func (Lost) note()    {}
func (Warning) note() {}
