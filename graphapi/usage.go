package graphapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A meter is how much of a rate limit is used, in percent, and how long until calls are taken again.
type meter struct {
	known   bool
	percent float64
	regain  time.Duration
}

func (m meter) max(o meter) meter {
	return meter{m.known || o.known, max(m.percent, o.percent), max(m.regain, o.regain)}
}

// spent says whether the limit is reached.
func (m meter) spent() bool { return m.percent >= 100 || m.regain > 0 }

// usage is what the headers of one answer say of the rate limits.
type usage struct {
	app      meter
	accounts map[string]meter
}

// meterFields are those of X-App-Usage and of the entries of X-Business-Use-Case-Usage.
type meterFields struct {
	Type   string  `json:"type"`
	Calls  float64 `json:"call_count"`
	Time   float64 `json:"total_time"`
	CPU    float64 `json:"total_cputime"`
	Regain float64 `json:"estimated_time_to_regain_access"` // minutes
}

func (f meterFields) meter() meter {
	return meter{known: true, percent: max(f.Calls, f.Time, f.CPU), regain: span(f.Regain, time.Minute)}
}

// longest caps what a header may name, so that no sum of times overflows.
const longest = 366 * 24 * time.Hour

func span(n float64, unit time.Duration) time.Duration {
	switch {
	case !(n > 0):
		return 0
	case n >= float64(longest/unit):
		return longest
	}
	return time.Duration(n * float64(unit))
}

// readUsage reads the usage headers. account is the one that was called for: where the header has no entry of its id, the
// entries of other ids that are about Instagram stand for it, since the API may count by another object. A
// header that is not there, or not readable, says nothing.
func readUsage(h http.Header, account string) usage {
	var u usage
	if text := h.Get("X-App-Usage"); text != "" {
		var f meterFields
		if json.Unmarshal([]byte(text), &f) == nil {
			u.app = f.meter()
		}
	}
	text := h.Get("X-Business-Use-Case-Usage")
	if text == "" {
		return u
	}
	var entries map[string][]meterFields
	if json.Unmarshal([]byte(text), &entries) != nil {
		return u
	}
	u.accounts = make(map[string]meter, len(entries))
	var others meter
	for id, list := range entries {
		for _, f := range list {
			if f.Type != "" && !strings.EqualFold(f.Type, "instagram") {
				continue // the limit of another product
			}
			u.accounts[id] = u.accounts[id].max(f.meter())
			others = others.max(f.meter())
		}
	}
	if account != "" && !u.accounts[account].known && others.known {
		u.accounts[account] = others
	}
	return u
}

// namedWait is how long the headers of a throttled answer ask to wait, 0 if they name nothing. byAccount
// says that it is the account's limit.
func namedWait(h http.Header, account string, now time.Time) (wait time.Duration, byAccount bool) {
	if wait = retryAfter(h, now); wait > 0 {
		return wait, false
	}
	if m := readUsage(h, account).accounts[account]; m.regain > 0 {
		return m.regain, true
	}
	var ads struct {
		Percent float64 `json:"acc_id_util_pct"`
		Reset   float64 `json:"reset_time_duration"` // seconds
	}
	if json.Unmarshal([]byte(h.Get("X-Ad-Account-Usage")), &ads) == nil && ads.Percent >= 100 {
		return span(ads.Reset, time.Second), false
	}
	return 0, false
}

// retryAfter reads a Retry-After header: seconds, or a date held against the answer's own Date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return span(n, time.Second)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(0, at.Sub(now)), longest)
}
