// Package duckdb writes tables into a DuckDB database, by the format duckdb:
//
//	to := duckdb.New("instagram.duckdb", duckdb.Options{})
//	report, err := plugin.Run(ctx, inputs, to, plugin.RunOptions{})
//
// The database file is made where it is missing, its folder is not. Batches go into DuckDB as Arrow, over
// the memory they stand in.
//
// It is a module of its own, because DuckDB is a library in C++: building it takes cgo and the build tag
// duckdb_arrow, without which the compiler says so. The driver brings the library for Linux, macOS and
// Windows. No extension is ever fetched: json and icu are built into it.
//
// # Tables
//
// A table is made in the schema main from its schema, with the documentation of columns as their comments.
// Columns that the schema has gained since are added, and null in the rows that are there; nothing is ever
// dropped or retyped. What stands in the way is a *plugin.UserError of Begin, with nothing changed: a column
// of another type, another key, a view, a file that is read-only, no database, or open in another program, a
// folder that is missing, a full disk.
//
//	text                      VARCHAR
//	integers of up to 64 bits BIGINT
//	floats                    DOUBLE
//	booleans                  BOOLEAN
//	dates                     DATE
//	times of day              TIME
//	timestamps with a zone    TIMESTAMP WITH TIME ZONE
//	timestamps without one    TIMESTAMP
//	maps, lists, structs      JSON
//	bytes                     BLOB
//	uint64                    UBIGINT
//	decimals                  DECIMAL of the same digits; VARCHAR with all digits where DuckDB has none such
//
// Times are kept to the microsecond, and nanoseconds cut. A byte of a text that is no UTF-8 becomes U+FFFD,
// as in JSON; in a text that is a part of the key it is an error of Write instead: two rows could become one.
//
// Names may hold anything but NUL. Tables, and columns of one table, that differ by the case of A to Z alone
// are one to DuckDB, and refused.
//
// # Keys
//
// The key of a table stands in the table igsource_keys, which holds no rows but names. There is no index:
// one of DuckDB's cannot hold nulls equal, and stands in memory whole. Instead the rows of a transaction are
// joined with the table by IS NOT DISTINCT FROM. A row whose key is there replaces that row's columns, and
// leaves columns alone that the run does not write; all others are added in the order in which they came.
// Rows of a table without a key are added.
//
// # Transactions
//
// Rows are held back in temporary tables until a mark ends them, which spill to a folder <database>.tmp. Then
// they are merged into their tables and committed together with the mark. Marks that come close to each other
// share a transaction, as sqltable.Pace says, to 10,000 rows and one second at most; Finish makes every mark
// durable. After a kill at any point the database holds the rows up to a mark, and that mark. No transaction
// is open while the run waits for the API. Rows of a failed run stay, up to its last mark.
//
// DuckDB takes up to 512 MiB of memory and four threads. Sessions have the time zone UTC.
//
// # One process a file
//
// DuckDB lets one process at a time open a file, for reading too, while it is written. A run waits ten seconds
// for another one to close it, then fails and names it. In one process sinks share the file, under whatever
// names they have it: runs of different inputs may write to it side by side. A program that opens the file by
// itself in the process of the sink gets an error of the driver where it names the same path. It must not go
// around that: the system's locks do not tell two openings in one process apart, and would let them damage
// the file.
//
// The path may hold no "?" and no "#", which the driver would take for something else.
//
// # State
//
// The Sink is a plugin.StateKeeper. The state lies in the table igsource_state, a row a thing: columns
// input, kind (version, start, properties, mark, coming, reached), name and value, all text.
//
// Two runs with one input and one file keep each other out, from Claim to Finish: beside the database stands
// a file <database>.<input>.lock, locked by the system and naming its holder. The lock ends with the process
// that holds it, also when that is killed; the file that is then left behind may be deleted and does no harm.
package duckdb
