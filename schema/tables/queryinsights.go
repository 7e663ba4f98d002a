package tables

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/metrics"
)

// The fields of an insights entry.
const (
	entryValues = "values"
	entryTotal  = "total_value"
)

// entryFields are all of them.
var entryFields = []string{"name", "period", entryValues, entryTotal, "title", "description", "id"}

// metricObject is what the insights of n measure, or empty if it is not known.
func metricObject(n queryNode) metrics.Object {
	switch n.name() {
	case profileNode:
		return metrics.Account
	case mediaNode:
		return metrics.Media
	default:
		return ""
	}
}

// A queryAsk is how insights are asked for.
type queryAsk struct {
	item    fields.Item
	object  metrics.Object
	metrics []string
	periods []string
	period  metrics.Period // empty unless there is one alone
	breakdown,
	products []string
	timeframe, login string
	// totals says that values come as totals over the window.
	totals bool
}

// insights reads what insights are asked for of owner, gives p the columns of their table, and returns the fields
// of their entries as they are to be asked for.
func (b *queryBuilder) insights(p *queryPart, item fields.Item, owner queryNode, s queryScope) fields.List {
	a := b.ask(item, owner, s)
	p.Metrics, p.Dimensions, p.periods = a.metrics, a.breakdown, len(a.periods)
	_, since := item.Modifier("since")
	_, until := item.Modifier("until")
	root := p.Path == ""
	p.windowed = a.totals && a.object == metrics.Account && !a.demographic() && (since || until || (root || s.own) && b.o.Windowed)
	b.judgeInsights(a, s)
	asked := b.entryFields(item, a)
	b.entryColumns(p, a, len(asked) == 0 || asked.Index("title") >= 0, len(asked) == 0 || asked.Index("description") >= 0)
	return asked
}

// ask reads the modifiers of insights.
func (b *queryBuilder) ask(item fields.Item, owner queryNode, s queryScope) queryAsk {
	a := queryAsk{item: item, object: metricObject(owner), products: s.edge.ProductTypes, login: b.o.Login}
	a.metrics = unique(item.Args("metric"))
	a.periods = unique(item.Args("period"))
	if len(a.periods) == 1 {
		a.period = metrics.Period(a.periods[0])
	}
	// Some of the API's own samples have the plural.
	a.breakdown = unique(append(item.Args("breakdown"), item.Args("breakdowns")...))
	a.timeframe, _ = item.Modifier("timeframe")
	kind, _ := item.Modifier("metric_type")
	a.totals = kind == string(metrics.TotalValue)
	return a
}

// at is the column of a modifier, or of the item.
func (a queryAsk) at(modifier string) int {
	for _, m := range a.item.Modifiers {
		if m.Name == modifier {
			return m.Column
		}
	}
	return a.item.Column
}

// argument is the column at which a modifier names something, or else that of the modifier.
func (b *queryBuilder) argument(a queryAsk, modifier, name string) int {
	column := a.at(modifier)
	if column == 0 || name == "" {
		return column
	}
	text := []rune(b.o.Fields)
	i := column - 1 + len(modifier)
	for word := []rune(name); i+len(word) <= len(text); i++ {
		if slices.Equal(text[i:i+len(word)], word) && !inWord(text, i-1) && !inWord(text, i+len(word)) {
			return i + 1
		}
	}
	return column
}

// inWord says whether the character at i can be part of a name.
func inWord(text []rune, i int) bool {
	return i < len(text) && (text[i] == '_' || unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
}

// demographic says whether all metrics are, whose values are of no window.
func (a queryAsk) demographic() bool {
	return len(a.metrics) > 0 && !slices.ContainsFunc(a.metrics, func(name string) bool {
		m, ok := metrics.Lookup(a.object, name)
		return !ok || !m.Demographic
	})
}

// valueType is the type of the values: whole numbers, decimals if a metric has them, text if one is not known.
func (a queryAsk) valueType() arrow.DataType {
	t := intType
	for _, name := range a.metrics {
		m, ok := metrics.Lookup(a.object, name)
		switch {
		case !ok || m.Value == "":
			return textType
		case m.Value == metrics.Decimal:
			t = floatType
		}
	}
	if len(a.metrics) == 0 {
		return textType
	}
	return t
}

// entryFields judges the fields of the entries, and adds those without which the table has no values.
func (b *queryBuilder) entryFields(item fields.Item, a queryAsk) fields.List {
	var asked fields.List
	for _, f := range item.Fields {
		switch i := asked.Index(f.Name); {
		case f.Name == "access_token":
			b.fail(f.Column, "Leave it out.", "%s is a credential, which no table may hold.", f.Name)
		case !slices.Contains(entryFields, f.Name):
			b.warn(f.Column, orNames(f.Name, entryFields, "Leave it out."), "%s is not a field of insights; it is not asked for.", f.Name)
		case f.Label() != f.Name:
			b.fail(f.Column, "Leave .as() out.", "%s keeps its name in insights.", f.Name)
		case i < 0:
			asked = append(asked, f)
		case asked[i].String() != f.String():
			b.fail(f.Column, "Leave one of them.", "%s stands twice and differently.", f.Name)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	value := entryValues
	if a.totals && a.object != metrics.Media || a.object == metrics.Media && len(a.breakdown) > 0 {
		value = entryTotal
	}
	for _, name := range []string{"name", "period", value} {
		if asked.Index(name) < 0 {
			asked = append(asked, fields.Item{Name: name})
		}
	}
	return asked
}

// entryColumns gives p the columns of insights.
func (b *queryBuilder) entryColumns(p *queryPart, a queryAsk, title, description bool) {
	add := func(role QueryRole, name string, t arrow.DataType, doc string) *queryColumn {
		p.own = append(p.own, queryColumn{QueryColumn{Name: name, Type: t, Nullable: true, Role: role}, doc, p.at})
		return &p.own[len(p.own)-1]
	}
	field := func(name, doc string) { add(QueryField, name, textType, doc).Path = name }
	field("name", "Name of the metric.")
	add(QueryKey1, "key1", textType, "Name of the value where the metric has several, else empty.").Nullable = false
	add(QueryKey2, "key2", textType, "Second name of the value, else empty.").Nullable = false
	add(QueryValue, "value", a.valueType(), "Value of the metric.")
	field("period", "Period the value covers.")
	add(QueryStart, "start_time", momentType, "Moment at which the window of a total begins.")
	add(QueryEnd, "end_time", momentType, "Moment at which the span of the value ends.")
	if title {
		field("title", "Name of the metric in the language of the user.")
	}
	if description {
		field("description", "What the metric means, in the language of the user.")
	}
	for _, d := range a.breakdown {
		if slices.ContainsFunc(p.own, func(c queryColumn) bool { return c.Name == d }) || slices.Contains(basicColumns, d) || !aliasName.MatchString(d) {
			b.fail(a.at("breakdown"), "Name dimensions.", "%s cannot be a dimension.", quoted(d))
			continue
		}
		add(QueryDimension, d, textType, fmt.Sprintf("Value of the dimension %s that the row is for.", d)).Dimension = d
	}
}

// judgeInsights warns of what the API surely refuses.
func (b *queryBuilder) judgeInsights(a queryAsk, s queryScope) {
	edge, _ := lookupNode(profileNode).Edge(insightsEdge)
	names := paramNames(edge)
	if a.item.Column == 0 {
		b.judgeParams(names)
	} else {
		b.judgeModifiers(a.item, names, false)
	}
	if summarised(a.item) {
		b.warn(a.at(summaryPart), "Leave it out.", "insights have no summary.")
	}
	if s.foreign {
		b.warn(a.item.Column, "Leave them out.", "insights are asked of objects that belong to other accounts, which the API refuses.")
	} else if s.edge.Name == childrenEdge {
		b.warn(a.item.Column, "Ask for those of the album.", "the media of an album have no insights.")
	}
	if len(a.metrics) == 0 {
		b.warn(a.item.Column, "Name metrics: insights.metric(reach).", "insights are asked for without a metric, which the API refuses.")
		return
	}
	if a.object == "" {
		return
	}
	if a.object == metrics.Account {
		b.judgeAccountAsk(a)
	}
	for _, name := range a.metrics {
		b.judgeMetric(a, name)
	}
}

// judgeAccountAsk warns of what the API refuses of accounts whatever the metric.
func (b *queryBuilder) judgeAccountAsk(a queryAsk) {
	if len(a.periods) == 0 {
		b.warn(a.item.Column, "Add .period(day), or the period that the metrics have.", "insights of an account are asked for without a period, which the API refuses.")
	}
	kind, _ := a.item.Modifier("metric_type")
	if kind != "" && !a.totals && kind != string(metrics.TimeSeries) && kind != "default" {
		b.warn(a.at("metric_type"), "Choose time_series or total_value.", "%s is not a type of metrics.", quoted(kind))
	}
	if a.totals {
		return
	}
	if len(a.breakdown) > 0 {
		b.warn(a.at("breakdown"), "Add .metric_type(total_value).", "only totals can be divided, and the metrics are not asked for as totals.")
		return
	}
	var totals []string
	for _, name := range a.metrics {
		if m, ok := metrics.Lookup(a.object, name); ok && m.Status == metrics.Current && !m.Has(metrics.TimeSeries) {
			totals = append(totals, name)
		}
	}
	switch len(totals) {
	case 0:
	case 1:
		b.warn(b.argument(a, "metric", totals[0]), "Add .metric_type(total_value).", "%s comes as a total alone, and is not asked for as one.", totals[0])
	default:
		b.warn(a.at("metric"), "Add .metric_type(total_value).", "%s come as totals alone, and are not asked for as such.", strings.Join(totals, ", "))
	}
}

// judgeMetric warns of a metric that does not fit what it is asked for with.
func (b *queryBuilder) judgeMetric(a queryAsk, name string) {
	c := metrics.Choice{
		Object: a.object, Metrics: []string{name}, Period: a.period, Breakdown: a.breakdown, Timeframe: a.timeframe,
		Range: a.totals, Login: a.login, ProductTypes: a.products,
	}
	if m, ok := metrics.Lookup(a.object, name); ok && m.Status == metrics.Current && plainly(m, c) {
		return
	}
	for _, p := range c.Problems() {
		modifier := string(p.Kind)
		switch p.Kind {
		case metrics.KindMetrics, metrics.KindLogin, metrics.KindRange, metrics.KindProductTypes:
			modifier = "metric"
		}
		b.warn(b.argument(a, modifier, p.Element), p.Action, "%s", p.Message)
	}
}

// plainly says whether m fits c, where that is quickly said.
func plainly(m metrics.Metric, c metrics.Choice) bool {
	return (c.Period == "" || slices.Contains(m.Periods, c.Period)) && m.Takes(c.Breakdown...) &&
		(!m.BreakdownRequired || len(c.Breakdown) > 0) && (c.Timeframe == "" || slices.Contains(m.Timeframes, c.Timeframe)) &&
		(m.Login == "" || c.Login == "" || m.Login == c.Login) && (len(m.Types) == 0 || !c.Range || m.Has(metrics.TotalValue)) &&
		(len(m.ProductTypes) == 0 || len(c.ProductTypes) == 0 || slices.ContainsFunc(c.ProductTypes, m.For))
}

// unique returns names without repeats, in order.
func unique(names []string) []string {
	var u []string
	for _, n := range names {
		if !slices.Contains(u, n) {
			u = append(u, n)
		}
	}
	return u
}
