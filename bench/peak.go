package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/metrics"
	"strconv"
)

// A peak is what a child tells of its reading.
type peak struct {
	Rows  int64  `json:"rows"`
	Bytes uint64 `json:"bytes"`
}

// readPeak reads pages over HTTPS into Arrow and returns the most memory that the process ever had.
func readPeak(ctx context.Context, at address, pages int) (peak, error) {
	w, err := newWire(at)
	if err != nil {
		return peak{}, err
	}
	defer w.close()
	var held uint64
	rows, err := w.decode(ctx, newMediaShred(mediaPlan()), pages, func() { held = max(held, heldMemory()) })
	if err != nil {
		return peak{}, err
	}
	if resident, ok := peakResident(); ok {
		held = resident
	}
	return peak{Rows: rows, Bytes: held}, nil
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

// Pages that the children read, and how often both do.
const (
	fewPages, manyPages = 200, 2000
	peakRuns            = 3
)

// peakMemory measures how much more memory ten times the pages take, in a process of its own each time.
func peakMemory(ctx context.Context, at address) (f figure, note string, err error) {
	var few, many, ratios []float64
	for range peakRuns {
		a, err := child(ctx, at, fewPages)
		if err != nil {
			return f, "", err
		}
		b, err := child(ctx, at, manyPages)
		if err != nil {
			return f, "", err
		}
		if b.Rows < a.Rows*manyPages/fewPages*9/10 {
			return f, "", fmt.Errorf("%d pages gave %d rows, but %d pages %d", fewPages, a.Rows, manyPages, b.Rows)
		}
		few, many = append(few, float64(a.Bytes)/(1<<20)), append(many, float64(b.Bytes)/(1<<20))
		ratios = append(ratios, float64(b.Bytes)/float64(a.Bytes))
	}
	f = figure{what: "peak memory of 2,000 pages, × 200 pages", measured: median(ratios), gate: 1.25, aim: 1.05, less: true}
	note = fmt.Sprintf("peak memory: %.1f MiB after %d pages, %.1f MiB after %d", median(few), fewPages, median(many), manyPages)
	return f, note, nil
}

// child has a process read so many pages.
func child(ctx context.Context, at address, pages int) (got peak, err error) {
	c, err := command(ctx, roleRead, pages)
	if err != nil {
		return got, err
	}
	in, err := json.Marshal(at)
	if err != nil {
		return got, err
	}
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if err != nil {
		return got, fmt.Errorf("reading %d pages in a child: %w", pages, err)
	}
	return got, json.Unmarshal(out, &got)
}
