// Package arrow writes tables as Arrow IPC streams, <table>.arrow. Importing it makes the format arrow
// known to sink.Open.
//
//	to := arrow.New("out")
//	report, err := plugin.Run(ctx, sources, to, plugin.RunOptions{})
//
// The schema is the table's own, with its name and key as metadata (schema.FromArrow reads the table
// back). Batches hold up to 32,768 rows and about 4 MiB, cut by the rows alone, so that the same rows
// give the same bytes. They are not compressed: every Arrow reader takes them, and may map them into
// memory.
package arrow
