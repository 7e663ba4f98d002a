package instagram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
)

// A querySet is the property queries, read and judged but for the dates.
type querySet struct {
	// specs are all queries, disabled ones too.
	specs []*querySpec
	// tables are those of the queries, in order; nil where there are failures.
	tables []schema.Table
	// failures are those of the property as a whole.
	failures []plugin.Failure
}

// at returns the query at a place of the property.
func (s *querySet) at(index int) (*querySpec, bool) {
	if index < 0 || index >= len(s.specs) || s.specs[index].layout == nil {
		return nil, false
	}
	return s.specs[index], true
}

// newQueries reads the property queries.
func (s *Source) newQueries() *querySet {
	set := new(querySet)
	set.specs, set.failures = readQueries(s.config.Queries)
	sound := len(set.failures) == 0
	for _, q := range set.specs {
		if !q.disabled && len(q.failures) == 0 {
			q.compile(s.config.Login)
		}
		sound = sound && len(q.failures) == 0
	}
	if !sound {
		return set
	}
	if set.tables, set.failures = joinQueries(set.specs); len(set.failures) > 0 {
		set.tables = nil
	}
	return set
}

// compile resolves what the query asks for.
func (q *querySpec) compile(login string) {
	if login != loginFacebook && login != loginInstagram {
		login = "" // not known yet, or wrong: that is a failure of its own
	}
	layout, failures, warnings := tables.Query(tables.QueryOptions{
		Name: q.name, Endpoint: q.endpoint, Fields: q.fields, Accounts: !q.none, Several: q.all || len(q.accounts) > 1,
		Login: login, Windowed: q.since != "" || q.until != "", Unkeyed: q.unkeyed,
	})
	for _, r := range failures {
		q.failures = append(q.failures, q.remark(r.Message, r.Action))
	}
	for _, r := range warnings {
		q.warnings = append(q.warnings, q.remark(r.Message, r.Action))
	}
	q.layout = layout
}

// joinQueries returns the tables of all queries. Several queries may fill one table if they agree in it.
func joinQueries(specs []*querySpec) (joined []schema.Table, failures []plugin.Failure) {
	owners := make(map[string]*querySpec)
	for _, q := range specs {
		if q.disabled {
			continue
		}
		for _, t := range q.layout.Tables {
			i := slices.IndexFunc(joined, func(o schema.Table) bool { return strings.EqualFold(o.Name, t.Name) })
			if i < 0 {
				joined = append(joined, t)
				owners[t.Name] = q
				continue
			}
			other, owner := joined[i], owners[joined[i].Name]
			switch {
			case other.Name != t.Name:
				failures = append(failures, q.remark(
					fmt.Sprintf("its table %s and the table %s of query '%s' differ in case alone, which file systems and databases do not tell apart.",
						t.Name, other.Name, clipped(owner.name)),
					"Rename one of the queries."))
			case !other.Equal(t):
				failures = append(failures, q.remark(
					fmt.Sprintf("its table %s is also one of query '%s', and cannot be joined with that: %s.", t.Name, clipped(owner.name), difference(t, other)),
					"Let both ask for the same fields in the same order, or rename one of the queries."))
			}
		}
	}
	return joined, failures
}

// difference says what keeps the rows of other out of table: the first thing found.
func difference(table, other schema.Table) string {
	for _, side := range []struct {
		has, lacks schema.Table
		where      string
	}{{table, other, "here"}, {other, table, "there"}} {
		for _, c := range side.has.Columns {
			if _, i := side.lacks.Column(c.Name); i < 0 {
				return fmt.Sprintf("column %s is only %s", c.Name, side.where)
			}
		}
	}
	for _, c := range table.Columns {
		o, _ := other.Column(c.Name)
		switch {
		case !arrow.TypeEqual(c.Type, o.Type):
			return fmt.Sprintf("column %s is %s here and %s there", c.Name, c.Type, o.Type)
		case c.Nullable && !o.Nullable:
			return fmt.Sprintf("column %s may be null only here", c.Name)
		case o.Nullable && !c.Nullable:
			return fmt.Sprintf("column %s may be null only there", c.Name)
		}
	}
	if !slices.Equal(table.Key, other.Key) {
		return fmt.Sprintf("the key is %s here and %s there", keyOf(table), keyOf(other))
	}
	return "the columns are in different orders"
}

func keyOf(t schema.Table) string {
	if len(t.Key) == 0 {
		return "none"
	}
	return strings.Join(t.Key, ", ")
}

// queryRules judges the queries.
func (j *judge) queryRules() {
	if j.open("queries") || j.config.Queries == "" {
		return
	}
	set := j.queries()
	if j.properties.Show("queries") != j.properties.Get("queries") {
		j.secretQueries(set)
		return
	}
	for _, q := range set.specs {
		if q.disabled {
			continue
		}
		j.failures = append(j.failures, q.failures...)
		j.warnings = append(j.warnings, q.warnings...)
		j.dated = append(j.dated, j.queryDates(q)...)
	}
	j.failures = append(j.failures, set.failures...)
}

// secretQueries judges queries that hold what secure() gave: nothing of them may be quoted.
func (j *judge) secretQueries(set *querySet) {
	const (
		why    = "what is wrong cannot be shown, because queries holds a secret."
		action = "Give secrets to accessToken and appSecret alone."
	)
	if len(set.failures) > 0 {
		j.fail(plugin.Fail("queries is not right; "+why, action).On("queries"))
	}
	for _, q := range set.specs {
		place := strconv.Itoa(q.index + 1)
		f := plugin.Fail("Query "+place+" is not right; "+why, action).OnElement("queries", place)
		switch {
		case q.disabled:
		case len(q.failures) > 0:
			j.fail(f)
		case j.shows(q):
			j.fail(plugin.Fail("Query "+place+" has a secret in the name of the query, a table or a column.", action).OnElement("queries", place))
		case len(j.queryDates(q)) > 0:
			j.dated = append(j.dated, f)
		}
	}
}

// shows says whether a secret of the properties stands in a name that outputs have of the query.
func (j *judge) shows(q *querySpec) bool {
	names := []string{q.name}
	for _, t := range q.layout.Tables {
		names = append(names, t.Name)
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return j.properties.Scrubber().Scrub(name) != name })
}
