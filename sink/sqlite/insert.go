package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/sink/internal/cell"
)

// prepare prepares the statement that writes a row. One of many rows takes as long for each, because SQLite
// then keeps a journal to undo a part of it, and the driver looks for each value among all of them.
func (t *table) prepare(ctx context.Context, conn *sql.Conn) error {
	t.args = make([]driver.NamedValue, len(t.Columns))
	for i := range t.args {
		t.args[i].Ordinal = i + 1
	}
	return raw(conn, func(c driver.Conn) (err error) {
		t.row, err = statement(ctx, c, t.insertStatement())
		return err
	})
}

func statement(ctx context.Context, c driver.Conn, query string) (driver.StmtExecContext, error) {
	preparer, ok := c.(driver.ConnPrepareContext)
	if !ok {
		return nil, errors.New("the driver prepares no statements")
	}
	prepared, err := preparer.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return prepared.(driver.StmtExecContext), nil
}

// close lets go of the statement. The connection is still open.
func (t *table) close() {
	if t.row != nil {
		_ = t.row.(driver.Stmt).Close()
		t.row = nil
	}
}

// insert writes the rows of rec. Ctx is looked at from time to time.
func (t *table) insert(ctx context.Context, conn *sql.Conn, rec arrow.Record) error {
	values := make([]valuer, rec.NumCols())
	for i, c := range rec.Columns() {
		var err error
		if values[i], err = newValuer(c); err != nil {
			return fmt.Errorf("table %s, column %s: %w", t.Name, t.Columns[i].Name, err)
		}
	}
	defer func() {
		for i := range t.args {
			t.args[i].Value = nil // the record's memory
		}
	}()
	return raw(conn, func(driver.Conn) error {
		for row := range int(rec.NumRows()) {
			if row&0x3ff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			for i, value := range values {
				t.args[i].Value = value(row)
			}
			// Without a context that can end: the driver starts a goroutine for each statement of one.
			if _, err := t.row.ExecContext(context.Background(), t.args); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
		return nil
	})
}

// A valuer gives the value of a column in a row as the driver takes it. Text is borrowed from the record.
type valuer func(row int) driver.Value

func newValuer(a arrow.Array) (valuer, error) {
	if a.DataType().ID() == arrow.NULL {
		return func(int) driver.Value { return nil }, nil
	}
	value, err := plainValuer(a)
	if err != nil || a.NullN() == 0 {
		return value, err
	}
	return func(row int) driver.Value {
		if a.IsNull(row) {
			return nil
		}
		return value(row)
	}, nil
}

// plainValuer is newValuer for rows that are not null.
func plainValuer(a arrow.Array) (valuer, error) {
	switch a := a.(type) {
	case *array.Boolean:
		return func(row int) driver.Value { return a.Value(row) }, nil
	case *array.Int8:
		return whole(a.Int8Values()), nil
	case *array.Int16:
		return whole(a.Int16Values()), nil
	case *array.Int32:
		return whole(a.Int32Values()), nil
	case *array.Int64:
		return whole(a.Int64Values()), nil
	case *array.Uint8:
		return whole(a.Uint8Values()), nil
	case *array.Uint16:
		return whole(a.Uint16Values()), nil
	case *array.Uint32:
		return whole(a.Uint32Values()), nil
	case *array.Float16:
		return func(row int) driver.Value { return float64(a.Value(row).Float32()) }, nil
	case *array.Float32:
		values := a.Float32Values()
		return func(row int) driver.Value { return float64(values[row]) }, nil
	case *array.Float64:
		values := a.Float64Values()
		return func(row int) driver.Value { return values[row] }, nil
	case *array.Binary:
		return blob(a.Value), nil
	case *array.LargeBinary:
		return blob(a.Value), nil
	case *array.FixedSizeBinary:
		return blob(a.Value), nil
	case *array.Dictionary:
		value, err := newValuer(a.Dictionary())
		if err != nil {
			return nil, err
		}
		return func(row int) driver.Value { return value(a.GetValueIndex(row)) }, nil
	}
	if text := cell.Text(a); text != nil {
		return repeated(text), nil
	}
	write := cell.Plain(a, "Z")
	if write == nil {
		var err error
		if write, err = cell.JSON(a); err != nil {
			return nil, err
		}
	}
	var last []byte
	return func(row int) driver.Value {
		last = write(last[:0], row)
		return string(last)
	}, nil
}

func whole[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](values []T) valuer {
	return func(row int) driver.Value { return int64(values[row]) }
}

// blob never gives a nil slice, which is a null to the driver.
func blob(value func(int) []byte) valuer {
	return func(row int) driver.Value {
		if b := value(row); b != nil {
			return b
		}
		return []byte{}
	}
}

// repeated allocates nothing for a text that is that of the row before, as ids and periods often are.
func repeated(text func(int) string) valuer {
	var last string
	var value driver.Value = ""
	return func(row int) driver.Value {
		if now := text(row); now != last {
			last, value = now, now
		}
		return value
	}
}
