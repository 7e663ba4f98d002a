package plugin

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"
)

// A spool that outlives its run begins with what it is of, and with the mark that its first frame follows.
//
//	magic · identity · length of the mark · mark · checksum of all that
const spoolMagic = "igsource spool 1\n"

// spoolIdentity is what must be the same for a spool to be of use: everything that its rows depend on.
type spoolIdentity [sha256.Size]byte

// identify returns the identity of the spools of a split that run reads into tables.
func identify(run KeptRun, split string, tables []*runTable) spoolIdentity {
	type column struct {
		Name, Type string
		Nullable   bool
	}
	type table struct {
		Name    string
		Columns []column
	}
	all := struct {
		Input, Properties, Split string
		Start                    time.Time
		Tables                   []table
	}{run.Input, run.Properties, split, run.Start, nil}
	for _, t := range tables {
		out := table{Name: t.Name}
		for _, c := range t.Columns {
			out.Columns = append(out.Columns, column{c.Name, c.Type.String(), c.Nullable})
		}
		all.Tables = append(all.Tables, out)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic("plugin: " + err.Error()) // texts and a time always marshal
	}
	return sha256.Sum256(text)
}

// spoolHead is what a spool of identity begins with, whose first frame follows after.
func spoolHead(identity spoolIdentity, after Mark) []byte {
	head := append([]byte(spoolMagic), identity[:]...)
	head = appendText(head, string(after))
	return binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
}

// A leftover is what an earlier part of a run has spooled and not delivered.
type leftover struct {
	spool  *spool
	frames int  // to the last mark
	last   Mark // the last one
	lost   int64
}

// findLeftover returns what of the spool at path follows the mark after, if it is of identity and anything does.
// Frames that were cut short, or that a disk has lost, end it.
func findLeftover(path string, identity spoolIdentity, after Mark, tables []*runTable) (left leftover, ok bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return left, false, spoolError(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return left, false, spoolError(err)
	}
	in := &spoolScan{in: bufio.NewReaderSize(f, 64<<10), size: info.Size()}
	mark, ok := in.head(identity)
	if !ok {
		return left, false, nil
	}
	s := &spool{path: path, tables: tables, from: in.at, end: in.at}
	here := mark == after
	frames, lost := 0, int64(0)
	for {
		it, err := in.frame(uint64(len(tables)))
		if errors.Is(err, errNoFrame) {
			break
		}
		if err != nil {
			return left, false, spoolError(err)
		}
		frames++
		lost += it.news.lost
		switch {
		case it.mark == "":
		case !here: // what stands up to after is delivered
			here = it.mark == after
			s.from, s.end, frames, lost = in.at, in.at, 0, 0
		default:
			s.end = in.at
			left = leftover{spool: s, frames: frames, last: it.mark, lost: lost}
		}
	}
	return left, here && left.frames > 0, nil
}

// spoolScan reads a spool from its begin on and believes nothing.
type spoolScan struct {
	in   *bufio.Reader
	at   int64
	size int64
}

var errNoFrame = errors.New("no whole frame follows")

// head reads what the spool begins with, and says whether it is of identity.
func (s *spoolScan) head(identity spoolIdentity) (after Mark, ok bool) {
	start := make([]byte, len(spoolMagic)+len(identity))
	if _, err := io.ReadFull(s.in, start); err != nil || string(start) != spoolMagic+string(identity[:]) {
		return "", false
	}
	n, err := binary.ReadUvarint(s.in)
	if err != nil || n > uint64(s.size) {
		return "", false
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(s.in, text); err != nil {
		return "", false
	}
	head := spoolHead(identity, Mark(text))
	sum := make([]byte, crc32.Size)
	if _, err := io.ReadFull(s.in, sum); err != nil || string(sum) != string(head[len(head)-len(sum):]) {
		return "", false
	}
	s.at = int64(len(head))
	return Mark(text), true
}

// frame reads a frame of one of so many tables, and returns what its head says. The error is errNoFrame where
// there is none.
func (s *spoolScan) frame(tables uint64) (*item, error) {
	start := make([]byte, frameStart)
	if _, err := io.ReadFull(s.in, start); err != nil {
		return nil, noFrame(err)
	}
	length, want := binary.LittleEndian.Uint64(start), binary.LittleEndian.Uint32(start[8:])
	if length == 0 || length > uint64(s.size-s.at-frameStart) {
		return nil, errNoFrame
	}
	sum := crc32.New(castagnoli)
	body := io.LimitReader(s.in, int64(length))
	// The head is short, as a mark is: what is read ahead of the rest is a copy.
	first := bufio.NewReaderSize(io.TeeReader(body, sum), spoolBuffer)
	place, it, err := readHead(first, length)
	if err != nil {
		return nil, noFrame(err)
	}
	if _, err := io.Copy(io.Discard, first); err != nil {
		return nil, noFrame(err)
	}
	if place > tables || sum.Sum32() != want {
		return nil, errNoFrame
	}
	s.at += frameStart + int64(length)
	return it, nil
}

// noFrame is errNoFrame, unless err is the disk's.
func noFrame(err error) error {
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return err
	}
	return errNoFrame
}
