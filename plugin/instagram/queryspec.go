package instagram

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// A querySpec is one query of the property queries, read and judged. It does not change after that, but for what is
// learnt while it is read.
type querySpec struct {
	// index is the place in the property, from 0.
	index                  int
	name, endpoint, fields string
	// accounts are the ids given; all is every account that the token reaches, none no account.
	accounts  []string
	all, none bool
	// since and until are as written.
	since, until string
	// limit is the size of a page; 0: the planner chooses.
	limit int
	// disabled queries are not read. runByID reads each object in a call of its own. timeBased follows no
	// links to other times, stopOnEmpty none of an empty page. unkeyed tables have no key.
	disabled, runByID, timeBased, stopOnEmpty, unkeyed bool
	// layout is nil where the query has failures.
	layout *tables.QueryLayout
	// plan is how layout is read, made when it is first wanted.
	plan lazyPlan
	// missing are fields that the API turned out not to have.
	missing missingFields
	// failures and warnings are what is to be said of it, but for its dates.
	failures, warnings []plugin.Failure
}

// element is how failures point at the query: its name, or its place from 1.
func (q *querySpec) element() string {
	if q.name != "" {
		return q.name
	}
	return strconv.Itoa(q.index + 1)
}

// remark is what is wrong with the query, or to be said of it. The message is what follows the query's name.
func (q *querySpec) remark(message, action string) plugin.Failure {
	who := "Query " + strconv.Itoa(q.index+1)
	if q.name != "" {
		who = "Query '" + clipped(q.name) + "'"
	}
	return plugin.Fail(who+": "+message, action).OnElement("queries", q.element())
}

// clipped keeps a long text from filling a message.
func clipped(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// daysMark is the one placeholder that Keboola's extractor knows: today and so many days more.
var daysMark = regexp.MustCompile(`%%days:([+-]?[0-9]{1,6})%%`)

// expandDays replaces %%days:N%% with the day, in UTC, N days after start, as yyyy-mm-dd.
func expandDays(text string, start time.Time) string {
	return daysMark.ReplaceAllStringFunc(text, func(mark string) string {
		n, _ := strconv.Atoi(daysMark.FindStringSubmatch(mark)[1]) // the pattern takes nothing else
		return timeexpr.DayOf(start, time.UTC).Add(n).String()
	})
}

// unixSeconds are numbers too long to be a date or a time of day.
var unixSeconds = regexp.MustCompile(`^[0-9]{9,12}$`)

// instant reads a since or an until, with start as now, in UTC. The error is a *timeexpr.SyntaxError.
func (q *querySpec) instant(text string, start time.Time) (time.Time, error) {
	text = expandDays(strings.TrimSpace(text), start)
	if unixSeconds.MatchString(text) {
		text = "@" + text
	}
	return timeexpr.Parse(text, start.UTC())
}
