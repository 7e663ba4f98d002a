package figures

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime/metrics"
	"strconv"
)

// A Peak is what a child tells of what it did: how many rows it went through, and the most memory that it had.
type Peak struct {
	Rows  int64  `json:"rows"`
	Bytes uint64 `json:"bytes"`
}

// A Meter finds the most memory that this process has. The zero Meter is ready; it is for one goroutine.
type Meter struct{ held uint64 }

// Look looks at the memory that is held now. It is to be called often, for systems that tell of no peak.
func (m *Meter) Look() { m.held = max(m.held, heldMemory()) }

// Peak is what the process ever had of resident memory, or where the system does not tell, the most that the Go
// runtime held when Look was called.
func (m *Meter) Peak() uint64 {
	if resident, ok := peakResident(); ok {
		return resident
	}
	return m.held
}

// heldMemory is what the Go runtime holds of the system's memory now.
func heldMemory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// peakResident is the process's peak of resident memory, where the system has a file that tells it, as Linux does. The
// peak in a rusage is no use: it begins with that of the process that started this one.
func peakResident() (bytes uint64, ok bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	return parsePeak(status)
}

// parsePeak finds VmHWM in what Linux says of a process.
func parsePeak(status []byte) (size uint64, ok bool) {
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			words := bytes.Fields(rest)
			if len(words) != 2 || string(words[1]) != "kB" {
				return 0, false
			}
			kib, err := strconv.ParseUint(string(words[0]), 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

// Self is this program as a child, which ends with ctx. What it has to say goes to this one's standard error.
func Self(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Stderr = os.Stderr
	return c, nil
}

// Ask runs a child, gives it order as JSON and returns the Peak that it answers with, as JSON too.
func Ask(c *exec.Cmd, order any) (got Peak, err error) {
	in, err := json.Marshal(order)
	if err != nil {
		return got, err
	}
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if err != nil {
		return got, err
	}
	return got, json.Unmarshal(out, &got)
}

// PeakRuns is how often Grow has both sizes run.
const PeakRuns = 3

// Grow has run go through few and many, in turn and PeakRuns times, each in a process of its own. It returns the
// median of how many times more memory many take than few, and the median of each in MiB. Many that give less than
// nine tenths of the rows that there should be, next to few, are an error.
func Grow(few, many int, run func(n int) (Peak, error)) (ratio, fewMiB, manyMiB float64, err error) {
	var a, b, ratios []float64
	for range PeakRuns {
		small, err := run(few)
		if err != nil {
			return 0, 0, 0, err
		}
		large, err := run(many)
		if err != nil {
			return 0, 0, 0, err
		}
		if small.Bytes == 0 || large.Bytes == 0 {
			return 0, 0, 0, errors.New("a child told of no memory")
		}
		if large.Rows < small.Rows*int64(many)/int64(few)*9/10 {
			return 0, 0, 0, fmt.Errorf("%d gave %d rows, but %d only %d", few, small.Rows, many, large.Rows)
		}
		a, b = append(a, float64(small.Bytes)/(1<<20)), append(b, float64(large.Bytes)/(1<<20))
		ratios = append(ratios, float64(large.Bytes)/float64(small.Bytes))
	}
	return Median(ratios), Median(a), Median(b), nil
}
