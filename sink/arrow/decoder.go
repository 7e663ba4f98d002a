package arrow

import (
	"bufio"
	"cmp"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

// A decoder reads a stream back.
type decoder struct{ stream *ipc.Reader }

func newDecoder(from sink.ReadFile, _ schema.Table) (sink.Decoder, error) {
	r, err := ipc.NewReader(bufio.NewReaderSize(from, 64<<10))
	if err != nil {
		return nil, err
	}
	return decoder{r}, nil
}

// Next implements sink.Decoder.
func (d decoder) Next() (arrow.Record, error) {
	if !d.stream.Next() {
		return nil, cmp.Or(d.stream.Err(), io.EOF)
	}
	return d.stream.Record(), nil
}

// Release implements sink.Decoder.
func (d decoder) Release() { d.stream.Release() }
