package sink

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"time"

	"github.com/igsource/igsource/plugin"
)

// A record is one line of the journal of an unfinished run: the checksum of what follows, and JSON with one
// of the three. A line that does not check, and all after it, was never written.
type record struct {
	Run     *runRecord     `json:"run,omitempty"`     // the first line
	Session *sessionRecord `json:"session,omitempty"` // a process that goes on with the run
	Commit  *commitRecord  `json:"commit,omitempty"`
}

// journalVersion is the version of the hidden folder's layout.
const journalVersion = 1

type runRecord struct {
	Version    int       `json:"version"`
	ID         string    `json:"id"`
	Input      string    `json:"input"`
	Start      time.Time `json:"start"`
	Properties string    `json:"properties"`
}

type sessionRecord struct {
	// Work is the name of the folder that the process writes its files in.
	Work string `json:"work"`
}

type commitRecord struct {
	Split   string                     `json:"split"`
	Mark    plugin.Mark                `json:"mark"`
	Reached map[string]json.RawMessage `json:"reached,omitempty"`
	Rows    []rowsRecord               `json:"rows,omitempty"`
}

// A rowsRecord says what a commit appended to a table's file of rows.
type rowsRecord struct {
	Table string `json:"table"`
	// Columns is what the rows are made of; empty where that is as before.
	Columns string `json:"columns,omitempty"`
	Rows    int64  `json:"rows"`
	Bytes   int64  `json:"bytes"`
	Sum     uint32 `json:"sum"`
}

// castagnoli is what the sums are made with: most processors have an instruction for it.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// line is r as a line of the journal.
func (r record) line() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	line := fmt.Appendf(nil, "%08x ", crc32.Checksum(text, castagnoli))
	return append(append(line, text...), '\n'), nil
}

// readJournal gives every whole line of a journal to take, with where it ends and the sum of all up to
// there, until take does not want it.
func readJournal(from io.Reader, take func(r record, end int64, sum uint32) bool) error {
	in := bufio.NewReader(from)
	var end int64
	var sum uint32
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r, ok := parseRecord(line)
		if !ok {
			return nil
		}
		end += int64(len(line))
		sum = crc32.Update(sum, castagnoli, line)
		if !take(r, end, sum) {
			return nil
		}
	}
}

func parseRecord(line []byte) (r record, ok bool) {
	head, text, found := bytes.Cut(line[:len(line)-1], []byte{' '})
	if !found {
		return r, false
	}
	sum, err := strconv.ParseUint(string(head), 16, 32)
	if err != nil || uint32(sum) != crc32.Checksum(text, castagnoli) {
		return r, false
	}
	return r, json.Unmarshal(text, &r) == nil
}
