package shred

import (
	"fmt"
	"math"
	"slices"
)

// DecodeRow adds to the Facts of a Page what an insights answer of its own says of the object in row, so that
// nested values and those asked for apart meet in one pivot. It is Decode otherwise: nothing is added when it
// fails.
func (f *Facts) DecodeRow(page []byte, row int) (Answer, error) {
	if !f.byRow || row < 0 || row > math.MaxInt32 {
		return Answer{}, fmt.Errorf("row %d: these facts are not of the rows of a page", row)
	}
	before := f.size()
	r := &f.reader
	r.beginRows()
	r.object = int32(row)
	sc := &r.own
	if !sc.start(page) || !r.page(sc) || !sc.end() {
		f.truncate(before)
		return Answer{}, sc.err()
	}
	f.index.stale = true
	return Answer{Measures: slices.Clone(r.outcomes), Unknown: append([]Count(nil), r.unknown...)}, nil
}
