package timeexpr

import "time"

// instant returns the moment at which wall is what the clocks show, in the zone the expression named, else in base's.
func (p *parts) instant(wall, base time.Time) time.Time {
	local := wall.Unix()
	nanos := int64(wall.Nanosecond())
	if p.zone != nil && p.zone.place == nil {
		return time.Unix(local-p.zone.offset, nanos)
	}
	place := base.Location()
	if p.zone != nil {
		place = p.zone.place
	}
	return time.Unix(local-offsetAt(local, place, p.zones > 0), nanos)
}

// offsetAt returns the seconds east of UTC that hold at a local time, given as if in UTC. Around a change of the
// clocks the choice is strtotime's: a time that does not exist counts on from before the change; of one that exists
// twice it is the first west of Greenwich, and the second east of it unless the expression named the place.
func offsetAt(local int64, place *time.Location, named bool) int64 {
	near := periodAt(local, place)
	actual := periodAt(local-near.offset, place)
	if named && near.offset == actual.offset && near.offset >= 0 && !near.daylight {
		const look = 2 * 60 * 60
		earlier := periodAt(local-near.offset-look, place)
		if earlier.offset != actual.offset && local-earlier.offset < actual.start {
			actual = earlier
		}
	}
	inGap := !actual.first &&
		local-actual.offset >= actual.start+near.offset-actual.offset &&
		local-actual.offset < actual.start
	if near.offset != actual.offset && !inGap {
		return actual.offset
	}
	return near.offset
}

// A period is a time during which a place keeps one offset.
type period struct {
	offset   int64
	start    int64 // unix seconds; meaningless for the first
	first    bool  // it has no start
	daylight bool
}

func periodAt(unix int64, place *time.Location) period {
	t := time.Unix(unix, 0).In(place)
	_, offset := t.Zone()
	start, _ := t.ZoneBounds()
	return period{offset: int64(offset), start: start.Unix(), first: start.IsZero(), daylight: t.IsDST()}
}
