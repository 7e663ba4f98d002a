package plugin

import "slices"

// A Status is how a run, or one of its splits, went.
type Status string

// The statuses. A run is complete, partial or failed; only a split can be not read.
const (
	StatusComplete Status = "complete"
	StatusPartial  Status = "partial"
	StatusFailed   Status = "failed"
	StatusNotRead  Status = "not_read"
)

// A Report tells how a run went: what one call of Run did, also where that went on with an unfinished run. What
// an interrupted part had committed is in no count; if it had left out objects, the status is partial and a
// warning says how many. Its JSON is the one of igsource's --report.
type Report struct {
	Status Status `json:"status"`
	// Tables holds what was committed, by table.
	Tables map[string]TableReport `json:"tables"`
	Calls  CallsReport            `json:"calls"`
	// Skipped tells which values are absent and why, in the order of delivery.
	Skipped []SkippedReport `json:"skipped"`
	// Splits are in the order of delivery.
	Splits []SplitReport `json:"splits"`
	// Warnings are remarks for the user, each once: on the properties, then on what was met while reading,
	// then on the fields that came and are in no table.
	Warnings []string `json:"warnings,omitempty"`
	// Error is why the run failed; empty when it did not.
	Error string `json:"error,omitempty"`

	order []string // of Tables, as announced
}

// A TableReport counts the rows of a table.
type TableReport struct {
	// Rows that this run committed, and equal rows that were met again and left out.
	Rows       int64 `json:"rows"`
	Duplicates int64 `json:"duplicates"`
}

// A CallsReport is Calls over the whole run.
type CallsReport struct {
	Requests    int64   `json:"requests"`
	Counted     int64   `json:"counted"`
	Retries     int64   `json:"retries"`
	WaitSeconds float64 `json:"wait_seconds"`
	Bytes       int64   `json:"bytes"`
}

// A SkippedReport tells Skipped notes that agree in Metric, Reason, Code and Subcode as one.
type SkippedReport struct {
	// Split is the split that all the notes are of; empty when they are of several.
	Split   string `json:"split,omitempty"`
	Metric  string `json:"metric"`
	Reason  string `json:"reason"`
	Code    int    `json:"code,omitempty"`
	Subcode int    `json:"subcode,omitempty"`
	// Count is how many values are absent.
	Count int64 `json:"count"`
	// Objects are the first 20 objects concerned.
	Objects []string `json:"objects"`
	// From and To are the first and last day concerned, yyyy-mm-dd, or empty.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`

	group string // Skipped.Group; not told
}

// A SplitReport tells how a split went.
type SplitReport struct {
	// Source is the input's name where the run has several.
	Source string `json:"source,omitempty"`
	ID     string `json:"id"`
	Status Status `json:"status"`
	// Rows of all tables that this run committed: none of a split that was complete before.
	Rows int64 `json:"rows"`
	// Error is why the split is not complete.
	Error string `json:"error,omitempty"`
}

const maxObjects = 20

// report makes the report of the run, which ended with err.
func (r *runner) report(err error) *Report {
	l := r.ledger
	for _, lane := range r.lanes {
		l.settle(lane)
	}
	out := &Report{
		Status: StatusComplete, Tables: map[string]TableReport{}, Skipped: []SkippedReport{},
		Splits: l.splits, Warnings: slices.Concat(l.warnings.list, l.unknown.texts()), order: l.order,
		Calls: CallsReport{l.calls.Requests, l.calls.Counted, l.calls.Retries, seconds(l.calls.Wait), l.calls.Bytes},
	}
	if out.Splits == nil {
		out.Splits = []SplitReport{}
	}
	for _, t := range r.list {
		out.Tables[t.Name] = TableReport{t.committedRows, t.committedDuplicates}
	}
	for _, s := range l.skipped.list {
		told := *s
		told.group = ""
		out.Skipped = append(out.Skipped, told)
	}
	switch {
	case err != nil:
		out.Status, out.Error = StatusFailed, err.Error()
	case l.partial:
		out.Status = StatusPartial
	}
	return out
}
