package plugin

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// A spool is a file of batches of one split, in order. A frame is a head (which table, which mark and its news) and,
// where it has rows, an Arrow IPC stream of one batch. One goroutine appends while another takes; the
// lane that owns the spool says which frames may be taken.
type spool struct {
	path   string
	tables []*runTable // by index, which is how a head names them

	file *os.File
	out  *bufio.Writer

	in  *os.File
	buf *bufio.Reader
}

// spoolBuffer is small because splits are many and most of them are: what is longer goes past it.
const spoolBuffer = 8 << 10

func newSpool(path string, tables []*runTable) (*spool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	return &spool{path: path, tables: tables, file: f, out: bufio.NewWriterSize(f, spoolBuffer)}, nil
}

// spoolError tells the user about a work folder that cannot be written.
func spoolError(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) {
		return fmt.Errorf("spooling: %w", err)
	}
	return Userf("the work folder cannot hold what was read: %w; make room there or choose another one", err)
}

// append writes a frame.
func (s *spool) append(it *item) error {
	place := uint64(0)
	if it.rec != nil {
		place = uint64(it.table.index) + 1
	}
	head := binary.AppendUvarint(nil, place)
	head = appendText(head, string(it.mark))
	if it.mark != "" {
		head = appendText(head, string(it.news.reached))
		lost := uint64(it.news.lost) << 1
		if it.news.withholds {
			lost |= 1
		}
		head = binary.AppendUvarint(head, lost)
	}
	if _, err := s.out.Write(head); err != nil {
		return spoolError(err)
	}
	if it.rec == nil {
		return nil
	}
	t := it.table
	bare := withSchema(it.rec, t.bare)
	defer bare.Release()
	w := ipc.NewWriter(s.out, ipc.WithSchema(t.bare))
	if err := w.Write(bare); err != nil {
		return spoolError(err)
	}
	if err := w.Close(); err != nil {
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
	s.file, s.out = nil, nil
	return err
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// take reads the next frame; the record is the caller's.
func (s *spool) take() (*item, error) {
	if s.in == nil {
		in, err := os.Open(s.path)
		if err != nil {
			return nil, spoolError(err)
		}
		s.in, s.buf = in, bufio.NewReaderSize(in, spoolBuffer)
	}
	it, err := s.read()
	if err != nil {
		return nil, fmt.Errorf("the work folder no longer holds what was read: %w", err)
	}
	return it, nil
}

func (s *spool) read() (*item, error) {
	place, err := binary.ReadUvarint(s.buf)
	if err != nil {
		return nil, err
	}
	mark, err := s.readText()
	if err != nil {
		return nil, err
	}
	it := &item{mark: Mark(mark)}
	if it.mark != "" {
		reached, err := s.readText()
		if err != nil {
			return nil, err
		}
		if len(reached) > 0 {
			it.news.reached = reached
		}
		lost, err := binary.ReadUvarint(s.buf)
		if err != nil {
			return nil, err
		}
		it.news.lost, it.news.withholds = int64(lost>>1), lost&1 == 1
	}
	if place == 0 {
		return it, nil
	}
	it.table = s.tables[place-1]
	it.rec, err = readStream(s.buf, it.table)
	return it, err
}

func (s *spool) readText() ([]byte, error) {
	n, err := binary.ReadUvarint(s.buf)
	if err != nil {
		return nil, err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(s.buf, text)
	return text, err
}

// readStream reads a stream of one batch, to its end and no further.
func readStream(in io.Reader, t *runTable) (arrow.Record, error) {
	r, err := ipc.NewReader(in, ipc.WithSchema(t.bare))
	if err != nil {
		return nil, err
	}
	defer r.Release()
	if !r.Next() {
		return nil, cmp.Or(r.Err(), io.ErrUnexpectedEOF)
	}
	rec := withSchema(r.Record(), t.schema)
	if r.Next() || r.Err() != nil {
		rec.Release()
		return nil, cmp.Or(r.Err(), errors.New("a batch too many"))
	}
	return rec, nil
}

// remove closes and removes the file.
func (s *spool) remove() error {
	var errs []error
	if s.file != nil {
		errs = append(errs, s.file.Close())
		s.file, s.out = nil, nil
	}
	if s.in != nil {
		errs = append(errs, s.in.Close())
		s.in, s.buf = nil, nil
	}
	errs = append(errs, os.Remove(s.path))
	return errors.Join(errs...)
}
