package instagram

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// snapshots makes the first table, whose layout is l, one of snapshots. What is decoded has no column for the day:
// it is the same for all rows, and added when they are delivered.
func (d *decoding) snapshots(l tables.Layout) {
	d.tables[0] = l.Snapshots().Table
	d.snapshot = d.tables[0].Arrow()
}

// addSnapshotDate adds the day of the run to the rows of the first table. What it made ends with done.
func (r *reading) addSnapshotDate(batches []plugin.Batch) (done func()) {
	var made []arrow.Record
	day := arrow.Date32(timeexpr.DayOf(r.work.start(), timeexpr.Pacific))
	for i, b := range batches {
		if b.Record == nil || b.Table != r.tables[0].Name {
			continue
		}
		days := array.NewDate32Builder(memory.DefaultAllocator)
		days.Reserve(int(b.Record.NumRows()))
		for range b.Record.NumRows() {
			days.UnsafeAppend(day)
		}
		column := days.NewArray()
		days.Release()
		columns := append(append([]arrow.Array(nil), b.Record.Columns()...), column)
		batches[i].Record = array.NewRecord(r.snapshot, columns, b.Record.NumRows())
		column.Release()
		made = append(made, batches[i].Record)
	}
	return func() {
		for _, rec := range made {
			rec.Release()
		}
	}
}
