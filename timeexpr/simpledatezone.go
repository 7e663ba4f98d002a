package timeexpr

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// javaZone returns the zone that Java's TimeZone.getTimeZone gives for id: a name of the tz database, one
// of Java's old three-letter names, or GMT with an offset. Whatever else is GMT, silently, as there.
func javaZone(id string) *time.Location {
	if full, ok := shortZones[id]; ok {
		id = full
	}
	if offset, ok := strings.CutPrefix(id, "GMT"); ok && offset != "" {
		if seconds, ok := zoneOffset(offset); ok {
			return time.FixedZone(gmtName(rune(offset[0]), seconds), seconds)
		}
	}
	// Go gives the machine's zone for Local and UTC for the empty name: neither is a zone of Java's.
	if id == "" || id == "Local" {
		return gmt
	}
	loc, err := time.LoadLocation(id)
	if err != nil {
		return gmt
	}
	return loc
}

var gmt = time.FixedZone("GMT", 0)

// zoneOffset reads +h, +hh, +hmm, +hhmm, +h:mm and +hh:mm, hours to 23, in seconds.
func zoneOffset(text string) (int, bool) {
	sign := 1
	switch text[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	text = text[1:]
	hours, minutes, colon := strings.Cut(text, ":")
	switch {
	case colon && (len(hours) < 1 || len(hours) > 2 || len(minutes) != 2):
		return 0, false
	case !colon && len(text) > 2:
		if len(text) > 4 {
			return 0, false
		}
		hours, minutes = text[:len(text)-2], text[len(text)-2:]
	case !colon:
		minutes = "00"
	}
	h, herr := strconv.ParseUint(hours, 10, 8)
	m, merr := strconv.ParseUint(minutes, 10, 8)
	if herr != nil || merr != nil || h > 23 || m > 59 {
		return 0, false
	}
	return sign * (int(h)*3600 + int(m)*60), true
}

func gmtName(sign rune, seconds int) string {
	seconds = max(seconds, -seconds)
	return fmt.Sprintf("GMT%c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// zoneName is the name of t's zone. Where English has no name that we know, it is GMT and the offset, as
// Java itself does for zones without one.
func zoneName(t time.Time, long bool) string {
	name, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign = '-'
	}
	if name == "" || name[0] == '+' || name[0] == '-' {
		return gmtName(sign, offset)
	}
	if !long || strings.HasPrefix(name, "GMT") && name != "GMT" {
		return name
	}
	for _, z := range longZones {
		if z.short == name && z.offset == offset {
			return z.long
		}
	}
	return gmtName(sign, offset)
}

// longZones are English names by abbreviation and offset, which tells China's CST from Chicago's.
var longZones = []struct {
	short  string
	offset int
	long   string
}{
	{"UTC", 0, "Coordinated Universal Time"},
	{"GMT", 0, "Greenwich Mean Time"},
	{"BST", 3600, "British Summer Time"},
	{"IST", 3600, "Irish Standard Time"},
	{"WET", 0, "Western European Standard Time"},
	{"WEST", 3600, "Western European Summer Time"},
	{"CET", 3600, "Central European Standard Time"},
	{"CEST", 7200, "Central European Summer Time"},
	{"EET", 7200, "Eastern European Standard Time"},
	{"EEST", 10800, "Eastern European Summer Time"},
	{"MSK", 10800, "Moscow Standard Time"},
	{"IST", 7200, "Israel Standard Time"},
	{"IDT", 10800, "Israel Daylight Time"},
	{"SAST", 7200, "South Africa Standard Time"},
	{"CAT", 7200, "Central Africa Time"},
	{"EAT", 10800, "East Africa Time"},
	{"WAT", 3600, "West Africa Standard Time"},
	{"PKT", 18000, "Pakistan Standard Time"},
	{"IST", 19800, "India Standard Time"},
	{"WIB", 25200, "Western Indonesia Time"},
	{"CST", 28800, "China Standard Time"},
	{"HKT", 28800, "Hong Kong Standard Time"},
	{"AWST", 28800, "Australian Western Standard Time"},
	{"JST", 32400, "Japan Standard Time"},
	{"KST", 32400, "Korean Standard Time"},
	{"ACST", 34200, "Australian Central Standard Time"},
	{"ACDT", 37800, "Australian Central Daylight Time"},
	{"AEST", 36000, "Australian Eastern Standard Time"},
	{"AEDT", 39600, "Australian Eastern Daylight Time"},
	{"NZST", 43200, "New Zealand Standard Time"},
	{"NZDT", 46800, "New Zealand Daylight Time"},
	{"NST", -12600, "Newfoundland Standard Time"},
	{"NDT", -9000, "Newfoundland Daylight Time"},
	{"AST", -14400, "Atlantic Standard Time"},
	{"ADT", -10800, "Atlantic Daylight Time"},
	{"EST", -18000, "Eastern Standard Time"},
	{"EDT", -14400, "Eastern Daylight Time"},
	{"CST", -21600, "Central Standard Time"},
	{"CDT", -18000, "Central Daylight Time"},
	{"MST", -25200, "Mountain Standard Time"},
	{"MDT", -21600, "Mountain Daylight Time"},
	{"PST", -28800, "Pacific Standard Time"},
	{"PDT", -25200, "Pacific Daylight Time"},
	{"AKST", -32400, "Alaska Standard Time"},
	{"AKDT", -28800, "Alaska Daylight Time"},
	{"HST", -36000, "Hawaii-Aleutian Standard Time"},
}

// shortZones are the three-letter names that Java still takes.
var shortZones = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
	"ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
	"CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis",
	"IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
	"NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
	"PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
}
