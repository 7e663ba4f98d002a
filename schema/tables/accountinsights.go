package tables

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/metrics"
)

// AccountInsightsTable is the name of the table of account insights.
const AccountInsightsTable = "account_insights"

// AccountInsightsOptions are what decides the table of account insights. Repeated metrics and
// dimensions count once.
type AccountInsightsOptions struct {
	Metrics   []string
	Period    metrics.Period
	Breakdown []string
	// Range asks for one row over the whole range of dates. It counts for dated periods alone.
	Range bool
	Shape Shape
}

// AccountInsights returns the layout of the account_insights table. Options that metrics.Choice finds
// a problem with have no table; the error says which, sentence by sentence.
func AccountInsights(o AccountInsightsOptions) (Layout, error) {
	l := Layout{Shape: o.Shape}
	l.Table.Name = AccountInsightsTable
	if l.Shape == "" {
		l.Shape = Wide
	}
	if err := o.check(); err != nil {
		return Layout{}, fmt.Errorf("table %s: %w", AccountInsightsTable, err)
	}
	for _, name := range o.Metrics {
		m, _ := metrics.Lookup(metrics.Account, name)
		if !slices.ContainsFunc(l.Metrics, func(o metrics.Metric) bool { return o.Name == name }) {
			l.Metrics = append(l.Metrics, m)
		}
	}
	for _, d := range o.Breakdown {
		if !slices.Contains(l.Dimensions, d) {
			l.Dimensions = append(l.Dimensions, d)
		}
	}
	l.Form = o.form(l.Metrics[0])
	if l.Shape == Long {
		l.longAccount()
	} else {
		l.wideAccount()
	}
	if err := l.Table.Check(); err != nil {
		return Layout{}, err
	}
	return l, nil
}

// check says why o has no table.
func (o AccountInsightsOptions) check() error {
	switch {
	case len(o.Metrics) == 0:
		return errors.New("no metric is chosen")
	case o.Period == "":
		return errors.New("no period is chosen")
	case o.Shape != "" && o.Shape != Wide && o.Shape != Long:
		return fmt.Errorf("%s is not a layout: choose wide or long", o.Shape)
	}
	problems := metrics.Choice{
		Object: metrics.Account, Metrics: o.Metrics, Period: o.Period, Breakdown: o.Breakdown, Range: o.Range,
	}.Problems()
	if len(problems) == 0 {
		return nil
	}
	sentences := make([]string, len(problems))
	for i, p := range problems {
		sentences[i] = p.Message + " " + p.Action
	}
	return errors.New(strings.Join(sentences, " "))
}

// form returns what a row covers. One metric tells, as those of a valid choice all have the same.
func (o AccountInsightsOptions) form(m metrics.Metric) Form {
	switch {
	case m.Demographic:
		return Demographic
	case m.Value == metrics.Map:
		return Hourly
	case o.Range && o.Period.Dated():
		return Ranged
	default:
		return Daily
	}
}

func (l *Layout) wideAccount() {
	l.accountID()
	switch l.Form {
	case Ranged:
		l.startTime()
		l.endTime()
		l.period()
	case Demographic:
		l.period()
		l.timeframe()
	default:
		l.date()
		l.endTime()
		l.period()
	}
	l.dimensions()
	for _, m := range l.Metrics {
		l.addNullable(Measure, m.Name, m.Name, valueType(m), measureDoc(m))
	}
	switch l.Form {
	case Ranged:
		l.key(AccountID, Period, StartTime, EndTime, Dimension)
	case Demographic:
		l.retrievedAt()
		l.key(AccountID, Period, Timeframe, Dimension)
	default:
		l.key(AccountID, Period, Date, Dimension)
	}
}

func (l *Layout) longAccount() {
	l.accountID()
	switch l.Form {
	case Ranged:
		l.startTime()
	case Daily, Hourly:
		l.date()
	}
	l.add(MetricName, "metric", textType, "Name of the metric that value belongs to.")
	l.period()
	if l.Form == Demographic {
		l.timeframe()
	} else {
		l.endTime()
	}
	l.dimensions()
	if l.Form == Hourly {
		l.addNullable(Hour, "", "hour", textType, "Hour of the day from 0 to 23, as the API names it.")
	}
	l.addNullable(Value, "", "value", floatType, "Value of the metric.")
	if l.Form == Demographic {
		l.retrievedAt()
	}
	// The key is every column but the value, the moment of reading, and an end that the date implies.
	for i, r := range l.Roles {
		if r.Role == Value || r.Role == RetrievedAt || r.Role == EndTime && l.Index(Date) >= 0 {
			continue
		}
		l.Table.Key = append(l.Table.Key, l.Table.Columns[i].Name)
	}
}

func (l *Layout) accountID() {
	l.add(AccountID, "account_id", textType, "Id of the Instagram account.")
}

func (l *Layout) date() {
	l.add(Date, "date", dateType, "Day in America/Los_Angeles that the row covers, or that its period ends with.")
}

func (l *Layout) startTime() {
	l.add(StartTime, "start_time", momentType, "Midnight in America/Los_Angeles at which the range begins.")
}

func (l *Layout) endTime() {
	doc := "Midnight in America/Los_Angeles at which the day ends."
	if l.Form == Ranged {
		doc = "Midnight in America/Los_Angeles at which the range ends."
	}
	l.add(EndTime, "end_time", momentType, doc)
}

func (l *Layout) period() {
	l.add(Period, "period", textType, "Period asked for: day, week, days_28 or lifetime.")
}

func (l *Layout) timeframe() {
	l.add(Timeframe, "timeframe", textType, "Timeframe asked for, such as this_month.")
}

func (l *Layout) dimensions() {
	for _, d := range l.Dimensions {
		l.addNullable(Dimension, d, d, textType, fmt.Sprintf("Value of the dimension %s that the row is for.", d))
	}
}

func (l *Layout) retrievedAt() {
	l.add(RetrievedAt, "retrieved_at", momentType, "Logical start time of the run that read the row, in whole seconds.")
}

func valueType(m metrics.Metric) arrow.DataType {
	switch m.Value {
	case metrics.Map:
		return countsType
	case metrics.Decimal:
		return floatType
	default:
		return intType
	}
}

func measureDoc(m metrics.Metric) string {
	switch {
	case m.Value == metrics.Map:
		return fmt.Sprintf("Values of the metric %s by hour of the day.", m.Name)
	case m.Unit != "":
		return fmt.Sprintf("Value of the metric %s in %s.", m.Name, m.Unit)
	default:
		return fmt.Sprintf("Value of the metric %s.", m.Name)
	}
}
