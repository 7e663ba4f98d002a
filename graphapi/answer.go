package graphapi

import (
	"bytes"
	"sync"
)

// An Answer is what the API said to one request.
type Answer struct {
	// Body is one valid JSON object or array. It belongs to whoever holds the Answer, until Release.
	Body []byte
	// Version is the API version that answered, which need not be the one asked for; empty if not told.
	Version string

	buffer *bytes.Buffer
	top    outline
}

// After is the function After for an answer that a client gave: it reads no row again. Call it before
// Release.
func (a *Answer) After() (cursor string, more bool) { return readPaging(a.Body, a.top).next(false) }

// AfterUnlinked is the function AfterUnlinked, likewise.
func (a *Answer) AfterUnlinked() (cursor string, more bool) {
	return readPaging(a.Body, a.top).next(true)
}

// Release gives the body's memory back for later answers: Body must not be used afterwards. Calling it
// is optional, calling it twice does nothing; the garbage collector does the same later.
func (a *Answer) Release() {
	if a == nil || a.buffer == nil {
		return
	}
	b := a.buffer
	a.Body, a.buffer = nil, nil
	putBuffer(b)
}

// keepBuffer is the largest buffer that is kept for reuse: one huge page must not stay in memory for good.
const keepBuffer = 8 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getBuffer() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func putBuffer(b *bytes.Buffer) {
	if b != nil && b.Cap() <= keepBuffer {
		buffers.Put(b)
	}
}
