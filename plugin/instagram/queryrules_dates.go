package instagram

import (
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/timeexpr"
)

// A writtenDate is a since or an until as a query has it somewhere.
type writtenDate struct {
	key, text string
	// column is where text begins in fields, in characters from 1; 0 where it stands elsewhere.
	column int
}

// queryDates judges every since and until of a query: its own, those of the endpoint and those inside fields.
func (j *judge) queryDates(q *querySpec) []plugin.Failure {
	failures := j.querySpan(q, writtenDate{key: keySince, text: q.since}, writtenDate{key: keyUntil, text: q.until})
	if q.layout != nil {
		var since, until writtenDate
		for _, p := range q.layout.Params {
			switch p.Name {
			case keySince:
				since = writtenDate{key: "since of endpoint", text: p.Value}
			case keyUntil:
				until = writtenDate{key: "until of endpoint", text: p.Value}
			}
		}
		failures = append(failures, j.querySpan(q, since, until)...)
	}
	list, err := fields.Parse(q.fields)
	if err != nil {
		return failures // it is a failure of its own
	}
	for item := range list.All() {
		failures = append(failures, j.querySpan(q, q.inFields(item, keySince), q.inFields(item, keyUntil))...)
	}
	return failures
}

// inFields finds a modifier of an item that holds a date.
func (q *querySpec) inFields(item fields.Item, key string) writtenDate {
	for _, m := range item.Modifiers {
		if m.Name == key {
			return writtenDate{key: key, text: m.Args, column: argsColumn(q.fields, m)}
		}
	}
	return writtenDate{}
}

// argsColumn is where the arguments of a modifier begin in the text, in characters from 1.
func argsColumn(text string, m fields.Modifier) int {
	column := 0
	inside := false
	for _, r := range text {
		column++
		switch {
		case column < m.Column:
		case inside && !unicode.IsSpace(r):
			return column
		case r == '(':
			inside = true
		}
	}
	return column
}

// querySpan judges two dates that belong together; empty ones are not given.
func (j *judge) querySpan(q *querySpec, since, until writtenDate) []plugin.Failure {
	from, failure := j.queryDate(q, since)
	to, other := j.queryDate(q, until)
	var failures []plugin.Failure
	for _, f := range []*plugin.Failure{failure, other} {
		if f != nil {
			failures = append(failures, *f)
		}
	}
	switch {
	case from.IsZero():
	case from.After(j.start):
		failures = append(failures, q.remark(
			fmt.Sprintf("%s %s is after the logical start time, %s.", since.place(), shownTime(from), shownTime(j.start)),
			"Enter a time that has come."))
	case !to.IsZero() && from.After(to):
		failures = append(failures, q.remark(
			fmt.Sprintf("%s %s is after until %s.", since.place(), shownTime(from), shownTime(to)), "Swap them, or move one."))
	}
	return failures
}

func shownTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// place names a date in a message.
func (d writtenDate) place() string {
	if d.column > 0 {
		return fmt.Sprintf("column %d of fields: %s", d.column, d.key)
	}
	return d.key
}

// queryDate reads a date; without one the time is zero.
func (j *judge) queryDate(q *querySpec, d writtenDate) (time.Time, *plugin.Failure) {
	if d.text == "" {
		return time.Time{}, nil
	}
	at, err := q.instant(d.text, j.start)
	if err == nil {
		return at, nil
	}
	reason := err.Error()
	var syntax *timeexpr.SyntaxError
	if errors.As(err, &syntax) && d.column > 0 && syntax.Text == d.text && syntax.Word != "" {
		// Point into fields, where the user looks.
		d.column += utf8.RuneCountInString(syntax.Text[:syntax.Offset])
		reason = fmt.Sprintf("%q %s; expected %s", clipped(syntax.Word), syntax.Problem, syntax.Expected)
	}
	f := q.remark(fmt.Sprintf("%s cannot be read as a date: %s", d.place(), sentence(reason)),
		"Enter a date such as 2026-10-01, unix seconds, or an expression such as 30 days ago.")
	return time.Time{}, &f
}
