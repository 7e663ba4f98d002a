// Package postgres writes tables into a PostgreSQL database, by the format postgres:
//
//	to := postgres.New(secret.New("postgres://igs:password@db.example.com/instagram"), postgres.Options{Schema: "social"})
//	report, err := plugin.Run(ctx, inputs, to, plugin.RunOptions{})
//
// It needs PostgreSQL 12 or later, a database with the encoding UTF8 and a schema that exists: the one of the
// options, or the first of the user's search path, as a rule public. A user needs CREATE on the schema for
// tables that are not there yet, INSERT, UPDATE and SELECT on those that are, to own those that gain columns,
// and TEMPORARY on the database.
//
// The address is a secret. What it may hold, and what the environment, a service file or a file of passwords
// add, is as with pgconn.ParseConfig, TLS included. No error shows it, nor a user or password of it; errors do
// name the host and the database. A pooler between must give each connection a session of its own, as
// PgBouncer does with pool_mode=session: temporary tables and locks live as long as one.
//
// # Tables
//
// A table is made from its schema, with the documentation of columns as their comments. Columns that the
// schema has gained since are added, and null in the rows that are there; nothing is ever dropped or retyped.
// What stands in the way is a *plugin.UserError of Begin, which does all its work in one transaction, and
// tries every statement of the run on no rows: nothing is changed then. Such are a column of another type,
// another key, a view, an unlogged table, a missing schema or privilege, a read-only server. Columns and
// indexes that somebody added are left alone; a rule of theirs that a row breaks ends the run.
//
//	text                      text
//	integers of up to 64 bits bigint
//	floats                    double precision
//	booleans                  boolean
//	dates                     date
//	times of day              time without time zone
//	timestamps with a zone    timestamp with time zone
//	timestamps without one    timestamp without time zone
//	maps, lists, structs      jsonb
//	bytes                     bytea
//	uint64, decimals          numeric, with all digits
//
// Times are kept to the microsecond, and nanoseconds cut. A date or time before 4713 BC or after what
// PostgreSQL holds is an error of Write. jsonb has objects in an order of its own and each name in one once.
//
// PostgreSQL can hold the character U+0000 neither in text nor in jsonb. In its place stands U+2400, the
// symbol for it, and in the place of a byte that is no UTF-8 U+FFFD, as in JSON. Where a text is a part of the
// key both are an error of Write instead: two rows could become one.
//
// Names may hold anything but NUL, and keep their case. PostgreSQL cuts names at 63 bytes; a longer one is
// called by its first 54 bytes, an underscore and 8 digits of its SHA-256, in every run the same, and its
// comment begins with the whole name.
//
// # Keys
//
// The key of a table is its primary key, or, where a part of it may be null, a unique index in which nulls are
// equal: UNIQUE NULLS NOT DISTINCT, which PostgreSQL has from 15 on; before that an index on two expressions
// for such a part, (part IS NULL) and coalesce(part, a constant). A table that was made with the one keeps it
// on a later server. A row whose key is there replaces that row's columns, and leaves columns alone that the
// run does not write. Rows of a table without a key are added.
//
// # Transactions
//
// Rows are held back in memory, beyond 8 MiB in a temporary file, until a mark ends them. Then they are copied
// into temporary tables by binary COPY, merged into the tables by a statement each, and committed with the
// mark. A transaction takes the marks that come within ten times what ending the last one took, to 10,000 rows
// and one second at most; Finish makes every mark durable. After a kill at any point the database holds the
// rows up to a mark, and that mark. No transaction is open while the run waits for the API. Rows of a failed
// run stay, up to its last mark.
//
// # A server that goes away
//
// Where the connection is lost, the run connects again, and waits for the server for Options.Wait, two minutes
// by default, from the first failure on. The transaction is then repeated, if it was not committed. That is
// certain where COMMIT was not sent. Else the table of states tells: each transaction of a run sets a number
// there, and where it is that of the lost one, that one was committed. It is asked for when the run has its
// locks again, which its old connection loses only when the server has ended what it did for it; the server is
// told to end that. Where another run has taken the place of this one meanwhile, or the server came back with
// an older copy of the database, the run fails, with all that was committed whole. So it does when the server
// stays away. Without Keep there is nothing to tell, and a COMMIT without an answer is an error.
//
// Deadlocks, and tables that others have locked for 30 seconds, are tried again for as long.
//
// # State
//
// The Sink is a plugin.StateStore. The state lies in the table igsource_state of the schema, a row a thing:
// columns input, kind (version, start, properties, mark, coming, reached), name and value, all text; and of the
// kind run, who writes, and of the kind transaction, the run and the number of its last one.
//
// Two runs with one input and one schema keep each other out, from Claim to Finish, by an advisory lock of the
// server, which lets go of it when the connection ends, however that happens. The second waits for a
// second, in which the server lets go of what a killed run held, then fails and names the first. So does
// ResetState, which takes the same lock. To look at states makes nothing, and needs SELECT on the table alone.
//
// What a run has read ahead, SpoolDir, lies in the user's cache (os.UserCacheDir): a run that goes on from
// another machine reads that again.
package postgres
