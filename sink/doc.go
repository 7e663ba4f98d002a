// Package sink holds what the sinks that write files share, and the list of all sinks by the name of
// their format.
//
// A format is a package of its own that makes itself known when it is imported, so that a program links
// only what it writes:
//
//	import (
//		"github.com/igsource/igsource/sink"
//		_ "github.com/igsource/igsource/sink/csv"
//	)
//
//	to, err := sink.Open(sink.Options{Format: "csv", Path: "out"})
//
// Register does the same for a sink of your own.
//
// # What a folder promises
//
// Folder is a plugin.Sink that writes one file a table, through the Encoder of a Format, and holds the
// runner's promises for it:
//
//   - Begin refuses a folder that cannot take the tables, as a *plugin.UserError that names the path, and
//     has then changed nothing.
//   - A file is there whole or not at all. Everything is written into a hidden folder inside the target
//     (so that it lies on the same file system) and moved into place at the end, all tables together. If
//     one file cannot be moved, those that were are put back as they were.
//   - A run that fails leaves the files of earlier runs as they were, and nothing of its own, not even a
//     folder that it had made.
//   - Only committed rows reach a file. What was written since the last Commit is held back, in memory up
//     to 8 MiB and in the hidden folder beyond it, so that Abort forgets it without a trace, and so that
//     no encoder has to be able to go back.
//   - Memory is bounded by that and by what an encoder keeps: a Chunker's worth for a table at most.
//
// A run that is killed leaves its hidden folder, .igsource-*, behind. Later runs leave it alone, because
// it may belong to a run that still goes on; it holds nothing that anybody reads and may be deleted.
//
// Two runs may write into one folder at a time. Where they write the same table, the later one stands.
//
// A sink's methods are called one at a time, as the runner does.
package sink
