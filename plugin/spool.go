package plugin

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// A spool is a file of batches of one split, in order. A frame is a head (which table, which mark) and
// the next messages of that table's Arrow IPC stream: the streams of all tables are interleaved in one
// file, each with its schema once. One goroutine appends while another takes; the lane that owns the
// spool says which frames may be taken.
type spool struct {
	path    string
	file    *os.File
	out     *bufio.Writer
	writers map[*runTable]*ipc.Writer

	in      *os.File
	buf     *bufio.Reader
	readers map[*runTable]*ipc.Reader
	tables  []*runTable // by index, which is how a head names them
}

func newSpool(path string, tables []*runTable) (*spool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	return &spool{
		path: path, file: f, out: bufio.NewWriterSize(f, 64<<10),
		writers: map[*runTable]*ipc.Writer{}, tables: tables,
	}, nil
}

// spoolError tells the user about a work folder that cannot be written.
func spoolError(err error) error {
	return Userf("the work folder cannot hold what was read: %w; make room there or choose another one", err)
}

// append writes a frame; t and rec are nil for a mark alone.
func (s *spool) append(t *runTable, rec arrow.Record, mark Mark) error {
	var head []byte
	if rec == nil {
		head = binary.AppendUvarint(head, 0)
	} else {
		head = binary.AppendUvarint(head, uint64(t.index)+1)
	}
	head = binary.AppendUvarint(head, uint64(len(mark)))
	head = append(head, mark...)
	if _, err := s.out.Write(head); err != nil {
		return spoolError(err)
	}
	if rec == nil {
		return nil
	}
	w := s.writers[t]
	if w == nil {
		w = ipc.NewWriter(s.out, ipc.WithSchema(t.schema))
		s.writers[t] = w
	}
	if err := w.Write(rec); err != nil {
		return spoolError(err)
	}
	return nil
}

// flush makes all frames readable.
func (s *spool) flush() error {
	if s.out == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return spoolError(err)
	}
	return nil
}

// seal flushes and lets go of all that writing needs.
func (s *spool) seal() error {
	if s.file == nil {
		return nil
	}
	err := s.flush()
	if e := s.file.Close(); e != nil && err == nil {
		err = spoolError(e)
	}
	s.file, s.out, s.writers = nil, nil, nil
	return err
}

// take reads the next frame; the record is the caller's.
func (s *spool) take() (t *runTable, rec arrow.Record, mark Mark, err error) {
	if s.in == nil {
		if s.in, err = os.Open(s.path); err != nil {
			return nil, nil, "", spoolError(err)
		}
		s.buf = bufio.NewReaderSize(s.in, 64<<10)
		s.readers = map[*runTable]*ipc.Reader{}
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("the work folder no longer holds what was read: %w", err)
		}
	}()
	place, err := binary.ReadUvarint(s.buf)
	if err != nil {
		return nil, nil, "", err
	}
	n, err := binary.ReadUvarint(s.buf)
	if err != nil {
		return nil, nil, "", err
	}
	text := make([]byte, n)
	if _, err = io.ReadFull(s.buf, text); err != nil {
		return nil, nil, "", err
	}
	mark = Mark(text)
	if place == 0 {
		return nil, nil, mark, nil
	}
	t = s.tables[place-1]
	r := s.readers[t]
	if r == nil {
		// Reading the stream's schema here; the batch follows. ipc reads whole messages and no further.
		if r, err = ipc.NewReader(s.buf, ipc.WithSchema(t.schema)); err != nil {
			return nil, nil, "", err
		}
		s.readers[t] = r
	}
	if !r.Next() {
		if err = r.Err(); err == nil {
			err = io.ErrUnexpectedEOF
		}
		return nil, nil, "", err
	}
	return t, withSchema(r.Record(), t.schema), mark, nil
}

// remove closes and removes the file.
func (s *spool) remove() error {
	var errs []error
	if s.file != nil {
		errs = append(errs, s.file.Close())
		s.file, s.out, s.writers = nil, nil, nil
	}
	for _, r := range s.readers {
		r.Release()
	}
	s.readers = nil
	if s.in != nil {
		errs = append(errs, s.in.Close())
		s.in, s.buf = nil, nil
	}
	errs = append(errs, os.Remove(s.path))
	return errors.Join(errs...)
}
