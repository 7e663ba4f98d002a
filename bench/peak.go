package main

import (
	"context"
	"fmt"

	"github.com/igsource/igsource/internal/figures"
)

// readPeak reads pages over HTTPS into Arrow and returns the most memory that the process ever had.
func readPeak(ctx context.Context, at address, pages int) (figures.Peak, error) {
	w, err := newWire(at)
	if err != nil {
		return figures.Peak{}, err
	}
	defer w.close()
	var meter figures.Meter
	rows, err := w.decode(ctx, newMediaShred(mediaPlan()), pages, meter.Look)
	if err != nil {
		return figures.Peak{}, err
	}
	return figures.Peak{Rows: rows, Bytes: meter.Peak()}, nil
}

// Pages that the children read.
const fewPages, manyPages = 200, 2000

// peakMemory measures how much more memory ten times the pages take, in a process of its own each time.
func peakMemory(ctx context.Context, at address) (report figures.Report, err error) {
	ratio, few, many, err := figures.Grow(fewPages, manyPages, func(pages int) (figures.Peak, error) {
		c, err := command(ctx, roleRead, pages)
		if err != nil {
			return figures.Peak{}, err
		}
		return figures.Ask(c, at)
	})
	if err != nil {
		return report, fmt.Errorf("reading pages in a child: %w", err)
	}
	report.Figures = []figures.Figure{{What: "peak memory of 2,000 pages, × 200 pages", Measured: ratio, Gate: 1.25, Aim: 1.05, Less: true}}
	report.Notes = []string{fmt.Sprintf("peak memory: %.1f MiB after %d pages, %.1f MiB after %d", few, fewPages, many, manyPages)}
	return report, nil
}
