package lockfile

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
)

// A Holder is who holds a lock.
type Holder struct {
	Host  string
	PID   int
	Since time.Time
}

// Self is this process as a holder since now.
func Self(now time.Time) Holder {
	host, err := os.Hostname()
	if err != nil || strings.ContainsAny(host, " \n") {
		host = "unknown"
	}
	return Holder{Host: host, PID: os.Getpid(), Since: now.UTC().Truncate(time.Second)}
}

// String is the holder as one line, which ParseHolder reads.
func (h Holder) String() string {
	return fmt.Sprintf("process %d on host %s, since %s", h.PID, h.Host, h.Since.Format(time.RFC3339))
}

// ParseHolder reads what String gave.
func ParseHolder(line string) (Holder, bool) {
	words := strings.Fields(line)
	if len(words) != 7 || words[0] != "process" || words[2] != "on" || words[3] != "host" || words[5] != "since" {
		return Holder{}, false
	}
	pid, err := strconv.Atoi(words[1])
	if err != nil {
		return Holder{}, false
	}
	since, err := time.Parse(time.RFC3339, words[6])
	if err != nil {
		return Holder{}, false
	}
	return Holder{Host: strings.TrimSuffix(words[4], ","), PID: pid, Since: since}, true
}

// Busy is the error of a run that another one keeps out: both have the input, and write to where. By may
// be nil where nobody knows who the other is.
func Busy(input, where string, by *Holder) error {
	other := "another run"
	if by != nil {
		other = "another run (" + by.String() + ")"
	}
	return plugin.Userf("%s of %q is writing to %s: wait until it has ended, or give one of the two another name", other, input, where)
}
