package shred

import (
	"math"
	"time"
)

// A zone tells days apart in a Location. It keeps the offset of the stretch it was asked about last.
type zone struct {
	location *time.Location
	from, to int64 // seconds for which offset holds
	offset   int64

	day int32 // whose end is known
	end int64 // microseconds
	has bool
}

// set makes l the Location; nil is UTC.
func (z *zone) set(l *time.Location) {
	if l == nil {
		l = time.UTC
	}
	if z.location != l {
		*z = zone{location: l, from: 1, to: 0}
	}
}

// dayBefore returns the day that ends at end, in microseconds: the one that lay half a day earlier, so that an
// end an hour off after a clock change means the same day.
func (z *zone) dayBefore(end int64) int32 {
	at := floorDiv(end, 1e6) - secondsPerDay/2
	if at < z.from || at >= z.to {
		t := time.Unix(at, 0).In(z.location)
		_, offset := t.Zone()
		z.offset = int64(offset)
		z.from, z.to = math.MinInt64, math.MaxInt64
		from, to := t.ZoneBounds()
		if !from.IsZero() {
			z.from = from.Unix()
		}
		if !to.IsZero() {
			z.to = to.Unix()
		}
	}
	return int32(floorDiv(at+z.offset, secondsPerDay))
}

// midnightAfter returns the end of day in microseconds.
func (z *zone) midnightAfter(day int32) int64 {
	if !z.has || z.day != day {
		z.day, z.has = day, true
		z.end = time.Date(1970, 1, 1+int(day)+1, 0, 0, 0, 0, z.location).UnixMicro()
	}
	return z.end
}
