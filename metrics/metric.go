package metrics

import "slices"

// An Object is what a metric is measured on.
type Object string

// The two objects that have insights.
const (
	Account Object = "account"
	Media   Object = "media"
)

// A Period is the span one value of a metric covers.
type Period string

// The periods of the API that answer. Week and Days28 roll: every day has one, which ends with it.
const (
	Day      Period = "day"
	Week     Period = "week"
	Days28   Period = "days_28"
	Lifetime Period = "lifetime"
)

// Dated says whether rows of p belong to days of a range that the user gives.
func (p Period) Dated() bool { return p == Day || p == Week || p == Days28 }

// A Type is the way the API delivers a metric of an account: its metric_type parameter.
type Type string

// The ways. A metric of media has none.
const (
	// TimeSeries gives one value for each day of the window.
	TimeSeries Type = "time_series"
	// TotalValue gives one value for the whole window, by dimensions if a breakdown is asked for.
	TotalValue Type = "total_value"
)

// A ValueType is what a value of a metric is.
type ValueType string

// The value types. Map is whole numbers by name, such as followers online by hour.
const (
	Integer ValueType = "integer"
	Decimal ValueType = "decimal"
	Map     ValueType = "map"
)

// A Status says whether the API answers a metric.
type Status string

// The statuses. EnumOnly metrics are named by the API, yet nothing says what they hold.
const (
	Current  Status = "current"
	Removed  Status = "removed"
	EnumOnly Status = "enum_only"
)

// A Metric is one entry of the catalogue. Its JSON form is what `igsource metrics --json` prints.
type Metric struct {
	Name   string `json:"name"`
	Object Object `json:"object"`
	Status Status `json:"status"`
	// Periods are those the metric can be asked for.
	Periods []Period `json:"periods"`
	// Types are the ways the metric comes in; empty for media, which know no metric_type.
	Types []Type `json:"types"`
	// Breakdowns are the dimensions it can be divided by, alone or together.
	Breakdowns []string `json:"breakdowns"`
	// BreakdownRequired says that it has no value without one of them.
	BreakdownRequired bool `json:"breakdown_required"`
	// Timeframes are the spans of a demographic metric, which takes no dates.
	Timeframes []string `json:"timeframes"`
	// ProductTypes are the media_product_types that have the metric; empty for accounts.
	ProductTypes []string  `json:"product_types"`
	Value        ValueType `json:"value,omitempty"`
	// Unit is that of the value where it is no plain count: ms or percent.
	Unit string `json:"unit,omitempty"`
	// Additive says that the values of two spans that do not overlap add up to that of both. Where it
	// is not known, it is false.
	Additive bool `json:"additive"`
	// Login is the only login whose host has the metric, or empty for both.
	Login string `json:"login,omitempty"`
	// ReachDays is how many days back the API answers, today not counted; 0: no limit is known.
	ReachDays int `json:"reach_days,omitempty"`
	// MinFollowers is how many followers an account needs before it has values.
	MinFollowers int `json:"min_followers,omitempty"`
	// Alone says that the metric has a table of its own and stands with no other.
	Alone bool `json:"alone,omitempty"`
	// Separate says that the metric fails the whole request for objects it does not suit, and so is
	// asked for in a request of its own.
	Separate bool `json:"separate,omitempty"`
	// Demographic says that it describes people over a timeframe, by dimensions, and not by date.
	Demographic bool `json:"demographic,omitempty"`
	// Since is the first day it is known from, yyyy-mm-dd; it may be older.
	Since string `json:"since,omitempty"`
	// Removed is the day it ended for every version, yyyy-mm-dd.
	Removed string `json:"removed,omitempty"`
	// RemovedIn is the first version without it, where a version took it away.
	RemovedIn string `json:"removed_in,omitempty"`
	// ReplacedBy is the metric of the same object to use instead, ReplacedWith the breakdown it needs
	// to say the same.
	ReplacedBy   string   `json:"replaced_by,omitempty"`
	ReplacedWith []string `json:"replaced_with,omitempty"`
	// Product is the product a metric belongs to where that is not Instagram, such as threads.
	Product string `json:"product,omitempty"`
	Notes   string `json:"notes,omitempty"`
}

// Takes says whether m can be divided by all of dimensions.
func (m Metric) Takes(dimensions ...string) bool {
	for _, d := range dimensions {
		if !slices.Contains(m.Breakdowns, d) {
			return false
		}
	}
	return true
}

// Has says whether m can be delivered as t.
func (m Metric) Has(t Type) bool { return slices.Contains(m.Types, t) }
