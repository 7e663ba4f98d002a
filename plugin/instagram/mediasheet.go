package instagram

import (
	"context"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// sheet is some media, decoded: their rows before the insights are joined, their albums' media, and the
// insights that rode on the page.
type sheet struct {
	*listed
	base     arrow.Record
	children arrow.Record // nil where not asked for
	facts    *shred.Facts // nil without metrics
	// undated says that the days asked for are not those of its media.
	undated bool
}

// firstID is the id of the first media, or empty.
func (l *listed) firstID() string {
	if len(l.ids) == 0 {
		return ""
	}
	return l.ids[0]
}

func (s *sheet) release() {
	s.base.Release()
	if s.children != nil {
		s.children.Release()
	}
}

// refusedMetrics are metrics that the API refused, and why.
type refusedMetrics struct {
	names []string
	why   gap
}

// text is a text of a row of the page.
func (s *sheet) text(column, row int) string {
	c := s.base.Column(column).(*array.String)
	if c.IsNull(row) {
		return ""
	}
	return c.Value(row)
}

// posted is when the media of a row was posted, in unix seconds, or 0.
func (s *sheet) posted(row int) int64 {
	at := s.base.Column(baseTimestamp).(*array.Timestamp)
	if at.IsNull(row) {
		return 0
	}
	return time.UnixMicro(int64(at.Value(row))).Unix()
}

func (l *listed) id(row int) string          { return l.ids[row] }
func (l *listed) productType(row int) string { return l.kinds[row] }

// has says whether a row has a value of a measure.
func (s *sheet) has(row, measure int) bool { return s.facts != nil && s.facts.HasRow(row, measure) }

// sheet decodes a page of which all rows share what was asked and why they have no insights.
func (m *mediaReading) sheet(answer *graphapi.Answer, none gap, asked []string) (*sheet, error) {
	defer answer.Release()
	s, err := m.decode(answer.Body)
	if err != nil {
		return nil, err
	}
	s.share(none, asked)
	return s, nil
}

// newListed lists so many objects that nothing is known of.
func newListed(rows int) *listed {
	return &listed{
		ids: make([]string, rows), kinds: make([]string, rows), none: make([]gap, rows), asked: make([][]string, rows), lost: make(map[int]bool),
	}
}

// share sets what all rows of a page share.
func (l *listed) share(none gap, asked []string) {
	for i := range l.ids {
		l.none[i], l.asked[i] = none, asked
	}
}

func (m *mediaReading) decode(page []byte) (*sheet, error) {
	p, err := m.decoder.Decode(page)
	if err != nil {
		return nil, err
	}
	s := &sheet{base: p.Records[0], listed: newListed(int(p.Records[0].NumRows()))}
	for row := range s.ids {
		s.ids[row], s.kinds[row] = s.text(baseID, row), s.text(baseProductType, row)
	}
	if m.media.children != nil {
		s.children = p.Records[1]
	}
	if m.media.insights != nil {
		s.facts = p.Facts[0]
	}
	return s, nil
}

// deliver completes a sheet by what did not ride on its page and yields its rows, the mark with the last
// batch, which is asked for when all that fails is known. It releases the sheet.
func (m *mediaReading) deliver(ctx context.Context, s *sheet, mark func() (plugin.Mark, error), yield func(plugin.Batch) bool) (more bool, err error) {
	defer s.release()
	first, last := m.within(s)
	if s.facts != nil {
		gaps := &mediaGaps{groups: m.media.groups, measures: m.media.measures(), none: s.none, cells: make(map[cellAt]gap), lost: s.lost}
		m.asker.take = func(row int, answer []byte) error {
			_, err := s.facts.DecodeRow(answer, row)
			return err
		}
		m.asker.begin(first)
		if err := m.asker.ask(ctx, s.listed, first, last, gaps); err != nil {
			return false, err
		}
		gaps.explain(m.split, first, last, s.id, s.productType, s.has, m.note)
	}
	rows, err := m.rows(s)
	if err != nil {
		return false, err
	}
	defer rows.Release()
	dropped := make(map[string]bool)
	for row := range int(s.base.NumRows()) {
		if row < first || row >= last || s.lost[row] {
			dropped[s.id(row)] = true
		}
	}
	batches := kept(m.media.table.Table.Name, rows, dropped)
	if s.children != nil {
		batches = append(batches, kept(m.media.children.Table.Name, s.children, dropped)...)
	}
	defer func() {
		for _, b := range batches {
			b.Record.Release()
		}
	}()
	m.kept.meet(s, first, last)
	at, err := mark()
	if err != nil {
		return false, err
	}
	return m.yieldMarked(slices.Clone(batches), at, yield), nil
}

// rows joins the insights to the page, in the table's columns.
func (m *mediaReading) rows(s *sheet) (arrow.Record, error) {
	l := m.media.pivot
	l.Base, l.RetrievedAt = s.base, m.work.start()
	switch {
	case s.facts == nil:
		columns := make([]arrow.Array, len(l.Columns))
		for i, slot := range l.Columns {
			columns[i] = s.base.Column(slot.Index)
		}
		return array.NewRecord(l.Schema, columns, s.base.NumRows()), nil
	case m.media.table.Shape == tables.Long:
		return s.facts.Long(l)
	}
	return s.facts.Wide(l)
}

// within returns the rows whose posting time is in the days asked for: [first, last). They are together,
// because media come by time and the surplus is at the ends.
func (m *mediaReading) within(s *sheet) (first, last int) {
	n := int(s.base.NumRows())
	if m.work.Days == nil || s.undated {
		return 0, n
	}
	posted := s.base.Column(baseTimestamp).(*array.Timestamp)
	from, to := midnight(m.work.Days.From), midnight(m.work.Days.To+1)
	in := func(row int) bool {
		if posted.IsNull(row) {
			return true
		}
		at := time.UnixMicro(int64(posted.Value(row)))
		return !at.Before(from) && at.Before(to)
	}
	for last = n; last > 0 && !in(last-1); {
		last--
	}
	for first < last && !in(first) {
		first++
	}
	return first, last
}

// kept are the rows of rec whose media is not dropped, in order: a batch for those that stand together. The
// caller releases their records.
func kept(table string, rec arrow.Record, dropped map[string]bool) []plugin.Batch {
	n := rec.NumRows()
	if len(dropped) == 0 {
		return []plugin.Batch{{Table: table, Record: rec.NewSlice(0, n)}}
	}
	ids := rec.Column(rec.Schema().FieldIndices("media_id")[0]).(*array.String)
	var batches []plugin.Batch
	for from := int64(0); from < n; {
		to := from
		for to < n && !dropped[ids.Value(int(to))] {
			to++
		}
		if to > from {
			batches = append(batches, plugin.Batch{Table: table, Record: rec.NewSlice(from, to)})
		}
		from = to + 1
	}
	return batches
}
