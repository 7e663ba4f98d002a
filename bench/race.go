package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/igsource/igsource/internal/figures"
)

// A runner is one way to go through a corpus. run returns how many rows it made.
type runner struct {
	what string
	size int // bytes it goes through
	run  func() (rows int64, err error)
}

// The runners, as race counts them.
const (
	mediaOne = iota
	mediaTwo
	mediaGeneric
	mediaValid
	accountOne
	accountGeneric
	nestedOne
	nestedGeneric
	nestedValid
)

// reading measures everything that reads pages.
func reading(ctx context.Context, rounds, pages int) (report figures.Report, err error) {
	report, err = decoding(rounds, pages)
	if err != nil {
		return report, err
	}
	at, stop, err := startServer(ctx, pages)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	prefetch, err := overWire(ctx, at, rounds, pages)
	if err != nil {
		return report, err
	}
	held, err := peakMemory(ctx, at)
	if err != nil {
		return report, err
	}
	report.Add(prefetch)
	report.Add(held)
	return report, nil
}

// decoding measures the decoders in this process.
func decoding(rounds, pages int) (report figures.Report, err error) {
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return report, err
	}
	list := contenders(pages, pacific)
	times, err := race(list, rounds)
	if err != nil {
		return report, err
	}
	allocations, bytes, err := allocated(list[mediaOne])
	if err != nil {
		return report, err
	}
	nestedAllocations, nestedBytes, err := allocated(list[nestedOne])
	if err != nil {
		return report, err
	}
	scaling, loops, err := scale()
	if err != nil {
		return report, err
	}
	two := figures.Figure{What: "two workers, × one", Measured: scaling, Gate: 1.4, Aim: 1.75}
	if !two.Holds(two.Gate) && loops < two.Gate {
		two.Skip = "not judged: no second processor was free"
	}
	report.Figures = []figures.Figure{
		{What: "account insights, pivot included, × encoding/json into maps + builders", Measured: figures.Ratio(times[accountGeneric], times[accountOne]), Gate: 3, Aim: 6},
		{What: "media pages, pivot included, × encoding/json into maps + builders", Measured: figures.Ratio(times[mediaGeneric], times[mediaOne]), Gate: 6, Aim: 9},
		{What: "media pages, × jsontext.Value.IsValid", Measured: figures.Ratio(times[mediaValid], times[mediaOne]), Gate: 0.7, Aim: 1},
		{What: "media pages, allocations a row, one page a batch", Measured: allocations, Gate: 0.3, Aim: 0.12, Less: true},
		{What: "media pages, bytes allocated per byte of input", Measured: bytes, Gate: 1.5, Aim: 1, Less: true},
		{What: "nested pages, × encoding/json into maps + builders", Measured: figures.Ratio(times[nestedGeneric], times[nestedOne]), Gate: 6, Aim: 9},
		{What: "nested pages, × jsontext.Value.IsValid", Measured: figures.Ratio(times[nestedValid], times[nestedOne]), Gate: 0.7, Aim: 1},
		{What: "nested pages, allocations a row, one page a batch", Measured: nestedAllocations, Gate: 0.3, Aim: 0.12, Less: true},
		{What: "nested pages, bytes allocated per byte of input", Measured: nestedBytes, Gate: 1.5, Aim: 1, Less: true},
		two,
	}
	report.Speeds = speedsOf(list, times)
	report.Notes = []string{fmt.Sprintf("two loops that only compute, × one: %.2f", loops)}
	return report, nil
}

// contenders returns the runners over a corpus of so many pages and windows.
func contenders(pages int, pacific *time.Location) []runner {
	media, windows := mediaPages(pages), accountWindows(pages, pacific)
	mediaSize, accountSize := 0, 0
	for _, p := range media {
		mediaSize += len(p)
	}
	for _, w := range windows {
		accountSize += w.size()
	}
	plan := mediaPlan()
	workers := []*mediaShred{newMediaShred(plan), newMediaShred(plan)}
	maps := newMediaMaps()
	account, accountMaps := newAccountShred(pacific), newAccountMaps(pacific)
	nested := nestedPages(max(pages/nestedShare, 2))
	nestedSize := 0
	for _, p := range nested {
		nestedSize += len(p)
	}
	positions, nestedMaps := newNestedShred(nestedPlan()), newNestedMaps()
	return []runner{
		mediaOne: {"media pages, shred", mediaSize, func() (int64, error) { return workers[0].all(media, 0, 1) }},
		mediaTwo: {"media pages, shred, two workers", mediaSize, func() (int64, error) { return twoWorkers(workers, media) }},
		mediaGeneric: {"media pages, encoding/json into maps + builders", mediaSize, func() (int64, error) {
			var rows int64
			for _, page := range media {
				posts, comments, err := maps.decode(page)
				if err != nil {
					return rows, err
				}
				rows += posts.NumRows() + comments.NumRows()
				posts.Release()
				comments.Release()
			}
			return rows, nil
		}},
		mediaValid: {"media pages, jsontext.Value.IsValid", mediaSize, func() (int64, error) { return 0, allValid(media) }},
		accountOne: {"account insights, shred", accountSize, func() (int64, error) {
			var rows int64
			for _, w := range windows {
				r, err := account.decode(w)
				if err != nil {
					return rows, err
				}
				rows += r.NumRows()
				r.Release()
			}
			return rows, nil
		}},
		accountGeneric: {"account insights, encoding/json into maps + builders", accountSize, func() (int64, error) {
			var rows int64
			for _, w := range windows {
				r, err := accountMaps.decode(w)
				if err != nil {
					return rows, err
				}
				rows += r.NumRows()
				r.Release()
			}
			return rows, nil
		}},
		nestedOne:     {"nested pages, shred", nestedSize, func() (int64, error) { return decodeNested(positions, nested) }},
		nestedGeneric: {"nested pages, encoding/json into maps + builders", nestedSize, func() (int64, error) { return decodeNested(nestedMaps, nested) }},
		nestedValid:   {"nested pages, jsontext.Value.IsValid", nestedSize, func() (int64, error) { return 0, allValid(nested) }},
	}
}

// nestedShare is how many times fewer nested pages there are than media pages: each is about twice as long.
const nestedShare = 2

// allValid only checks pages.
func allValid(pages [][]byte) error {
	for _, page := range pages {
		if !jsontext.Value(page).IsValid() {
			return fmt.Errorf("a page is not valid")
		}
	}
	return nil
}

// all decodes every step-th page from the one at from on, one batch a page.
func (m *mediaShred) all(pages [][]byte, from, step int) (rows int64, err error) {
	for i := from; i < len(pages); i += step {
		posts, comments, err := m.decode(pages[i])
		if err != nil {
			return rows, err
		}
		rows += posts.NumRows() + comments.NumRows()
		posts.Release()
		comments.Release()
	}
	return rows, nil
}

// twoWorkers decodes all pages in two goroutines, each with a decoder of its own.
func twoWorkers(workers []*mediaShred, pages [][]byte) (int64, error) {
	var group sync.WaitGroup
	rows, errs := make([]int64, len(workers)), make([]error, len(workers))
	for i, w := range workers {
		group.Go(func() { rows[i], errs[i] = w.all(pages, i, len(workers)) })
	}
	group.Wait()
	return rows[0] + rows[1], errors.Join(errs...)
}

// scale returns how many times faster two workers are than one, and how many times faster two loops that only compute
// are: that is what the machine gives. Rounds are over scalePages pages, which stay in memory as what a program holds
// does, each side from a collected heap; the ratios are taken inside a round, and their median is the figure.
func scale() (workers, loops float64, err error) {
	list := contenders(scalePages, time.UTC)
	runs := []runner{
		list[mediaOne], list[mediaTwo],
		{what: "one loop", run: func() (int64, error) { return int64(spin(2 * spins)), nil }},
		{what: "two loops", run: func() (int64, error) {
			var group sync.WaitGroup
			var sums [2]uint64
			for i := range sums {
				group.Go(func() { sums[i] = spin(spins) })
			}
			group.Wait()
			return int64(sums[0] + sums[1]), nil
		}},
	}
	var worked, looped []float64
	for round := range scaleRounds + 1 {
		took := make([]float64, len(runs))
		for i, r := range runs {
			runtime.GC()
			start := time.Now()
			if _, err := r.run(); err != nil {
				return 0, 0, fmt.Errorf("%s: %w", r.what, err)
			}
			took[i] = time.Since(start).Seconds()
		}
		if round > 0 { // the first one warms up
			worked, looped = append(worked, took[0]/took[1]), append(looped, took[2]/took[3])
		}
	}
	return figures.Median(worked), figures.Median(looped), nil
}

// scalePages are 20 MB of pages.
const (
	scalePages  = 50
	scaleRounds = 25
)

// spins make a loop that takes about as long as a worker does for its share.
const spins = 15_000_000

// spin computes n numbers, each from the one before.
func spin(n int) uint64 {
	x := uint64(seed)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// runs is how often each runner runs in a round: its time is the best of them.
const runs = 3

// race runs all runners in rounds rounds, after one to warm up, in another order each time, and returns the time of each
// in each round.
func race(list []runner, rounds int) ([][]time.Duration, error) {
	r := rand.New(rand.NewPCG(seed, 3))
	times := make([][]time.Duration, len(list))
	for round := -1; round < rounds; round++ {
		for _, i := range r.Perm(len(list)) {
			best := time.Duration(math.MaxInt64)
			for range runs {
				runtime.GC()
				start := time.Now()
				if _, err := list[i].run(); err != nil {
					return nil, fmt.Errorf("%s: %w", list[i].what, err)
				}
				best = min(best, time.Since(start))
			}
			if round >= 0 {
				times[i] = append(times[i], best)
			}
		}
	}
	return times, nil
}

// allocated returns how many allocations r makes a row, and how many bytes it allocates per byte it reads.
func allocated(r runner) (perRow, perByte float64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	rows, err := r.run()
	runtime.ReadMemStats(&after)
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", r.what, err)
	}
	return float64(after.Mallocs-before.Mallocs) / float64(rows), float64(after.TotalAlloc-before.TotalAlloc) / float64(r.size), nil
}

// speedsOf returns the median speed of each runner.
func speedsOf(list []runner, times [][]time.Duration) []figures.Speed {
	var speeds []figures.Speed
	for i, r := range list {
		var rounds []float64
		for _, t := range times[i] {
			rounds = append(rounds, float64(r.size)/1e6/t.Seconds())
		}
		speeds = append(speeds, figures.Speed{What: r.what, Value: figures.Median(rounds), Unit: "MB/s"})
	}
	return speeds
}
