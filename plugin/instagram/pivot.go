package instagram

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// pivotRoles are the roles of columns that need no number.
var pivotRoles = map[tables.Role]shred.Role{
	tables.AccountID:   shred.RoleObject,
	tables.Date:        shred.RoleDate,
	tables.StartTime:   shred.RoleStartTime,
	tables.EndTime:     shred.RoleEndTime,
	tables.Period:      shred.RolePeriod,
	tables.Timeframe:   shred.RoleTimeframe,
	tables.MetricName:  shred.RoleMetric,
	tables.Hour:        shred.RoleHour,
	tables.Value:       shred.RoleValue,
	tables.RetrievedAt: shred.RoleRetrievedAt,
}

// pivotLayout returns the layout of a pivot into the table l, as far as it is the same for every split.
func pivotLayout(l tables.Layout, plan *shred.Insights) (shred.Layout, error) {
	out := shred.Layout{Schema: l.Table.Arrow(), Columns: make([]shred.Slot, len(l.Roles)), Range: l.Form == tables.Ranged}
	for i, c := range l.Roles {
		slot := shred.Slot{Role: pivotRoles[c.Role]}
		switch c.Role {
		case tables.Dimension:
			slot = shred.Slot{Role: shred.RoleDimension, Index: slices.Index(plan.Dimensions(), c.Name)}
		case tables.Measure:
			slot = shred.Slot{Role: shred.RoleMeasure, Index: slices.IndexFunc(plan.Measures(),
				func(m shred.Measure) bool { return m.Name == c.Name })}
		}
		if slot.Role == 0 || slot.Index < 0 {
			return shred.Layout{}, fmt.Errorf("column %s: nothing fills a %s", l.Table.Columns[i].Name, c.Role)
		}
		out.Columns[i] = slot
	}
	return out, nil
}

// pivot makes the rows of the split.
func (r *reading) pivot(facts *shred.Facts) (arrow.Record, error) {
	l := r.layout
	l.Period, l.Timeframe = r.source.config.Period, r.source.config.Timeframe
	l.RetrievedAt = r.work.start()
	if l.Range {
		l.Start, l.End = midnight(r.work.Days.From), midnight(r.work.Days.To+1)
	}
	if r.table.Shape == tables.Long {
		return facts.Long(l)
	}
	return facts.Wide(l)
}
