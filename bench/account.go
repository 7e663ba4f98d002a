package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/shred"
)

var (
	accountMetrics = slices.Concat(seriesMetrics, totalMetrics)
	accountSchema  = arrow.NewSchema(append([]arrow.Field{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "end_time", Type: timestamp},
		{Name: "period", Type: arrow.BinaryTypes.String},
	}, metricFields(accountMetrics)...), nil)
)

// accountShred decodes the answers of a window with shred, into one record with a row a day.
type accountShred struct {
	facts   *shred.Facts
	layout  shred.Layout
	pacific *time.Location
}

func newAccountShred(pacific *time.Location) *accountShred {
	plan, err := shred.CompileInsights(measures(accountMetrics...), nil)
	if err != nil {
		panic(err)
	}
	a := &accountShred{facts: plan.NewFacts(), pacific: pacific}
	a.layout = shred.Layout{Schema: accountSchema, Period: "day", Columns: []shred.Slot{
		{Role: shred.RoleObject}, {Role: shred.RoleDate}, {Role: shred.RoleEndTime}, {Role: shred.RolePeriod},
	}}
	for i := range accountMetrics {
		a.layout.Columns = append(a.layout.Columns, shred.Slot{Role: shred.RoleMeasure, Index: i})
	}
	return a
}

func (a *accountShred) decode(w window) (arrow.Record, error) {
	a.facts.Reset()
	s := shred.Scope{Object: w.account, Location: a.pacific, From: int32(w.from), To: int32(w.from + windowDays - 1)}
	if _, err := a.facts.Decode(w.series, s); err != nil {
		return nil, err
	}
	for i, page := range w.totals {
		s.Day = int32(w.from + i)
		if _, err := a.facts.Decode(page, s); err != nil {
			return nil, err
		}
	}
	return a.facts.Wide(a.layout)
}

// accountMaps does the same with encoding/json into maps, and Arrow's builders.
type accountMaps struct {
	rows    *array.RecordBuilder
	pacific *time.Location
}

func newAccountMaps(pacific *time.Location) *accountMaps {
	return &accountMaps{rows: array.NewRecordBuilder(memory.DefaultAllocator, accountSchema), pacific: pacific}
}

func (a *accountMaps) decode(w window) (arrow.Record, error) {
	days := map[int]map[string]int64{}
	put := func(day int, metric string, value any) {
		if days[day] == nil {
			days[day] = map[string]int64{}
		}
		if n, ok := value.(float64); ok {
			days[day][metric] = int64(n)
		}
	}
	for i, page := range slices.Concat([][]byte{w.series}, w.totals) {
		var answer map[string]any
		if err := json.Unmarshal(page, &answer); err != nil {
			return nil, err
		}
		data, ok := answer["data"].([]any)
		if !ok {
			return nil, fmt.Errorf("no data")
		}
		for _, e := range data {
			entry, _ := e.(map[string]any)
			name, _ := entry["name"].(string)
			if total, ok := entry["total_value"].(map[string]any); ok {
				put(w.from+i-1, name, total["value"])
			}
			points, _ := entry["values"].([]any)
			for _, p := range points {
				point, _ := p.(map[string]any)
				text, _ := point["end_time"].(string)
				end, err := time.Parse(apiTime, text)
				if err != nil {
					return nil, err
				}
				y, m, d := end.Add(-12 * time.Hour).In(a.pacific).Date()
				day := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
				if day >= w.from && day < w.from+windowDays {
					put(day, name, point["value"])
				}
			}
		}
	}
	order := make([]int, 0, len(days))
	for day := range days {
		order = append(order, day)
	}
	slices.Sort(order)
	for _, day := range order {
		a.rows.Field(0).(*array.StringBuilder).Append(w.account)
		a.rows.Field(1).(*array.Date32Builder).Append(arrow.Date32(day))
		end := time.Date(1970, 1, 1+day+1, 0, 0, 0, 0, a.pacific)
		a.rows.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(end.UnixMicro()))
		a.rows.Field(3).(*array.StringBuilder).Append("day")
		for i, m := range accountMetrics {
			if n, ok := days[day][m.name]; ok {
				a.rows.Field(4 + i).(*array.Int64Builder).Append(n)
			} else {
				a.rows.Field(4 + i).AppendNull()
			}
		}
	}
	return a.rows.NewRecord(), nil
}
