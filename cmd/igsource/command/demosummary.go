package command

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// demoQuery is what the demo asks of its database.
const demoQuery = `SELECT username, followers_count AS followers, sum(views) AS views, CAST(avg(reach) AS INTEGER) AS daily_reach,
       (SELECT count(*) FROM account_media AS m WHERE m.account_id = p.account_id AND m.timestamp >= min(i.date)) AS posts
FROM account_profile AS p JOIN account_insights AS i USING (account_id)
WHERE i.date > (SELECT date(max(date), '-28 days') FROM account_insights)
GROUP BY account_id ORDER BY followers DESC`

// demoSummary asks the database at path demoQuery, and prints both the query and its answer.
func demoSummary(ctx context.Context, sys *System, path string) error {
	rows, err := ask(ctx, path, demoQuery)
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	fmt.Fprintf(sys.Stdout, "\n%s holds the same tables. The last 28 days of each account:\n\n%s\n\n", path, indent(demoQuery))
	for _, row := range rows {
		row[0] = "  " + row[0]
	}
	return printRows(sys.Stdout, rows)
}

// holdsRuns says whether a run other than a demo has written to the database at path. What is no database is
// refused by whoever writes to it.
func holdsRuns(ctx context.Context, path string) bool {
	rows, err := ask(ctx, path, "SELECT name FROM sqlite_master WHERE name = 'igsource_state'")
	return err == nil && len(rows) > 1
}

// ask returns the names of the columns of an answer and its rows, as text; null is empty.
func ask(ctx context.Context, path, query string) (_ [][]string, err error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if whole = filepath.ToSlash(whole); !strings.HasPrefix(whole, "/") {
		whole = "/" + whole // C:/… on Windows
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: whole}).EscapedPath()+"?mode=rw")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	out := [][]string{names}
	for rows.Next() {
		cells := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]string, len(names))
		for i, c := range cells {
			row[i] = c.String
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// indent moves lines in.
func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
