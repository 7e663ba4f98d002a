package instagram_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
)

// configure opens the source as at configure time: macros stay.
func configure(t testing.TB, p map[string]string) plugin.Source {
	t.Helper()
	source, err := plugin.Open(igsource.Instagram, p, plugin.Options{Start: now, Environment: plugin.Environment{Clock: clock.NewFake(now)}})
	require.NoError(t, err)
	return source
}

// lines are failures as property(element): message action.
func lines(failures []plugin.Failure) []string {
	out := []string{}
	for _, f := range failures {
		property, element := f.Property()
		if element != "" {
			property += "(" + element + ")"
		}
		out = append(out, strings.TrimSpace(property+": "+f.Message+" "+f.CorrectiveAction))
	}
	return out
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]string
		want   []string
	}{
		"good": {},
		"everything missing": {
			map[string]string{"referenceName": "", "accessToken": "", "requestType": ""},
			[]string{
				"referenceName: Required property 'referenceName' has no value.",
				"accessToken: Required property 'accessToken' has no value.",
				"requestType: Required property 'requestType' has no value.",
			},
		},
		"account insights without its properties": {
			map[string]string{"accountId": "", "accountMetrics": "", "period": "", "fromDate": "", "toDate": ""},
			[]string{
				"accountId: accountId must be given for request type 'account_insights'. Enter one or more Instagram user ids separated by commas, or all.",
				"accountMetrics: accountMetrics must be given for request type 'account_insights'. Enter one or more metrics separated by commas; igsource metrics lists them.",
				"period: period must be given for request type 'account_insights'. Choose one of 'day', 'week', 'days_28', 'lifetime'.",
			},
		},
		"a dated period without dates": {
			map[string]string{"fromDate": "", "toDate": ""},
			[]string{
				"fromDate: fromDate must be given for period 'day'. Enter the first day as yyyy-mm-dd, unix seconds, or an expression such as 30 days ago.",
				"toDate: toDate must be given for period 'day'. Enter the last day as yyyy-mm-dd, unix seconds, or an expression such as yesterday.",
			},
		},
		"several at once": {
			map[string]string{"referenceName": "a b", "accessToken": "", "accountMetrics": "vews,saved", "fromDate": "2026-11-21", "toDate": "2026-11-01"},
			[]string{
				"accessToken: Required property 'accessToken' has no value.",
				"referenceName: Invalid reference name 'a b'. Supported characters are: letters, numbers, and '_', '-', '.', or '$'.",
				"accountMetrics(vews): vews is not a metric of accounts. Use views, which is the nearest name.",
				"accountMetrics(saved): saved is a metric of media, not of accounts. Use saves, which is the nearest name for accounts.",
				"fromDate: fromDate 2026-11-21 is after toDate 2026-11-01. Swap them, or move one.",
			},
		},
		"request type": {
			map[string]string{"requestType": "stories"},
			[]string{"requestType: 'stories' is not a valid requestType. Choose one of 'account_insights', 'media_insights', 'account_profile', 'account_media', 'query'."},
		},
		"an id with letters": {
			map[string]string{"accountId": "17841400000000001,brand"},
			[]string{"accountId(brand): 'brand' is not an Instagram user id. An id is digits only, such as 17841400000000001; write all for every account that the token reaches."},
		},
		"all among ids": {
			map[string]string{"accountId": "all,17841400000000001"},
			[]string{"accountId(all): 'all' stands among account ids. Give either all or ids."},
		},
		"a date that is none": {
			map[string]string{"fromDate": "2026-02-30"},
			[]string{"fromDate: fromDate cannot be read as a day: *"},
		},
		"fromDate in the future": {
			map[string]string{"fromDate": "2026-11-23", "toDate": "2026-11-24"},
			[]string{"fromDate: fromDate 2026-11-23 is after today, 2026-11-22. Enter a day that has begun in Pacific time."},
		},
		"a range too long for unique accounts": {
			map[string]string{"aggregate": "range", "fromDate": "2026-09-01"},
			[]string{"accountMetrics(reach): reach counts each account once, so that its 82 days cannot be summed from parts; the API gives one total for at most 29 days up to 2026-11-21. Shorten the range, set aggregate to daily, or leave the metric out."},
		},
		"a version, a login, durations": {
			map[string]string{"apiVersion": "25", "login": "threads", "maxRetryDuration": "soon", "requestTimeout": "-1"},
			[]string{
				"maxRetryDuration: *",
				"requestTimeout: *",
				"login: 'threads' is not a valid login. Choose one of 'facebook', 'instagram'.",
				"apiVersion: '25' is not a version of the Graph API. Write it as v25.0.",
			},
		},
		"a token with a space": {
			map[string]string{"accessToken": "EAAB half"},
			[]string{"accessToken: accessToken holds a space or another character that none has. Copy it again, whole and without line breaks."},
		},
		"a removed metric": {
			map[string]string{"accountMetrics": "impressions"},
			[]string{"accountMetrics(impressions): *2025-04-21*views*"},
		},
		"dates that are wrong whatever the period": {
			map[string]string{"period": "month", "fromDate": "2026-11-20", "toDate": "2026-11-19"},
			[]string{"period: *", "fromDate: fromDate 2026-11-20 is after toDate 2026-11-19. Swap them, or move one."},
		},
		"what the filters hide": {
			map[string]string{"fields": "no such, thing", "timeframe": "never"},
			nil,
		},
		"profile fields": {
			map[string]string{"requestType": "account_profile", "fields": "media,is_published", "login": "instagram", "accountMetrics": "", "period": ""},
			[]string{
				"fields(media): media is an edge of an account and not a field of it. Leave it out, and read it with a query.",
				"fields(is_published): is_published can be read with the facebook login alone. Leave it out, or set the login to facebook.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := lines(configure(t, properties(c.change)).Validate())
			require.Len(t, got, len(c.want), "%q", got)
			for i, want := range c.want {
				for _, part := range strings.Split(want, "*") {
					assert.Contains(t, got[i], part)
				}
			}
		})
	}
}

func TestMacrosAreNotJudgedBeforeTheyHaveValues(t *testing.T) {
	p := properties(map[string]string{
		"accessToken": "${secure(instagram)}", "accountId": "${account}", "accountMetrics": "${metrics}",
		"fromDate": "${logicalStartTime(yyyy-MM-dd,7d)}", "toDate": "${to}",
	})
	source := configure(t, p)
	require.Empty(t, lines(source.Validate()))
	_, err := source.Tables()
	require.ErrorIs(t, err, plugin.ErrSchemaUnknown)

	_, err = source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
	var invalid *plugin.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Failures, 5)

	p["accountMetrics"] = "reach"
	tables, err := configure(t, p).Tables()
	require.NoError(t, err, "dates and token do not decide the schema")
	require.Equal(t, "account_insights", tables[0].Name)
}

func TestWarnings(t *testing.T) {
	source := configure(t, properties(map[string]string{"toDate": "2026-12-24", "acountId": "1"}))
	require.Empty(t, lines(source.Validate()))
	got := lines(source.(plugin.Warner).Warnings())
	require.Len(t, got, 2)
	assert.Contains(t, got[0], "accountId")
	assert.Equal(t, "toDate: toDate 2026-12-24 is after today; reading to today, 2026-11-22.", got[1])

	source = configure(t, properties(map[string]string{
		"accountMetrics": "follower_demographics", "breakdown": "age", "period": "lifetime", "toDate": "",
	}))
	require.Empty(t, lines(source.Validate()))
	require.Equal(t, []string{"fromDate: fromDate is ignored. Demographics are of a timeframe, not of dates."},
		lines(source.(plugin.Warner).Warnings()))
}

// The descriptor's options are the catalogue's, so that a form offers what can be read.
func TestDescriptorOffersTheCatalogue(t *testing.T) {
	var widgets struct {
		Groups []struct {
			Properties []struct {
				Name       string `json:"name"`
				Attributes struct {
					Options []json.RawMessage `json:"options"`
				} `json:"widget-attributes"`
			} `json:"properties"`
		} `json:"configuration-groups"`
	}
	require.NoError(t, json.Unmarshal(igsource.Descriptor().JSON(), &widgets))
	options := make(map[string][]string)
	for _, g := range widgets.Groups {
		for _, p := range g.Properties {
			for _, o := range p.Attributes.Options {
				var option struct{ ID, Value string }
				require.NoError(t, json.Unmarshal(o, &option))
				options[p.Name] = append(options[p.Name], option.ID+option.Value)
			}
		}
	}
	assert.Equal(t, metrics.Names(metrics.Account), options["accountMetrics"])
	assert.Equal(t, append([]string{"all"}, metrics.Names(metrics.Media)...), options["mediaMetrics"])
	assert.ElementsMatch(t, append(metrics.Dimensions(metrics.Account), metrics.Dimensions(metrics.Media)...), options["breakdown"])
	assert.ElementsMatch(t, metrics.Timeframes(metrics.Account), options["timeframe"])
	var periods []string
	for _, p := range metrics.Periods(metrics.Account) {
		periods = append(periods, string(p))
	}
	assert.ElementsMatch(t, periods, options["period"])
}

// A form shows what a request type needs, and nothing else.
func TestDescriptorFilters(t *testing.T) {
	d := igsource.Descriptor()
	visible := d.Visible(map[string]string{"requestType": "account_profile"})
	assert.True(t, visible("fields"))
	assert.False(t, visible("accountMetrics"))
	visible = d.Visible(map[string]string{"requestType": "account_insights", "period": "lifetime"})
	assert.True(t, visible("timeframe"))
	assert.False(t, visible("aggregate"))
	assert.False(t, visible("fields"))
	visible = d.Visible(map[string]string{"requestType": "query"})
	var shown []string
	for _, name := range d.PropertyNames() {
		if visible(name) {
			shown = append(shown, name)
		}
	}
	assert.Equal(t, []string{
		"referenceName", "accessToken", "requestType", "queries", "login", "apiVersion", "appSecret", "errorHandling", "incremental", "maxRetryDuration", "requestTimeout",
	}, shown)
	for _, kind := range []string{"account_insights", "media_insights", "account_profile", "account_media"} {
		assert.False(t, d.Visible(map[string]string{"requestType": kind})("queries"), kind)
	}
	for _, name := range d.PropertyNames() {
		assert.True(t, d.Visible(map[string]string{"requestType": "${type}", "period": "${period}"})(name), name)
	}
}
