package loading

import (
	"runtime"
	"strconv"
)

// The statements here are those with which the sinks write rows of Table; the sinks' own tests compare them with what
// the sinks execute.

// SQLiteInsert writes a row into SQLite.
const SQLiteInsert = `INSERT INTO "account_insights" ("account_id", "date", "end_time", "period", "reach", "views", "rate") VALUES (?, ?, ?, ?, ?, ?, ?) ` +
	`ON CONFLICT ("account_id", "period", "date") DO UPDATE SET ` + updates

// SQLitePragmas are the settings of a connection that writes, and their values.
func SQLitePragmas() map[string]string {
	return map[string]string{"journal_mode": "wal", "synchronous": "1", "cache_size": "-8192"}
}

const (
	columns = `"account_id", "date", "end_time", "period", "reach", "views", "rate"`
	updates = `"end_time" = excluded."end_time", "reach" = excluded."reach", "views" = excluded."views", "rate" = excluded."rate"`
)

// The statements for PostgreSQL: the table that rows are copied into, the copy, and the bounds of a transaction.
const (
	PostgresStaging = `CREATE TEMPORARY TABLE pg_temp.igsource_staging_0 ("account_id" text COLLATE "C", "date" date, ` +
		`"end_time" timestamp with time zone, "period" text COLLATE "C", "reach" bigint, "views" bigint, "rate" double precision) ON COMMIT DELETE ROWS`
	PostgresCopy   = `COPY pg_temp.igsource_staging_0 (` + columns + `) FROM STDIN (FORMAT binary)`
	PostgresBegin  = `BEGIN ISOLATION LEVEL READ COMMITTED`
	PostgresCommit = `COMMIT`
)

// PostgresMerge moves the copied rows into the table, which lies in a schema whose name needs no care.
func PostgresMerge(schema string) string {
	return `INSERT INTO "` + schema + `"."account_insights" (` + columns + `) SELECT ` + columns + ` FROM pg_temp.igsource_staging_0 ` +
		`ON CONFLICT ("account_id", "period", "date") DO UPDATE SET ` + updates
}

// The statements for DuckDB: the temporary tables that rows are held back in and that says which of them are new, how a
// batch is held back, and how many rows are there.
const (
	DuckDBStage = `CREATE OR REPLACE TEMPORARY TABLE temp.staging_0 (turn BIGINT, c0 VARCHAR, c1 DATE, c2 TIMESTAMP WITH TIME ZONE, ` +
		`c3 VARCHAR, c4 BIGINT, c5 BIGINT, c6 DOUBLE)`
	DuckDBCount = `SELECT count(*) FILTER (there), count(*) FROM temp.matching_0`
)

// DuckDBSettings are those that a database is opened with for writing.
func DuckDBSettings() map[string]string {
	return map[string]string{
		"threads": strconv.Itoa(min(4, runtime.GOMAXPROCS(0))), "memory_limit": "512MiB",
		"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
	}
}

// DuckDBCopy holds back the rows of a view.
func DuckDBCopy(view string) string {
	return `INSERT INTO temp.staging_0 SELECT $1, c0, c1, c2, c3, c4, c5, c6 FROM ` + view
}

// DuckDBMatch finds the rows that count, and which of them are there, in the database whose name needs no care.
func DuckDBMatch(database string) string {
	return `CREATE OR REPLACE TEMPORARY TABLE temp.matching_0 AS SELECT s.source, t.here IS NOT NULL AS there ` +
		`FROM (SELECT max(rowid) AS source, c0, c1, c3 FROM temp.staging_0 GROUP BY c0, c1, c3) s ` +
		`LEFT JOIN (SELECT "account_id", "date", "period", true AS here FROM "` + database + `".main."account_insights") t ` +
		`ON t."account_id" IS NOT DISTINCT FROM s.c0 AND t."date" IS NOT DISTINCT FROM s.c1 AND t."period" IS NOT DISTINCT FROM s.c3`
}

// DuckDBInsert adds the rows that are not there.
func DuckDBInsert(database string) string {
	return `INSERT INTO "` + database + `".main."account_insights" (` + columns + `) SELECT s.c0, s.c1, s.c2, s.c3, s.c4, s.c5, s.c6 ` +
		`FROM temp.staging_0 s JOIN temp.matching_0 m ON s.rowid = m.source WHERE NOT m.there ORDER BY s.rowid`
}
