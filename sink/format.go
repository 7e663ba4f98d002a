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
	// Merging is how Compact reads files back and writes them anew. Nil is a format that cannot be
	// compacted.
	Merging *Merging
}

// Merging is how the files of a format are made into one.
type Merging struct {
	// Text says that NewDecoder gives what stands in a file as it is, in Binary columns, so that nothing
	// is lost by reading a text and writing it again.
	Text bool
	// NewDecoder reads a file back. Table is what Compact knows of it: a file may lack some of its columns.
	NewDecoder func(from ReadFile, table schema.Table) (Decoder, error)
	// NewEncoder starts a file of what NewDecoder gives; nil is the Format's own. With Text all columns of
	// the table are Binary and may be null.
	NewEncoder func(w io.Writer, table schema.Table) (Encoder, error)
}

// A Decoder reads one file back.
type Decoder interface {
	// Next returns the next rows, lent until the next call of a method, or io.EOF.
	Next() (arrow.Record, error)
	// Release lets go of what the decoder holds, but for the file.
	Release()
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
