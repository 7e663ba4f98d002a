// Package sqltable holds what the sinks that write into a database share, whatever its SQL: which kind of
// value a column holds, names that a database can tell apart, the comparison of a table with the one that
// is there, the table of states, and how many marks a transaction takes and how long it waits for them.
//
// It speaks no dialect. Statements of its own use placeholders $1, $2 … and standard SQL only:
// INSERT … ON CONFLICT, DELETE, SELECT.
package sqltable
