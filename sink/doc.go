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
//     folder that it had made; but for what it keeps, hidden, for the next run.
//   - Only committed rows reach a file. What was written since the last Commit is held back, in memory up
//     to 8 MiB and in the hidden folder beyond it, so that Abort forgets it without a trace, and so that
//     no encoder has to be able to go back.
//   - Memory is bounded by that and by what an encoder keeps: a Chunker's worth for a table at most.
//
// # What a folder keeps
//
// A Folder is a plugin.StateKeeper. A host that calls Keep, as plugin.Run does, can go on with a run that did
// not come to its end; Stateless makes a sink of which that is not asked, and which leaves its files alone.
//
//   - _state.json, beside the files, has by the names of inputs what finished runs have reached. It is
//     replaced as a whole, together with the files. Where nothing is reached there is none.
//   - What an unfinished run has committed waits in a hidden folder of its input, .igsource.<input>.kept: for
//     each table the rows, as Arrow streams one behind the other, and a journal, a line a commit, with the
//     position and how many bytes with which checksum it appended to which table. A tail that was not
//     written whole is cut off at the last commit that was.
//   - What the run has read of splits whose turn has not come is the runner's, in .igsource.<input>.spool.
//   - At the end the files are written from there, in the order of one run: byte for byte what it would have
//     written. Rows of a table with a key that come again, after an interruption, stand once: of equal ones the
//     first, of others the last.
//   - Nothing is synced to the disk before a run ends: what is written survives the end of the process, and
//     when the machine itself goes down the checksums tell how much of it there is. What that costs is to read
//     some of it again. Files, manifests and the state are synced before they are put in place.
//   - Two runs with one input in one folder: the second is refused in Claim, and told of the first. The lock is
//     the system's, on .igsource.<input>.lock, and ends with the process: what a killed run leaves locks
//     nothing. Runs of other inputs go on side by side. Where they write the same table, the later one stands.
//   - Keep gives an unfinished run up that has another start or other properties. Claim removes the work folders,
//     .igsource-*, of runs of its inputs that were killed. One that a run left which was killed before it came to
//     Claim is left alone: nobody knows whose it is. It holds nothing that anybody reads and may be deleted.
//
// An incremental run (see Incremental) writes <table>/run=<start>/part.<extension>, and <table>/_manifest.json
// lists which parts are the table (see Manifest). Compact makes one part of them.
//
// A sink's methods are called one at a time, as the runner does.
package sink
