package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestReportOfNotes(t *testing.T) {
	var many []plugin.Note
	for i := range 30 {
		many = append(many, plugin.Skipped{Metric: "views", Reason: "refused_metric", Code: 100, Subcode: 33, Object: fmt.Sprint("o", i), Count: 1})
	}
	src := source(
		script(plugintest.Step{Do: say(append(many,
			plugin.Skipped{Metric: "reach", Reason: "no_data", Object: "1", From: "2026-10-02", To: "2026-10-03", Count: 2},
			plugin.Warning{Text: "once"},
		)...), Mark: true}),
		script(plugintest.Step{Do: say(
			plugin.Skipped{Metric: "reach", Reason: "no_data", Object: "1", From: "2026-10-01", To: "2026-10-01", Count: 1},
			plugin.Skipped{Metric: "reach", Reason: "no_data", Object: "2", Count: 1},
			plugin.Skipped{Split: "other", Metric: "saves", Reason: "not_for_type", Count: 4},
			plugin.Warning{Text: "once"},
		), Table: "days", Rows: [][]any{row("a", 1), row("a", 1), row("b", 1)}, Mark: true}),
	)
	src.Remarks = []plugin.Failure{plugin.Fail("Unknown.", "Did you mean known?").On("knwon")}
	src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		req.Notes(plugin.Calls{Requests: 1, Counted: 1, Bytes: 10})
		req.Notes(plugin.Warning{Text: "planned"})
		return nil
	}
	report, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	require.NoError(t, err)
	text, err := json.Marshal(report)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"status": "complete",
		"tables": {"days": {"rows": 2, "duplicates": 1}},
		"calls": {"requests": 1, "counted": 1, "retries": 0, "wait_seconds": 0, "bytes": 10},
		"skipped": [
			{"split": "s0", "metric": "views", "reason": "refused_metric", "code": 100, "subcode": 33, "count": 30,
				"objects": ["o0","o1","o2","o3","o4","o5","o6","o7","o8","o9","o10","o11","o12","o13","o14","o15","o16","o17","o18","o19"]},
			{"metric": "reach", "reason": "no_data", "count": 4, "objects": ["1", "2"], "from": "2026-10-01", "to": "2026-10-03"},
			{"split": "other", "metric": "saves", "reason": "not_for_type", "count": 4, "objects": []}
		],
		"splits": [{"id": "s0", "status": "complete", "rows": 0}, {"id": "s1", "status": "complete", "rows": 2}],
		"warnings": ["knwon: Unknown. Did you mean known?", "planned", "once"]
	}`, string(text))
	assert.Equal(t, "complete: days 2 rows (1 duplicate left out)\n"+
		"calls: 1 request, 1 counted call, 10 bytes\n"+
		"absent: 30 values refused metric (views); 4 values no data (reach); 4 values not for type (saves)\n", report.Gist())
}

func TestReportOfLostObjects(t *testing.T) {
	var lost []plugin.Note
	for i := range 8 {
		lost = append(lost, plugin.Lost{Object: fmt.Sprint(i), Err: errBroken})
	}
	src := source(
		script(plugintest.Step{Do: say(lost...), Mark: true}),
		script(batch("a", "!"), plugintest.Step{Do: say(plugin.Lost{Object: "x"}), Err: &plugin.SplitError{Err: errBroken}}),
	)
	src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		req.Notes(plugin.Lost{Object: "account 7", Err: errBroken})
		return nil
	}
	report, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusPartial, report.Status)
	assert.Equal(t, []plugin.SplitReport{
		{ID: "s0", Status: plugin.StatusPartial, Error: "left out 0: broken; 1: broken; 2: broken; 3: broken; 4: broken; and 3 more"},
		{ID: "s1", Status: plugin.StatusPartial, Rows: 1, Error: "broken; left out x"},
	}, report.Splits)
	assert.Equal(t, []string{"left out account 7: broken"}, report.Warnings)
}

func TestReportOfARunThatFails(t *testing.T) {
	opts := options(t)
	opts.Parallelism = 1
	src := source(
		script(batch("a", "!")),
		script(batch("b", "!"), plugintest.Step{Table: "days", Rows: [][]any{row("a", 2)}, Mark: true}),
		script(batch("c", "!")),
	)
	report, err := plugin.Run(context.Background(), one(src), new(discard), opts)
	require.Error(t, err)
	text := "source brand, split s1: two different rows of table days share the key id=a"
	assert.Equal(t, text, report.Error)
	assert.Equal(t, plugin.SplitReport{ID: "s0", Status: plugin.StatusComplete, Rows: 1}, report.Splits[0])
	assert.Equal(t, plugin.SplitReport{ID: "s1", Status: plugin.StatusPartial, Rows: 1, Error: text}, report.Splits[1])
	assert.Equal(t, plugin.SplitReport{ID: "s2", Status: plugin.StatusNotRead}, report.Splits[2])
	assert.Equal(t, map[string]plugin.TableReport{"days": {Rows: 2}}, report.Tables)
	assert.Equal(t, "failed: "+text+"\n", report.Gist())
}

func TestReportGist(t *testing.T) {
	for _, c := range []struct {
		name   string
		report plugin.Report
		want   string
	}{
		{"nothing", plugin.Report{Status: plugin.StatusComplete}, "complete\n"},
		{"tables", plugin.Report{Status: plugin.StatusComplete, Tables: map[string]plugin.TableReport{"b": {Rows: 1}, "a": {}}}, "complete: a 0 rows, b 1 row\n"},
		{
			"calls",
			plugin.Report{Status: plugin.StatusComplete, Calls: plugin.CallsReport{Requests: 11, Counted: 214, Retries: 1, WaitSeconds: 2.5, Bytes: 1_234_567}},
			"complete\ncalls: 11 requests, 214 counted calls, 1 retry, waited 2.5 s, 1.2 MB\n",
		},
		{
			"sizes",
			plugin.Report{Status: plugin.StatusComplete, Calls: plugin.CallsReport{Requests: 1, Counted: 1, Retries: 2, Bytes: 2_000_000_000}},
			"complete\ncalls: 1 request, 1 counted call, 2 retries, 2.0 GB\n",
		},
		{"skipped", plugin.Report{Status: plugin.StatusComplete, Skipped: []plugin.SkippedReport{
			{Metric: "a", Reason: "no_data", Count: 1},
			{Metric: "b", Reason: "x", Count: 7},
			{Metric: "c", Reason: "no_data", Count: 1},
			{Metric: "d", Reason: "no_data", Count: 1},
			{Metric: "e", Reason: "no_data", Count: 1},
			{Reason: "y", Count: 1},
		}}, "complete\nabsent: 7 values x (b); 4 values no data (a, c, d and 1 more metric); 1 value y\n"},
		{"partial", plugin.Report{Status: plugin.StatusPartial, Splits: []plugin.SplitReport{
			{ID: "1", Status: plugin.StatusComplete},
			{Source: "in", ID: "2", Status: plugin.StatusPartial, Error: "e2"},
			{ID: "3", Status: plugin.StatusFailed, Error: "e3"},
			{ID: "4", Status: plugin.StatusFailed, Error: "e4"},
			{ID: "5", Status: plugin.StatusFailed, Error: "e5"},
			{ID: "6", Status: plugin.StatusFailed, Error: "e6"},
			{ID: "7", Status: plugin.StatusFailed, Error: "e7"},
		}}, "partial\nin 2 partial: e2\n3 failed: e3\n4 failed: e4\n5 failed: e5\n6 failed: e6\nand 1 split more\n"},
		{
			"failed",
			plugin.Report{Status: plugin.StatusFailed, Error: "why", Tables: map[string]plugin.TableReport{"a": {Rows: 1}}, Calls: plugin.CallsReport{Requests: 1, Counted: 1, Bytes: 2500}},
			"failed: why\ncalls: 1 request, 1 counted call, 2.5 kB\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.report.Gist()) })
	}
}
