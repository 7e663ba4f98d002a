package timeexpr

import "strings"

// errUnknownZone says that a word is no zone; as any unknown word looks like one, it is reported as a word.
var errUnknownZone = &fault{problem: "is no zone"}

func takeZoneWord(p *parts, r *reader) *fault {
	first, f := p.takeZone()
	if !first {
		return f
	}
	return p.setZone(r)
}

// takeTrailingZone takes the zone that a form ends in, if it does.
func (p *parts) takeTrailingZone(r *reader) *fault {
	if r.rest == "" {
		return nil
	}
	return p.setZone(r)
}

// setZone takes the zone written here: an offset, an abbreviation, or a name of the tz database.
func (p *parts) setZone(r *reader) *fault {
	r.rest = strings.TrimLeft(r.rest, " \t(\u00a0\u202f")
	if strings.HasPrefix(r.rest, "GMT+") || strings.HasPrefix(r.rest, "GMT-") {
		r.rest = r.rest[len("GMT"):]
	}
	if r.at("+-") {
		offset := offsetSeconds(r.rest[1:])
		if r.rest[0] == '-' {
			offset = -offset
		}
		p.zone = &zone{offset: offset}
		return nil
	}
	name := strings.TrimRight(r.rest, ")\x00")
	if offset, ok := abbreviations[strings.ToLower(name)]; ok {
		p.zone = &zone{offset: offset}
		return nil
	}
	place, ok := loadZone(name)
	if !ok {
		return errUnknownZone
	}
	p.zone = &zone{place: place}
	return nil
}

// offsetSeconds reads h, hh, hmm, hhmm, hhmmss, or the same with colons.
func offsetSeconds(text string) int64 {
	hour, rest, colons := strings.Cut(text, ":")
	if colons {
		minute, second, _ := strings.Cut(rest, ":")
		return atoi(hour)*3600 + atoi(minute)*60 + atoi(second)
	}
	switch number := atoi(text); len(text) {
	case 1, 2:
		return number * 3600
	case 6:
		return number/10000*3600 + number/100%100*60 + number%100
	default:
		return number/100*3600 + number%100*60
	}
}
