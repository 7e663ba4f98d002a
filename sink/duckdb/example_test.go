//go:build duckdb_arrow

package duckdb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/duckdb"
)

// Two runs over days that overlap: a day that is read again replaces itself.
func ExampleNew() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "instagram.duckdb")
	day := func(n int) time.Time { return time.Date(2026, 10, n, 0, 0, 0, 0, time.UTC) }
	err = errors.Join(
		read(path, []any{"17841405793187218", day(1), 71}, []any{"17841405793187218", day(2), 40}),
		read(path, []any{"17841405793187218", day(2), 44}, []any{"17841405793187218", day(3), 65}),
		ask(path, `SELECT strftime(date, '%d.%m.') || ' ' || reach FROM account_insights ORDER BY date`),
	)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 01.10. 71
	// 02.10. 44
	// 03.10. 65
}

// read is a run of a source that gives rows.
func read(path string, rows ...[]any) error {
	source := &plugintest.Source{
		Schemas: []schema.Table{{Name: "account_insights", Key: []string{"account_id", "date"}, Columns: []schema.Column{
			{Name: "account_id", Type: arrow.BinaryTypes.String},
			{Name: "date", Type: arrow.FixedWidthTypes.Date32},
			{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		}}},
		Script: []plugintest.Split{{ID: "s", Steps: []plugintest.Step{{Table: "account_insights", Rows: rows, Mark: true}}}},
	}
	_, err := plugin.Run(context.Background(), []plugin.Input{{Name: "brand", Source: source}}, duckdb.New(path, duckdb.Options{}), plugin.RunOptions{})
	return err
}

// ask prints the one column of an answer.
func ask(path, query string) error {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		fmt.Println(text)
	}
	return rows.Err()
}
