package instagram

import (
	"errors"
	"fmt"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// firstDay is before every post: Instagram began in October 2010.
const firstDay timeexpr.Day = 14884 // 2010-10-02

// onlineDays is how many days online_followers is read for when no dates are given.
const onlineDays = 30

// dates resolves fromDate and toDate and judges them.
func (j *judge) dates() {
	form := j.config.form()
	if form == tables.Demographic {
		j.ignoredDates("Demographics are of a timeframe, not of dates.")
		return
	}
	var days window
	fromOK := j.day("fromDate", j.config.FromDate, j.today()-onlineDays, &days.From)
	toOK := j.day("toDate", j.config.ToDate, j.today()-1, &days.To)
	if !fromOK || !toOK {
		return
	}
	if !j.inOrder(&days) {
		return
	}
	j.choice = choice{days: &days, whole: form == tables.Ranged}
	if form == tables.Ranged {
		j.wholeRange(days)
	}
}

// ignoredDates warns about dates that do nothing.
func (j *judge) ignoredDates(why string) {
	for _, property := range []string{"fromDate", "toDate"} {
		if j.properties.Given(property) {
			j.warnings = append(j.warnings, plugin.Fail(property+" is ignored.", why).On(property))
		}
	}
}

// inOrder judges the days against today and each other; a last day after today becomes today.
func (j *judge) inOrder(days *window) bool {
	today := j.today()
	if days.From > today {
		j.fail(plugin.Fail(fmt.Sprintf("fromDate %s is after today, %s.", days.From, today),
			"Enter a day that has begun in Pacific time.").On("fromDate"))
		return false
	}
	if days.To > today {
		j.warnings = append(j.warnings, plugin.Fail(
			fmt.Sprintf("toDate %s is after today; reading to today, %s.", days.To, today), "").On("toDate"))
		days.To = today
	}
	if days.From > days.To {
		j.fail(plugin.Fail(fmt.Sprintf("fromDate %s is after toDate %s.", days.From, days.To),
			"Swap them, or move one.").On("fromDate"))
		return false
	}
	return true
}

// datedPeriod says whether the period is known to be one of days.
func (j *judge) datedPeriod() bool {
	return !j.open("period") && metrics.Period(j.config.Period).Dated()
}

// day resolves one date property into d; ok is false when there is nothing to go on with.
func (j *judge) day(property, text string, otherwise timeexpr.Day, d *timeexpr.Day) bool {
	switch {
	case j.open(property):
		return false
	case text == "" && (j.config.RequestType == AccountMedia || j.config.form() == tables.Hourly):
		*d = otherwise
		return true
	case text == "" && !j.datedPeriod():
		return false
	case text == "":
		j.fail(plugin.Fail(fmt.Sprintf("%s must be given for period '%s'.", property, j.config.Period), hints[property]).On(property))
		return false
	}
	resolved, err := resolveDay(text, j.start)
	if err != nil {
		message, action := fmt.Sprintf("%s cannot be read as a day: %s", property, sentence(err.Error())), hints[property]
		var syntax *timeexpr.SyntaxError
		if j.properties.Show(property) != j.properties.Get(property) || !errors.As(err, &syntax) {
			message = fmt.Sprintf("%s cannot be read as a day.", property)
		}
		j.fail(plugin.Fail(message, action).On(property))
		return false
	}
	*d = resolved
	return true
}

// wholeRange refuses metrics that cannot be summed where one total does not cover the range.
func (j *judge) wholeRange(days window) {
	windows := days.rangeWindows()
	if len(windows) == 1 {
		return
	}
	longest := windows[len(windows)-1].days()
	for _, name := range j.config.AccountMetrics {
		if m, ok := metrics.Lookup(metrics.Account, name); ok && !m.Additive {
			j.fail(plugin.Fail(
				fmt.Sprintf("%s counts each account once, so that its %d days cannot be summed from parts; the API gives one total for at most %d days up to %s.",
					name, days.days(), longest, days.To),
				"Shorten the range, set aggregate to daily, or leave the metric out.").OnElement("accountMetrics", name))
		}
	}
}
