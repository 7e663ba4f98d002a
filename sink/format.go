package sink

import (
	"io"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// A Format is how a Folder writes the file of a table.
type Format struct {
	// Extension of the files, without the dot.
	Extension string
	// Check says why a table cannot be written in this format: it names the column and what to do. Nil
	// takes every table.
	Check func(schema.Table) error
	// NewEncoder starts the file of a table on w. What it writes is buffered by the Folder.
	NewEncoder func(w io.Writer, table schema.Table) (Encoder, error)
	// Beside returns what is written beside the file of a table once the rows are: by the suffix that
	// its name has after the file's. Nil is nothing.
	Beside func(schema.Table) ([]BesideFile, error)
}

// A BesideFile accompanies the file of a table.
type BesideFile struct {
	// Suffix is what the name has after that of the table's file, such as ".manifest".
	Suffix  string
	Content []byte
}

// An Encoder writes one file. Its methods are called one at a time: Write for each batch, Close at the
// end of a file that is wanted, and Release always, last, once.
type Encoder interface {
	// Write takes rows. The record has the table's Arrow schema and is lent until Write returns.
	Write(rec arrow.Record) error
	// Close writes what is left, and the end of the file. It does not close the writer.
	Close() error
	// Release lets go of what the encoder holds, and writes nothing.
	Release()
}
