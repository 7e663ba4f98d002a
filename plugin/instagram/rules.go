package instagram

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// moment is when properties are judged: macros may stand at configure time, and not at run time.
type moment bool

const (
	atConfigureTime moment = false
	atRunTime       moment = true
)

// metricKinds are the properties that hold the parts of a metrics.Choice.
var metricKinds = map[metrics.Kind]string{
	metrics.KindMetrics:   "accountMetrics",
	metrics.KindPeriod:    "period",
	metrics.KindBreakdown: "breakdown",
	metrics.KindTimeframe: "timeframe",
	metrics.KindRange:     "aggregate",
	metrics.KindLogin:     "login",
}

// judge collects what is wrong with the properties.
type judge struct {
	*Source
	start    time.Time
	failures []plugin.Failure
	warnings []plugin.Failure
	// dated are failures of the dates inside queries, which decide no table.
	dated []plugin.Failure
	// choice is what the properties come to; complete when there are no failures.
	choice choice
}

// check applies every rule, with start as the logical start time, and returns every failure at once.
func (s *Source) check(start time.Time, when moment) (choice, []plugin.Failure) {
	j := s.judge(start)
	j.failures = append(j.failures, j.dated...)
	if when == atRunTime {
		for _, name := range s.properties.Descriptor().PropertyNames() {
			if s.properties.IsMacro(name) {
				j.fail(plugin.Fail(fmt.Sprintf("%s still holds a macro without a value.", name),
					"Give its arguments when the run starts.").On(name))
			}
		}
	}
	return j.choice, j.failures
}

func (s *Source) judge(start time.Time) *judge {
	j := &judge{Source: s, start: start}
	j.failures = append(j.failures, s.properties.Failures()...)
	j.failures = append(j.failures, s.bindFailures...)
	j.warnings = append(j.warnings, s.properties.Warnings()...)
	j.tags()
	j.truths("incremental", "snapshots")
	switch s.config.RequestType {
	case AccountInsights:
		j.problems(j.metricChoice().Problems(), metricKinds)
		j.dates()
	case AccountProfile:
		j.fields()
	case AccountMedia:
		j.media()
		j.mediaDates()
	case MediaInsights:
		j.media()
	case Query:
		j.queryRules()
	}
	j.accounts()
	j.secrets()
	return j
}

func (j *judge) fail(f plugin.Failure) { j.failures = append(j.failures, f) }

// failed says whether something is wrong with a property already.
func (j *judge) failed(property string) bool {
	return slices.ContainsFunc(j.failures, func(f plugin.Failure) bool {
		name, _ := f.Property()
		return name == property
	})
}

// open says that a property has no value to judge yet, or none that can be judged.
func (j *judge) open(property string) bool {
	return j.properties.IsMacro(property) || j.failed(property)
}

// tags applies the rules that stand at Config's members.
func (j *judge) tags() {
	err := rules().Struct(j.config)
	var wrong validator.ValidationErrors
	if !errors.As(err, &wrong) {
		if err != nil {
			j.fail(plugin.Fail("The properties cannot be checked: "+err.Error(), ""))
		}
		return
	}
	for _, w := range wrong {
		property, _, _ := strings.Cut(w.Field(), "[")
		if j.open(property) {
			continue
		}
		j.fail(j.tagFailure(property, w))
	}
}

// tagFailure words the failure of a rule that stands at a member.
func (j *judge) tagFailure(property string, w validator.FieldError) plugin.Failure {
	shown := j.properties.Show(property)
	element, single := w.Value().(string)
	if single && w.Field() != property {
		shown = element
	}
	var f plugin.Failure
	switch w.Tag() {
	case "required_if":
		f = plugin.Fail(fmt.Sprintf("%s must be given for request type '%s'.", property, j.config.RequestType), hints[property])
	case "oneof":
		f = plugin.Fail(fmt.Sprintf("'%s' is not a valid %s.", shown, property),
			fmt.Sprintf("Choose one of '%s'.", strings.Join(strings.Fields(w.Param()), "', '")))
	case "reference_name":
		// CDAP's own words.
		return plugin.Fail(fmt.Sprintf("Invalid reference name '%s'.", shown),
			"Supported characters are: letters, numbers, and '_', '-', '.', or '$'.").On(property)
	case "account_id":
		f = plugin.Fail(fmt.Sprintf("'%s' is not an Instagram user id.", shown),
			"An id is digits only, such as 17841400000000001; write all for every account that the token reaches.")
	case "media_id":
		f = plugin.Fail(fmt.Sprintf("'%s' is not a media id.", shown), "An id is digits only, such as 17900000000000001.")
	case "field_name":
		f = plugin.Fail(fmt.Sprintf("'%s' is not the name of a field.", shown), "A name is letters, digits and _ only.")
	case "api_version":
		f = plugin.Fail(fmt.Sprintf("'%s' is not a version of the Graph API.", shown), "Write it as v25.0.")
	case "lte", "gte":
		if hint, days := hints[property]; days {
			f = plugin.Fail(fmt.Sprintf("'%s' is not a valid %s.", shown, property), hint)
			break
		}
		f = plugin.Fail(fmt.Sprintf("%s must not be negative.", property), "Write a duration such as 10m, or seconds.")
	default:
		f = plugin.Fail(fmt.Sprintf("'%s' is not a valid %s.", shown, property), hints[property])
	}
	if single && w.Field() != property {
		return f.OnElement(property, element)
	}
	return f.On(property)
}

// truths refuses what is neither true nor false: it would count as false without a word.
func (j *judge) truths(properties ...string) {
	for _, property := range properties {
		if text := j.properties.Get(property); !j.open(property) && !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
			j.fail(plugin.Fail(fmt.Sprintf("'%s' is not a valid %s.", j.properties.Show(property), property), "Choose one of 'true', 'false'.").On(property))
		}
	}
}

// hints say what to do about a property that is missing.
var hints = map[string]string{
	"accountId":      "Enter one or more Instagram user ids separated by commas, or all.",
	"mediaId":        "Enter one or more media ids separated by commas.",
	"mediaMetrics":   "Enter one or more metrics separated by commas, or all; igsource metrics lists them.",
	"accountMetrics": "Enter one or more metrics separated by commas; igsource metrics lists them.",
	"period":         "Choose one of 'day', 'week', 'days_28', 'lifetime'.",
	"fromDate":       "Enter the first day as yyyy-mm-dd, unix seconds, or an expression such as 30 days ago.",
	"queries":        queriesExample,
	"lookback":       "Enter a number of days from 0 to 3650.",
	"refreshDays":    "Enter a number of days from 0 to 3650.",
	"toDate":         "Enter the last day as yyyy-mm-dd, unix seconds, or an expression such as yesterday.",
}

// secrets refuses tokens that cannot travel: nothing of them is told but where they are.
func (j *judge) secrets() {
	for _, property := range []string{"accessToken", "appSecret"} {
		text := j.properties.Secret(property)
		odd := strings.ContainsFunc(text.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' })
		if odd && !j.open(property) {
			j.fail(plugin.Fail(fmt.Sprintf("%s holds a space or another character that none has.", property),
				"Copy it again, whole and without line breaks.").On(property))
		}
	}
}

// accounts refuses all beside ids.
func (j *judge) accounts() {
	if len(j.config.AccountID) > 1 && slices.Contains(j.config.AccountID, allAccounts) {
		j.fail(plugin.Fail("'all' stands among account ids.", "Give either all or ids.").OnElement("accountId", allAccounts))
	}
}

// problems takes in what is wrong with chosen metrics and what they are asked with.
func (j *judge) problems(problems []metrics.Problem, kinds map[metrics.Kind]string) {
	lists := []string{"accountMetrics", "mediaMetrics", "breakdown"}
	for _, p := range problems {
		property := kinds[p.Kind]
		f := plugin.Fail(p.Message, p.Action)
		switch {
		case j.properties.IsMacro(property):
		case slices.Contains(lists, property) && p.Element != "":
			j.fail(f.OnElement(property, p.Element))
		case !j.failed(property):
			j.fail(f.On(property))
		}
	}
}

// metricChoice is the properties as the catalogue judges them.
func (s *Source) metricChoice() metrics.Choice {
	c := s.config
	choice := metrics.Choice{
		Object: metrics.Account, Metrics: c.AccountMetrics, Period: metrics.Period(c.Period),
		Breakdown: c.Breakdown, Timeframe: c.Timeframe, Range: c.Range(), Login: c.Login,
	}
	choice.Open = s.openKinds(metricKinds)
	return choice
}

// form returns what a row of the chosen metrics covers; meaningful when they are good.
func (c *Config) form() tables.Form {
	for _, name := range c.AccountMetrics {
		if m, ok := metrics.Lookup(metrics.Account, name); ok {
			switch {
			case m.Demographic:
				return tables.Demographic
			case m.Alone:
				return tables.Hourly
			}
		}
	}
	if c.Range() {
		return tables.Ranged
	}
	return tables.Daily
}

// fields judges the profile fields against the node catalogue.
func (j *judge) fields() {
	if j.open("fields") || j.properties.IsMacro("login") {
		return
	}
	failures, warnings := tables.CheckProfileFields(j.config.Fields, j.config.Login)
	j.fieldRemarks(failures, warnings)
}

// fieldRemarks takes in what is to be said of fields.
func (j *judge) fieldRemarks(failures, warnings []tables.Remark) {
	for _, r := range failures {
		j.fail(plugin.Fail(r.Message, r.Action).OnElement("fields", r.Element))
	}
	for _, r := range warnings {
		j.warnings = append(j.warnings, plugin.Fail(r.Message, r.Action).OnElement("fields", r.Element))
	}
}

// sentence makes an error's text a sentence: a full stop at its end.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// today is the logical start time's day.
func (j *judge) today() timeexpr.Day { return timeexpr.DayOf(j.start, timeexpr.Pacific) }
