package plugin

import "github.com/apache/arrow/go/v15/arrow"

// A Batch is some rows of one table, a mark, or both.
type Batch struct {
	// Table is the table that Record belongs to; empty when Record is nil.
	Table string
	// Record is lent until the loop asks for the next batch; nil for a mark alone.
	Record arrow.Record
	// Mark, when not empty, says that all rows of the split up to and including this batch, in all its
	// tables, are complete. The last batch of a split carries one.
	Mark Mark
}

// A Mark is a place in a split from which it can be read on. It is opaque and holds no secret; the
// empty mark is none.
type Mark string
