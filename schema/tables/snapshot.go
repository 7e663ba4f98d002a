package tables

import "slices"

// SnapshotDateColumn is the column that makes a table one of snapshots.
const SnapshotDateColumn = "snapshot_date"

// Snapshots returns l as a table of snapshots: its last column is the day of retrieved_at in America/Los_Angeles,
// snapshot_date, and its key ends with it. So each day's reading of what the API knows only as of now stays
// beside those of other days, and a second reading on one day takes the place of the first. It is for tables
// with retrieved_at. l stays as it is.
func (l Layout) Snapshots() Layout {
	l.Roles, l.Table.Columns, l.Table.Key = slices.Clone(l.Roles), slices.Clone(l.Table.Columns), slices.Clone(l.Table.Key)
	l.add(SnapshotDate, SnapshotDateColumn, dateType, "Day in America/Los_Angeles of retrieved_at, which the row is a snapshot of.")
	l.key(SnapshotDate)
	return l
}
