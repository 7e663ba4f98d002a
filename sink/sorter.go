package sink

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A sorter puts texts into the order of their bytes. It keeps some of them in memory and the others in sorted
// files, which are merged.
type sorter struct {
	fs    fileSystem
	path  string // of its files, before a number
	limit int

	arena []byte
	texts [][2]int // from, to in arena
	files []string
}

func newSorter(fs fileSystem, path string, limit int) *sorter {
	return &sorter{fs: fs, path: path, limit: limit}
}

// add copies text.
func (s *sorter) add(text []byte) error {
	if len(s.arena) > 0 && len(s.arena)+16*len(s.texts)+len(text) > s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.arena)
	s.arena = append(s.arena, text...)
	s.texts = append(s.texts, [2]int{from, len(s.arena)})
	return nil
}

func (s *sorter) text(at [2]int) []byte { return s.arena[at[0]:at[1]] }

func (s *sorter) sort() {
	slices.SortFunc(s.texts, func(a, b [2]int) int { return bytes.Compare(s.text(a), s.text(b)) })
}

// spill moves what is in memory to a file.
func (s *sorter) spill() error {
	s.sort()
	name := fmt.Sprintf("%s-%d", s.path, len(s.files))
	f, err := s.fs.Create(name)
	if err != nil {
		return err
	}
	s.files = append(s.files, name)
	out := bufio.NewWriterSize(f, writeBuffer)
	var length []byte
	for _, at := range s.texts {
		length = binary.AppendUvarint(length[:0], uint64(at[1]-at[0]))
		_, _ = out.Write(length) // Flush says what went wrong
		_, _ = out.Write(s.text(at))
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		return err
	}
	s.arena, s.texts = s.arena[:0], s.texts[:0]
	return nil
}

// errStopped is for a take that wants no more.
var errStopped = errors.New("stopped")

// each gives the texts to take, in order, lent; first says that the text begins with another key than the one
// before: all but its trailer differs. It is called once.
func (s *sorter) each(take func(text []byte, first bool) error) error {
	s.sort()
	streams := streamHeap{}
	defer func() {
		for _, st := range streams {
			st.close()
		}
	}()
	for _, name := range s.files {
		f, err := s.fs.Open(name)
		if err != nil {
			return err
		}
		streams = append(streams, &stream{file: f, in: bufio.NewReaderSize(f, 16<<10)})
	}
	streams = append(streams, &stream{memory: s})
	for i := 0; i < len(streams); {
		if err := streams[i].next(); err == io.EOF { //nolint:errorlint // our own
			streams[i].close()
			streams = slices.Delete(streams, i, i+1)
		} else if err != nil {
			return err
		} else {
			i++
		}
	}
	heap.Init(&streams)
	var last []byte
	begun := false
	for len(streams) > 0 {
		top := streams[0]
		key := top.text[:max(0, len(top.text)-trailerBytes)]
		first := !begun || !bytes.Equal(key, last)
		if first {
			last, begun = append(last[:0], key...), true
		}
		if err := take(top.text, first); err != nil {
			return err
		}
		switch err := top.next(); {
		case err == io.EOF: //nolint:errorlint // our own
			top.close()
			heap.Pop(&streams)
		case err != nil:
			return err
		default:
			heap.Fix(&streams, 0)
		}
	}
	return nil
}

// close removes the files.
func (s *sorter) close() {
	for _, name := range s.files {
		_ = s.fs.Remove(name) // else it goes with the work folder
	}
	s.files, s.arena, s.texts = nil, nil, nil
}

// A stream is a sorted file, or what is in memory.
type stream struct {
	memory *sorter
	at     int
	file   io.Closer
	in     *bufio.Reader
	text   []byte
}

func (s *stream) next() error {
	if s.memory != nil {
		if s.at == len(s.memory.texts) {
			return io.EOF
		}
		s.text = s.memory.text(s.memory.texts[s.at])
		s.at++
		return nil
	}
	n, err := binary.ReadUvarint(s.in)
	if err != nil {
		return err
	}
	s.text = slices.Grow(s.text[:0], int(n))[:n]
	if _, err = io.ReadFull(s.in, s.text); err == io.EOF { //nolint:errorlint // a Reader's own
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *stream) close() {
	if s.file != nil {
		_ = s.file.Close()
		s.file = nil
	}
}

type streamHeap []*stream

func (h streamHeap) Len() int           { return len(h) }
func (h streamHeap) Less(i, j int) bool { return bytes.Compare(h[i].text, h[j].text) < 0 }
func (h streamHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *streamHeap) Push(x any)        { *h = append(*h, x.(*stream)) }
func (h *streamHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
