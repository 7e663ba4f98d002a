package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// PostgreSQL counts from 2000-01-01: days, and microseconds. It holds dates from 4713 BC to 5874897, and
// timestamps to 294276; see its documentation, "Date/Time Types".
const (
	epochDay   = 10957
	epochMicro = epochDay * 86_400_000_000
	firstDay   = -2451545
	lastDay    = 2145031948
	firstMicro = -211813488000000000
	lastMicro  = 9223371331199999999
)

var errMoment = errors.New("a date or time is outside of what PostgreSQL holds, 4713 BC to AD 294276")

func timeAppender(a arrow.Array) (appender, error) {
	switch a := a.(type) {
	case *array.Date32:
		values := a.Date32Values()
		return func(dst []byte, row int) ([]byte, error) { return appendDay(dst, int64(values[row])) }, nil
	case *array.Date64:
		values := a.Date64Values()
		return func(dst []byte, row int) ([]byte, error) {
			return appendDay(dst, floorDiv(int64(values[row]), 86_400_000))
		}, nil
	case *array.Timestamp:
		values, unit := a.TimestampValues(), a.DataType().(*arrow.TimestampType).Unit
		return func(dst []byte, row int) ([]byte, error) {
			v, ok := micros(int64(values[row]), unit, epochMicro)
			if !ok || v < firstMicro || v > lastMicro {
				return dst, errMoment
			}
			return appendInt64(dst, v), nil
		}, nil
	case *array.Time32:
		values, unit := a.Time32Values(), a.DataType().(*arrow.Time32Type).Unit
		return func(dst []byte, row int) ([]byte, error) { return appendClock(dst, int64(values[row]), unit) }, nil
	case *array.Time64:
		values, unit := a.Time64Values(), a.DataType().(*arrow.Time64Type).Unit
		return func(dst []byte, row int) ([]byte, error) { return appendClock(dst, int64(values[row]), unit) }, nil
	}
	return nil, errNoForm(a)
}

func appendDay(dst []byte, day int64) ([]byte, error) {
	if day -= epochDay; day < firstDay || day > lastDay {
		return dst, errMoment
	}
	return binary.BigEndian.AppendUint32(append(dst, 0, 0, 0, 4), uint32(int32(day))), nil
}

func appendClock(dst []byte, v int64, unit arrow.TimeUnit) ([]byte, error) {
	v, ok := micros(v, unit, 0)
	if !ok || v < 0 || v > 86_400_000_000 {
		return dst, fmt.Errorf("a time of day is none: %d microseconds after midnight", v)
	}
	return appendInt64(dst, v), nil
}

// micros returns v in microseconds after epoch, down to the last whole one, and whether they fit.
func micros(v int64, unit arrow.TimeUnit, epoch int64) (int64, bool) {
	factor := int64(1)
	switch unit {
	case arrow.Second:
		factor = 1_000_000
	case arrow.Millisecond:
		factor = 1_000
	case arrow.Nanosecond:
		v = floorDiv(v, 1_000)
	}
	epoch /= factor
	if v < math.MinInt64+epoch {
		return 0, false
	}
	v -= epoch
	if v > math.MaxInt64/factor || v < math.MinInt64/factor {
		return 0, false
	}
	return v * factor, true
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
