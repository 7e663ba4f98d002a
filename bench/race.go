package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A runner is one way to go through a corpus. run returns how many rows it made.
type runner struct {
	what string
	size int // bytes it goes through
	run  func() (rows int64, err error)
}

// A speed is how fast a runner was.
type speed struct {
	what      string
	megabytes float64
}

// The runners, as race counts them.
const (
	mediaOne = iota
	mediaTwo
	mediaGeneric
	mediaValid
	accountOne
	accountGeneric
)

// measure runs everything and returns the figures.
func measure(rounds, pages int) ([]figure, []speed, error) {
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return nil, nil, err
	}
	list := contenders(pages, pacific)
	times, err := race(list, rounds)
	if err != nil {
		return nil, nil, err
	}
	allocations, bytes, err := allocated(list[mediaOne])
	if err != nil {
		return nil, nil, err
	}
	ratio := func(slow, fast int) float64 {
		return medianOf(rounds, func(round int) float64 { return times[slow][round].Seconds() / times[fast][round].Seconds() })
	}
	scaling, err := scale(pages)
	if err != nil {
		return nil, nil, err
	}
	figures := []figure{
		{what: "account insights, pivot included, × encoding/json into maps + builders", measured: ratio(accountGeneric, accountOne), gate: 3, aim: 6},
		{what: "media pages, pivot included, × encoding/json into maps + builders", measured: ratio(mediaGeneric, mediaOne), gate: 6, aim: 9},
		{what: "media pages, × jsontext.Value.IsValid", measured: ratio(mediaValid, mediaOne), gate: 0.7, aim: 1},
		{what: "allocations a row, one page a batch", measured: allocations, gate: 0.3, aim: 0.12, less: true},
		{what: "bytes allocated per byte of input", measured: bytes, gate: 1.5, aim: 1, less: true},
		{what: "two workers, × one", measured: scaling, gate: 1.4, aim: 1.75},
	}
	if runtime.GOMAXPROCS(0) < 2 {
		figures[len(figures)-1].skip = "not judged: it wants two processors"
	}
	var speeds []speed
	for i, r := range list {
		speeds = append(speeds, speed{r.what, medianOf(rounds, func(round int) float64 { return float64(r.size) / 1e6 / times[i][round].Seconds() })})
	}
	return figures, speeds, nil
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
		mediaValid: {"media pages, jsontext.Value.IsValid", mediaSize, func() (int64, error) {
			for _, page := range media {
				if !jsontext.Value(page).IsValid() {
					return 0, fmt.Errorf("a page is not valid")
				}
			}
			return 0, nil
		}},
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
	}
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

// scale returns how many times faster two workers are than one. Whoever else uses the machine takes from two workers
// what one does not miss, so many short runs are made of each and the best compared.
func scale(pages int) (float64, error) {
	const tries, few = 400, 8
	list := contenders(min(pages, few), time.UTC)
	var best [2]time.Duration
	for try := range tries {
		for i, r := range []runner{list[mediaOne], list[mediaTwo]} {
			start := time.Now()
			if _, err := r.run(); err != nil {
				return 0, fmt.Errorf("%s: %w", r.what, err)
			}
			if took := time.Since(start); try == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	return best[0].Seconds() / best[1].Seconds(), nil
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

// medianOf returns the median of what value gives for the rounds.
func medianOf(rounds int, value func(round int) float64) float64 {
	list := make([]float64, rounds)
	for i := range list {
		list[i] = value(i)
	}
	slices.Sort(list)
	if rounds%2 == 1 {
		return list[rounds/2]
	}
	return (list[rounds/2-1] + list[rounds/2]) / 2
}
