package loading

import (
	"fmt"
	"time"

	"github.com/igsource/igsource/internal/figures"
)

// What is written in a measurement: Many rows in each of Passes contests, in turns of TurnBatches batches. Memory is
// that of Many rows, compared with that of Few.
const (
	Many        = 1_000_000
	Few         = Many / 10
	Passes      = 2
	TurnBatches = 50
)

// speedFigure and memoryFigure are the figures of a database, not measured yet.
func speedFigure(database string) figures.Figure {
	return figures.Figure{What: "1,000,000 rows into " + database + ", × the same statements fed from memory", Gate: 0.7, Aim: 0.9}
}

func memoryFigure(database string) figures.Figure {
	return figures.Figure{What: "peak memory of 1,000,000 rows into " + database + ", × 100,000 rows", Gate: 1.25, Aim: 1.05, Less: true}
}

// Skipped is the report of a database that is not there.
func Skipped(database string) figures.Report {
	speed, memory := speedFigure(database), memoryFigure(database)
	speed.Skip = "not judged: no " + database + " here"
	memory.Skip = speed.Skip
	return figures.Report{Figures: []figures.Figure{speed, memory}}
}

// Report is that of contests whose turns were all of TurnBatches batches.
func (t Times) Report(database string) figures.Report {
	speed := func(list []time.Duration) float64 {
		var rates []float64
		for _, d := range list {
			rates = append(rates, TurnBatches*BatchRows/d.Seconds())
		}
		return figures.Median(rates)
	}
	f := speedFigure(database)
	f.Measured = figures.Ratio(t.Statements, t.Sink)
	rows := len(t.Sink) * TurnBatches * BatchRows
	return figures.Report{
		Figures: []figures.Figure{f},
		Speeds: []figures.Speed{
			{What: database + ", through the sink", Value: speed(t.Sink), Unit: "rows/s"},
			{What: database + ", the same statements fed from memory", Value: speed(t.Statements), Unit: "rows/s"},
		},
		Notes: []string{fmt.Sprintf("%s: %d rows a transaction on average, on both sides", database, rows/t.Transactions)},
	}
}

// Memory reports how much more memory Many rows take than Few. Run has a child write so many rows into database.
func Memory(database string, run func(rows int) (figures.Peak, error)) (figures.Report, error) {
	f := memoryFigure(database)
	return grow(database, run, func(ratio, _ float64) figures.Figure { f.Measured = ratio; return f })
}

// BoundedMemory reports how much memory Many rows take, for a database that keeps of its file what it has room for. Gate
// and aim are in MiB.
func BoundedMemory(database string, gate, aim float64, run func(rows int) (figures.Peak, error)) (figures.Report, error) {
	f := figures.Figure{What: "peak memory of 1,000,000 rows into " + database + ", MiB", Gate: gate, Aim: aim, Less: true}
	return grow(database, run, func(_, many float64) figures.Figure { f.Measured = many; return f })
}

func grow(database string, run func(rows int) (figures.Peak, error), figure func(ratio, many float64) figures.Figure) (figures.Report, error) {
	ratio, few, many, err := figures.Grow(Few, Many, run)
	if err != nil {
		return figures.Report{}, fmt.Errorf("writing into %s in a child: %w", database, err)
	}
	return figures.Report{
		Figures: []figures.Figure{figure(ratio, many)},
		Notes:   []string{fmt.Sprintf("peak memory into %s: %.1f MiB after %d rows, %.1f MiB after %d", database, few, Few, many, Many)},
	}, nil
}
