package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/igsource/igsource/plugin"
)

const (
	// heldInMemory is how many bytes of rows stay in memory, of all tables.
	heldInMemory = 8 << 20
	// mostSeen is of how many rows the keys are remembered.
	mostSeen = 100_000
	// spareMemory is how much of it a table keeps for the next transaction.
	spareMemory = heldInMemory / 4
)

// held are the rows of a table for the open transaction, as COPY takes them: all of them, so that the
// transaction can be repeated. What is too much for memory goes into a file.
type held struct {
	mem    []byte
	file   *os.File
	stored int64 // bytes in the file, in front of mem
	rows   int64
	// The same at the last mark.
	markedSize, markedRows int64

	keys []int // columns
	sure bool  // keys that are equal to the database have the same bytes
	// seen holds hashes of the keys so far, also of rows that were taken back; twice says that one came again,
	// or may have.
	seen  map[uint64]struct{}
	twice bool
}

func newHeld(keys []int, sure bool) *held {
	return &held{keys: keys, sure: sure, twice: !sure, seen: map[uint64]struct{}{}}
}

var keySeed = maphash.MakeSeed()

// see notes the key that lies in mem between the bounds of each column.
func (h *held) see(bounds []int) {
	if h.twice {
		return
	}
	var hash maphash.Hash
	hash.SetSeed(keySeed)
	for _, k := range h.keys {
		_, _ = hash.Write(h.mem[bounds[k]:bounds[k+1]])
	}
	sum := hash.Sum64()
	_, again := h.seen[sum]
	h.seen[sum] = struct{}{}
	h.twice = again || len(h.seen) > mostSeen
}

func (h *held) size() int64 { return h.stored + int64(len(h.mem)) }

// mark says that what is held now is kept by truncate.
func (h *held) mark() { h.markedSize, h.markedRows = h.size(), h.rows }

// truncate takes back what was added since the mark.
func (h *held) truncate() {
	if h.markedSize >= h.stored {
		h.mem = h.mem[:h.markedSize-h.stored]
	} else {
		h.mem, h.stored = h.mem[:0], h.markedSize
	}
	h.rows = h.markedRows
}

// clear forgets all rows.
func (h *held) clear() {
	h.mem, h.stored, h.rows = h.mem[:0], 0, 0
	if cap(h.mem) > spareMemory {
		h.mem = nil
	}
	h.twice = !h.sure
	clear(h.seen)
	h.mark()
}

// spill moves what is in memory to the file.
func (h *held) spill() error {
	if len(h.mem) == 0 {
		return nil
	}
	if h.file == nil {
		f, err := os.CreateTemp("", "igsource-*")
		if err != nil {
			return tempError(err)
		}
		h.file = f
		if runtime.GOOS != "windows" { // so that nothing is left behind by a process that is killed
			_ = os.Remove(f.Name())
		}
	}
	if _, err := h.file.WriteAt(h.mem, h.stored); err != nil {
		return tempError(err)
	}
	h.stored += int64(len(h.mem))
	h.mem = h.mem[:0]
	return nil
}

func tempError(err error) error {
	return plugin.Userf("rows cannot be held back in the folder for temporary files, %s: free some space there, or set TMPDIR to another folder (%w)", os.TempDir(), err)
}

func (h *held) close() {
	if h.file != nil {
		_ = h.file.Close()
		_ = os.Remove(h.file.Name()) // of Windows; others have done so
		h.file = nil
	}
}

// copyHeader and copyTrailer are what binary COPY begins and ends with.
const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	copyTrailer = "\xff\xff"
)

// reader returns all rows as COPY wants them.
func (h *held) reader() *copyReader {
	parts := []io.Reader{bytes.NewReader([]byte(copyHeader))}
	if h.stored > 0 {
		parts = append(parts, io.NewSectionReader(h.file, 0, h.stored))
	}
	parts = append(parts, bytes.NewReader(h.mem), bytes.NewReader([]byte(copyTrailer)))
	return &copyReader{from: io.MultiReader(parts...)}
}

// A copyReader can be taken from who reads it: pgconn may do so for a moment after a COPY has failed.
type copyReader struct {
	mu   sync.Mutex
	from io.Reader
}

var errTaken = errors.New("the transaction has ended")

func (r *copyReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.from == nil {
		return 0, errTaken
	}
	return r.from.Read(p)
}

func (r *copyReader) take() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.from = nil
}

// appendLength appends the length of a field, to be set once the field is there.
func appendLength(dst []byte) []byte { return append(dst, 0, 0, 0, 0) }

// setLength sets the length of the field that begins behind at.
func setLength(dst []byte, at int) error {
	n := len(dst) - at - 4
	if n > 1<<30-1<<10 {
		return fmt.Errorf("a value of %d bytes is more than PostgreSQL takes", n)
	}
	binary.BigEndian.PutUint32(dst[at:], uint32(n))
	return nil
}
