package cell_test

import (
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/sink/internal/cell"
)

func TestAppendDate(t *testing.T) {
	for days, want := range map[int64]string{
		0: "1970-01-01", -1: "1969-12-31", 20727: "2026-10-01", 19782: "2024-02-29", 11016: "2000-02-29", -25509: "1900-02-28",
		-719162: "0001-01-01", -719528: "0000-01-01", -719529: "-0001-12-31", 2932896: "9999-12-31", 2932897: "10000-01-01",
	} {
		assert.Equal(t, want, string(cell.AppendDate(nil, days)))
	}
}

func TestAppendDateEqualsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(-719162, 2932896).Draw(t, "days")
		require.Equal(t, time.Unix(days*86400, 0).UTC().Format(time.DateOnly), string(cell.AppendDate(nil, days)))
	})
}

func TestAppendTimestamp(t *testing.T) {
	for _, c := range []struct {
		v      int64
		unit   arrow.TimeUnit
		suffix string
		want   string
	}{
		{1569537403, arrow.Second, "+0000", "2019-09-26T22:36:43+0000"},
		{1569537403_000, arrow.Millisecond, "Z", "2019-09-26T22:36:43Z"},
		{1569537403_250_000, arrow.Microsecond, "+0000", "2019-09-26T22:36:43.25+0000"},
		{1569537403_000_000_001, arrow.Nanosecond, "Z", "2019-09-26T22:36:43.000000001Z"},
		{-1, arrow.Microsecond, "", "1969-12-31T23:59:59.999999"},
	} {
		assert.Equal(t, c.want, string(cell.AppendTimestamp(nil, c.v, c.unit, c.suffix)))
	}
}

func TestAppendTimestampEqualsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]arrow.TimeUnit{arrow.Second, arrow.Millisecond, arrow.Microsecond, arrow.Nanosecond}).Draw(t, "unit")
		v := rapid.Int64Range(-60_000_000_000, 250_000_000_000).Draw(t, "instant")
		require.Equal(t, arrow.Timestamp(v).ToTime(unit).Format("2006-01-02T15:04:05.999999999Z07:00"), string(cell.AppendTimestamp(nil, v, unit, "Z")))
	})
}

func TestAppendTime(t *testing.T) {
	assert.Equal(t, "00:00:00", string(cell.AppendTime(nil, 0, arrow.Second)))
	assert.Equal(t, "23:59:59.001", string(cell.AppendTime(nil, 86_399_001, arrow.Millisecond)))
	assert.Equal(t, "01:02:03.000004", string(cell.AppendTime(nil, 3723_000_004, arrow.Microsecond)))
}
