package timeexpr

import (
	"strings"
	"time"
	_ "time/tzdata" // so that the zones are there where the host has none
)

// Pacific is America/Los_Angeles, in whose calendar days Instagram counts.
var Pacific = mustLoad("America/Los_Angeles")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic("timeexpr: embedded zone " + name + ": " + err.Error())
	}
	return loc
}

// A zone is what an expression says about its zone: a fixed offset, or a place with its changes.
type zone struct {
	offset int64          // seconds east of UTC, if place is nil
	place  *time.Location // nil for an offset or an abbreviation
}

// loadZone finds a zone of the tz database, whatever the case of its letters.
func loadZone(name string) (*time.Location, bool) {
	if name == "" || strings.EqualFold(name, "local") {
		return nil, false // LoadLocation gives UTC and the host's own zone for these
	}
	candidates := [...]string{name, irregularZones[strings.ToLower(name)], capitalised(name), strings.ToUpper(name)}
	for _, candidate := range candidates {
		if candidate == "" {
			continue
		}
		if loc, err := time.LoadLocation(candidate); err == nil {
			return loc, true
		}
	}
	return nil, false
}

// capitalised writes a zone's name as most zones are written: America/New_York.
func capitalised(name string) string {
	b := []byte(strings.ToLower(name))
	for i := range b {
		if isLetter(b[i]) && (i == 0 || !isLetter(b[i-1])) {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// irregularZones are the zones that are not written as most are, by their name in small letters.
var irregularZones = func() map[string]string {
	zones := make(map[string]string)
	for name := range strings.FieldsSeq(`Africa/Dar_es_Salaam America/Argentina/ComodRivadavia America/Knox_IN
		America/Port-au-Prince America/Port_of_Spain Antarctica/DumontDUrville Antarctica/McMurdo Australia/ACT
		Australia/LHI Australia/NSW Brazil/DeNoronha Chile/EasterIsland Etc/GMT Etc/UCT Etc/UTC Europe/Isle_of_Man
		Mexico/BajaNorte Mexico/BajaSur`) {
		zones[strings.ToLower(name)] = name
	}
	return zones
}()
