package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
)

// A Problem is one thing that is wrong with a Choice.
type Problem struct {
	Kind Kind
	// Element is the one bad value of a part that may hold several, or empty for the part itself.
	Element string
	// Message says what is wrong, Action what would fit. Both are whole sentences.
	Message string
	Action  string
}

// Problems returns all that is wrong with c: first metric by metric as chosen, then the period, the
// breakdown and the timeframe. A choice without metrics has none: whether one is needed is the
// caller's rule.
func (c Choice) Problems() []Problem {
	j := judge{Choice: c, dims: c.dimensions()}
	j.periodKnown = c.Period != "" && !c.open(KindPeriod) && slices.Contains(Periods(c.Object), c.Period)
	for _, d := range j.dims {
		if slices.Contains(Dimensions(c.Object), d) {
			j.known = append(j.known, d)
		}
	}
	j.fitting = j.fittingNames()
	names := unique(c.Metrics)
	for _, name := range names {
		if m, ok := j.exists(name); ok {
			j.chosen = append(j.chosen, m)
			j.metric(m, len(names))
		}
	}
	j.period()
	j.breakdown()
	j.timeframe()
	return j.problems
}

// judge collects the problems of a Choice.
type judge struct {
	Choice
	dims, known []string // the dimensions asked for, and those of them that exist
	periodKnown bool
	fitting     []string // the metrics that would do
	chosen      []Metric // those that are current
	problems    []Problem
}

// fittingNames returns what would fit were the period and the dimensions that do not exist not asked
// for: they are problems of their own.
func (j *judge) fittingNames() []string {
	c := j.Choice
	c.Breakdown = j.known
	if !j.periodKnown {
		c.Period = ""
	}
	return c.Fitting()
}

func (j *judge) add(kind Kind, element, message, action string) {
	j.problems = append(j.problems, Problem{kind, element, message, action})
}

// exists returns the metric called name, or says why there is none.
func (j *judge) exists(name string) (Metric, bool) {
	m, ok := Lookup(j.Object, name)
	switch {
	case !ok:
		j.unknown(name)
	case m.Status == Removed:
		j.add(KindMetrics, name, removedMessage(m), removedAction(m, j.fitting))
	case m.Status == EnumOnly && m.Product != "":
		j.add(KindMetrics, name,
			fmt.Sprintf("%s belongs to %s and not to Instagram, though the API names it.", name, title(m.Product)),
			chooseFrom(j.fitting))
	case m.Status == EnumOnly:
		j.add(KindMetrics, name,
			fmt.Sprintf("%s is named by the API but documented nowhere, so that it cannot be read.", name),
			chooseFrom(j.fitting))
	default:
		return m, true
	}
	return Metric{}, false
}

func (j *judge) unknown(name string) {
	if strings.TrimSpace(name) == "" {
		j.add(KindMetrics, name, "A name in the list of metrics is empty.", "Take out the comma too many.")
		return
	}
	message := fmt.Sprintf("%s is not a metric of %s.", name, objectNoun(j.Object))
	near := nearest.Name(name, Names(j.Object))
	action := chooseFrom(j.fitting)
	if near != "" {
		action = fmt.Sprintf("Use %s, which is the nearest name.", near)
	} else if gone, ok := nearestReplaced(j.Object, name); ok {
		action = fmt.Sprintf("The nearest name, %s, was removed. %s", gone.Name, removedAction(gone, j.fitting))
	}
	other := Media
	if j.Object == Media {
		other = Account
	}
	if m, ok := Lookup(other, name); ok && m.Status == Current {
		message = fmt.Sprintf("%s is a metric of %s, not of %s.", name, objectNoun(other), objectNoun(j.Object))
		if near != "" {
			action = fmt.Sprintf("Use %s, which is the nearest name for %s.", near, objectNoun(j.Object))
		}
	}
	j.add(KindMetrics, name, message, action)
}

// nearestReplaced returns the metric with the name nearest to name that something took the place of.
func nearestReplaced(object Object, name string) (Metric, bool) {
	var gone []string
	for _, m := range All(object) {
		if m.ReplacedBy != "" {
			gone = append(gone, m.Name)
		}
	}
	return Lookup(object, nearest.Name(name, gone))
}

// metric judges a current metric that is one of n chosen.
func (j *judge) metric(m Metric, n int) {
	if j.periodKnown && !j.fitsPeriod(m) {
		j.add(KindMetrics, m.Name,
			fmt.Sprintf("%s has no period %s, only %s.", m.Name, j.Period, list(m.Periods, "and")),
			orElse(fmt.Sprintf("Set the period to %s", list(m.Periods, "or")), j.fitting))
	}
	if !j.open(KindBreakdown) {
		j.dimensionsOf(m)
	}
	if !j.fitsRange(m) {
		j.add(KindMetrics, m.Name,
			fmt.Sprintf("%s comes as one value a day and has no total over a range.", m.Name),
			orElse("Read it day by day", j.fitting))
	}
	if !j.fitsLogin(m) {
		j.add(KindMetrics, m.Name,
			fmt.Sprintf("%s can be read with the %s login alone.", m.Name, m.Login),
			orElse(fmt.Sprintf("Set the login to %s", m.Login), j.fitting))
	}
	if !j.fitsProductTypes(m) {
		has := list(m.ProductTypes, "and")
		j.add(KindMetrics, m.Name, fmt.Sprintf("%s is a metric of %s media%s.", m.Name, has, notOf(j.productTypes())),
			orElse(fmt.Sprintf("Read %s media for it", has), j.fitting))
	}
	if m.Alone && n > 1 {
		j.add(KindMetrics, m.Name,
			fmt.Sprintf("%s stands alone and cannot be read with other metrics.", m.Name),
			"Read it in a configuration of its own.")
	}
}

// dimensionsOf judges the dimensions asked for that exist at all; the others are breakdown's.
func (j *judge) dimensionsOf(m Metric) {
	var bad []string
	for _, d := range j.known {
		if !m.Takes(d) {
			bad = append(bad, d)
		}
	}
	if len(bad) == 0 {
		return
	}
	only := "no dimension"
	if len(m.Breakdowns) > 0 {
		only = "only " + list(m.Breakdowns, "and")
	}
	j.add(KindMetrics, m.Name,
		fmt.Sprintf("%s cannot be divided by %s: it takes %s.", m.Name, list(bad, "or"), only),
		orElse("Leave the metric or the dimension out", j.fitting))
}

func (j *judge) period() {
	if j.Period == "" || j.open(KindPeriod) || j.periodKnown {
		return
	}
	j.add(KindPeriod, string(j.Period), fmt.Sprintf("%s is not a period of %s.", j.Period, objectNoun(j.Object)),
		fmt.Sprintf("Choose %s.", list(Periods(j.Object), "or")))
}

func (j *judge) breakdown() {
	if j.open(KindBreakdown) {
		return
	}
	for _, d := range j.dims {
		if slices.Contains(j.known, d) {
			continue
		}
		all := Dimensions(j.Object)
		action := fmt.Sprintf("Choose from %s.", list(all, "and"))
		if near := nearest.Name(d, all); near != "" {
			action = fmt.Sprintf("Use %s, which is the nearest name.", near)
		}
		j.add(KindBreakdown, d, fmt.Sprintf("%s is not a dimension of %s.", quoteEmpty(d), objectNoun(j.Object)), action)
	}
	if len(j.dims) > 0 {
		return
	}
	var needy []string
	var takes []string
	for _, m := range j.chosen {
		if m.BreakdownRequired {
			needy = append(needy, m.Name)
			takes = append(takes, m.Breakdowns...)
		}
	}
	if len(needy) > 0 {
		verb := "has"
		if len(needy) > 1 {
			verb = "have"
		}
		j.add(KindBreakdown, "", fmt.Sprintf("%s %s no value without a breakdown.", list(needy, "and"), verb),
			fmt.Sprintf("Name one or more of %s.", list(unique(takes), "and")))
	}
}

func (j *judge) timeframe() {
	if j.Timeframe == "" || j.open(KindTimeframe) {
		return
	}
	var takes []Metric
	for _, m := range j.chosen {
		if len(m.Timeframes) > 0 {
			takes = append(takes, m)
		}
	}
	if all := Timeframes(j.Object); len(takes) > 0 && !slices.Contains(all, j.Timeframe) {
		action := fmt.Sprintf("Choose %s.", list(all, "or"))
		if near := nearest.Name(j.Timeframe, all); near != "" {
			action = fmt.Sprintf("Use %s, which is the nearest name.", near)
		}
		j.add(KindTimeframe, j.Timeframe, fmt.Sprintf("%s is not a timeframe.", j.Timeframe), action)
		return
	}
	for _, m := range takes {
		if !slices.Contains(m.Timeframes, j.Timeframe) {
			j.add(KindTimeframe, j.Timeframe,
				fmt.Sprintf("%s has no timeframe %s, only %s.", m.Name, j.Timeframe, list(m.Timeframes, "and")),
				fmt.Sprintf("Choose %s, or leave the metric out.", list(m.Timeframes, "or")))
		}
	}
}
