// Package sqltable holds what the sinks that write into a database share, whatever its SQL: which kind of
// value a column holds, names that a database can tell apart, the comparison of a table with the one that
// is there, the table of states, how many marks a transaction takes, and the lock that keeps two runs of
// one name apart.
//
// It speaks no dialect. Statements of its own use placeholders $1, $2 … and standard SQL only:
// INSERT … ON CONFLICT, DELETE, SELECT.
package sqltable
