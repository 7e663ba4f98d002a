package plugin

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// A spool is a file of batches of one split, in order. A frame is its length and checksum, a head (which table, which
// mark and its news) and, where it has rows, an Arrow IPC stream of one batch. One goroutine appends while another
// takes; the lane that owns the spool says which frames may be taken.
type spool struct {
	path   string
	tables []*runTable // by index, which is how a head names them

	file *os.File
	out  *bufio.Writer
	sum  hash.Hash32 // of the frame that is being written
	end  int64       // of the last whole frame

	from int64 // where the first frame to take begins
	in   *os.File
	buf  *bufio.Reader
}

// spoolBuffer is small because splits are many and most of them are: what is longer goes past it.
const spoolBuffer = 8 << 10

// frameStart is how many bytes stand before a frame: its length and its checksum. They are written when the rest
// is, so that a frame which was cut short has none.
const frameStart = 8 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newSpool makes the file, which begins with head.
func newSpool(path string, tables []*runTable, head []byte) (*spool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	s := &spool{path: path, tables: tables, end: int64(len(head)), from: int64(len(head))}
	s.write(f)
	if _, err := s.out.Write(head); err != nil {
		return nil, errors.Join(spoolError(err), s.remove())
	}
	return s, nil
}

func (s *spool) write(f *os.File) {
	s.file, s.out, s.sum = f, bufio.NewWriterSize(f, spoolBuffer), crc32.New(castagnoli)
}

// reopen goes on with a file of which only what stands before end is kept.
func (s *spool) reopen() error {
	f, err := os.OpenFile(s.path, os.O_WRONLY, 0)
	if err != nil {
		return spoolError(err)
	}
	if err := f.Truncate(s.end); err != nil {
		return errors.Join(spoolError(err), f.Close())
	}
	if _, err := f.Seek(s.end, io.SeekStart); err != nil {
		return errors.Join(spoolError(err), f.Close())
	}
	s.write(f)
	return nil
}

// spoolError tells the user about a work folder that cannot be written.
func spoolError(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) {
		return fmt.Errorf("spooling: %w", err)
	}
	return Userf("the work folder cannot hold what was read: %w; make room on that disk and run again", err)
}

// append writes a frame.
func (s *spool) append(it *item) error {
	if s.file == nil {
		if err := s.reopen(); err != nil {
			return err
		}
	}
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
	if _, err := s.out.Write(make([]byte, frameStart)); err != nil {
		return spoolError(err)
	}
	s.sum.Reset()
	frame := &counter{to: io.MultiWriter(s.out, s.sum)}
	if _, err := frame.Write(head); err != nil {
		return spoolError(err)
	}
	if it.rec != nil {
		t := it.table
		bare := withSchema(it.rec, t.bare)
		defer bare.Release()
		w := ipc.NewWriter(frame, ipc.WithSchema(t.bare))
		if err := w.Write(bare); err != nil {
			return spoolError(err)
		}
		if err := w.Close(); err != nil {
			return spoolError(err)
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	start := binary.LittleEndian.AppendUint64(nil, uint64(frame.n))
	start = binary.LittleEndian.AppendUint32(start, s.sum.Sum32())
	if _, err := s.file.WriteAt(start, s.end); err != nil {
		return spoolError(err)
	}
	s.end += frameStart + frame.n
	return nil
}

// counter counts what is written.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

// flush makes all that was written readable.
func (s *spool) flush() error {
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
	s.file, s.out, s.sum = nil, nil, nil
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
		if _, err := in.Seek(s.from, io.SeekStart); err != nil {
			return nil, errors.Join(spoolError(err), in.Close())
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
	if _, err := s.buf.Discard(frameStart); err != nil {
		return nil, err
	}
	place, it, err := readHead(s.buf, math.MaxInt64)
	if err != nil || place == 0 {
		return it, err
	}
	it.table = s.tables[place-1]
	it.rec, err = readStream(s.buf, it.table)
	return it, err
}

// readHead reads the head of a frame of so many bytes: which table the batch is of, from 1, and the rest.
func readHead(in *bufio.Reader, length uint64) (place uint64, it *item, err error) {
	if place, err = binary.ReadUvarint(in); err != nil {
		return 0, nil, err
	}
	mark, err := readText(in, length)
	if err != nil {
		return 0, nil, err
	}
	it = &item{mark: Mark(mark)}
	if it.mark == "" {
		return place, it, nil
	}
	reached, err := readText(in, length)
	if err != nil {
		return 0, nil, err
	}
	if len(reached) > 0 {
		it.news.reached = reached
	}
	lost, err := binary.ReadUvarint(in)
	it.news.lost, it.news.withholds = int64(lost>>1), lost&1 == 1
	return place, it, err
}

var errTooLong = errors.New("a text is longer than what holds it")

func readText(in *bufio.Reader, atMost uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	if n > atMost {
		return nil, errTooLong
	}
	text := make([]byte, n)
	_, err = io.ReadFull(in, text)
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

// close lets go of the file, and leaves it.
func (s *spool) close() error {
	err := s.seal()
	if s.in != nil {
		err = errors.Join(err, s.in.Close())
		s.in, s.buf = nil, nil
	}
	return err
}

// remove lets go of the file and removes it.
func (s *spool) remove() error {
	if s.file != nil { // whatever is not written yet is not wanted
		_ = s.file.Close()
		s.file, s.out, s.sum = nil, nil, nil
	}
	return errors.Join(s.close(), os.Remove(s.path))
}
