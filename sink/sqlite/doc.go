// Package sqlite writes tables into an SQLite database, by the format sqlite:
//
//	to := sqlite.New("instagram.db", sqlite.Options{})
//	report, err := plugin.Run(ctx, inputs, to, plugin.RunOptions{})
//
// The database file is made where it is missing, its folder is not. It is SQLite in pure Go: no cgo.
//
// # Tables
//
// A table is made from its schema. Columns that the schema has gained since are added, and null in the rows
// that are there; nothing is ever dropped or retyped. What stands in the way is a *plugin.UserError of
// Begin, with nothing changed: a column of another declared type, another key, a view, a table without our
// unique index, a file that is read-only or no database, a folder that is missing, a full disk.
//
// Columns are declared as, and hold,
//
//	text                      TEXT
//	integers of up to 64 bits INTEGER
//	floats                    REAL        a not-a-number is null, minus zero is zero
//	booleans                  BOOLEAN     0 or 1
//	dates                     DATE        text, 2026-10-01
//	times of day              TIME        text, 22:36:43
//	timestamps with a zone    TIMESTAMP   text, 2019-09-26T22:36:43Z, always UTC
//	timestamps without one    DATETIME    text, 2019-09-26T22:36:43
//	maps, lists, structs      JSON        text that json_valid takes
//	bytes                     BLOB
//	uint64, decimals          DECIMAL_TEXT text with all digits
//
// SQLite's date functions read the dates and timestamps as they are. It has no place for the documentation
// of columns.
//
// Names may hold anything but NUL. Tables, and columns of one table, that differ by the case of A to Z alone
// are one to SQLite, and refused.
//
// # Keys
//
// The key of a table is a unique index, igsource_key_<table>, in which equal nulls are equal: a nullable
// part of a key stands in it as two expressions, (part IS NULL) and ifnull(part, an empty text). A row whose key is
// there replaces that row's columns, and leaves columns alone that the run does not write. Rows of a table
// without a key are added.
//
// # Transactions
//
// Rows go into their tables in a transaction that a mark ends, together with the mark itself. A transaction
// takes the marks that come within ten times what ending the last one took, a few milliseconds on a fast
// disk, to 10,000 rows and one second at most; Finish makes every mark durable. After a kill at any point
// the file holds the rows up to a mark, and that mark. While the run waits for the API longer than that, no
// transaction is open.
//
// A new file is made in WAL mode, so that others can read while a run writes; a file that is there keeps the
// mode that it has. In WAL mode synchronous is NORMAL: a killed process loses nothing, a power failure may
// take the last transactions, rows and marks together, and Finish syncs all. In other modes it is FULL,
// without which a power failure could damage the file.
//
// Rows of a failed run stay, up to its last mark.
//
// # State
//
// The Sink is a plugin.StateStore. The state lies in the table igsource_state, a row a thing: columns
// input, kind (version, start, properties, mark, coming, reached), name and value, all text.
//
// Two runs with one input and one file keep each other out, from Claim to Finish: beside the database stands
// a file <database>.<input>.lock, locked by the system and naming its holder. The lock ends with the process
// that holds it, also when that is killed; the file that is then left behind may be deleted and does no
// harm. On network file systems it works across hosts as far as they lock files, which SQLite itself relies
// on there.
//
// What a run has read ahead, SpoolDir, lies in a folder <database>.<input>.spool.
package sqlite
