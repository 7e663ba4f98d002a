package sink

import (
	"bufio"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// held are the rows of one table since the last commit, in the order in which they came: first those
// that were spilled, as an Arrow stream, then those in memory.
type held struct {
	fs      fileSystem
	path    string // of the spilled stream
	records []arrow.Record
	spill   *spill
}

type spill struct {
	file   file
	buffer *bufio.Writer
	stream *ipc.Writer
}

// add takes rec over.
func (h *held) add(rec arrow.Record) { h.records = append(h.records, rec) }

// spillAll moves what is in memory to the stream.
func (h *held) spillAll() error {
	for len(h.records) > 0 {
		rec := h.records[0]
		if h.spill == nil {
			f, err := h.fs.Create(h.path)
			if err != nil {
				return err
			}
			b := bufio.NewWriterSize(f, writeBuffer)
			h.spill = &spill{f, b, ipc.NewWriter(b, ipc.WithSchema(rec.Schema()))}
		}
		if err := h.spill.write(rec); err != nil {
			return err
		}
		rec.Release()
		h.records = h.records[1:]
	}
	h.records = nil
	return nil
}

func (s *spill) write(rec arrow.Record) error { return writeCopy(s.stream, rec.Schema(), rec) }

// writeCopy writes a copy: Arrow's stream writer panics on some slices without rows.
func writeCopy(to *ipc.Writer, schema *arrow.Schema, rec arrow.Record) error {
	whole, err := join(memory.DefaultAllocator, schema, []arrow.Record{rec})
	if err != nil {
		return err
	}
	defer whole.Release()
	return to.Write(whole)
}

// empty says that nothing is held.
func (h *held) empty() bool { return h.spill == nil && len(h.records) == 0 }

// each gives every held record to write and forgets it.
func (h *held) each(write func(arrow.Record) error) error {
	if h.spill != nil {
		if err := h.eachSpilled(write); err != nil {
			return err
		}
	}
	for len(h.records) > 0 {
		rec := h.records[0]
		if err := write(rec); err != nil {
			return err
		}
		rec.Release()
		h.records = h.records[1:]
	}
	h.records = nil
	return nil
}

func (h *held) eachSpilled(write func(arrow.Record) error) error {
	s := h.spill
	if err := s.stream.Close(); err != nil {
		return err
	}
	if err := s.buffer.Flush(); err != nil {
		return err
	}
	back, err := h.fs.Open(h.path)
	if err != nil {
		return err
	}
	defer func() { _ = back.Close() }()
	if err := readStream(bufio.NewReaderSize(back, writeBuffer), write); err != nil {
		return fmt.Errorf("reading back rows that were set aside: %w", err)
	}
	h.dropSpill()
	return nil
}

// readStream reads an Arrow stream, to its end and no further.
func readStream(from io.Reader, write func(arrow.Record) error) error {
	r, err := ipc.NewReader(from)
	if err != nil {
		return err
	}
	defer r.Release()
	for r.Next() {
		if err := write(r.Record()); err != nil {
			return err
		}
	}
	return r.Err()
}

// dropSpill closes and removes the stream. A file that cannot be removed goes with the work folder; the
// next one needs another name then.
func (h *held) dropSpill() {
	if h.spill == nil {
		return
	}
	_ = h.spill.stream.Close() // frees its dictionaries
	_ = h.spill.file.Close()
	h.spill = nil
	if h.fs.Remove(h.path) != nil {
		h.path += "_"
	}
}

// release forgets every held row.
func (h *held) release() {
	h.dropSpill()
	for _, rec := range h.records {
		rec.Release()
	}
	h.records = nil
}

// retained is how many bytes stay in memory because of rec.
func retained(rec arrow.Record) int64 {
	var sum func(arrow.ArrayData) int64
	sum = func(d arrow.ArrayData) int64 {
		var n int64
		for _, b := range d.Buffers() {
			if b != nil {
				n += int64(b.Cap())
			}
		}
		for _, c := range d.Children() {
			n += sum(c)
		}
		if d.DataType().ID() == arrow.DICTIONARY {
			n += sum(d.Dictionary())
		}
		return n
	}
	var n int64
	for _, c := range rec.Columns() {
		n += sum(c.Data())
	}
	return n
}
