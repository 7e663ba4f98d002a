package figures

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	good := Report{
		Figures: []Figure{
			{What: "aimed", Measured: 1.234, Gate: 0.7, Aim: 0.9},
			{What: "held", Measured: 0.8, Gate: 0.7, Aim: 0.9},
			{What: "less", Measured: 1, Gate: 1.25, Aim: 1.05, Less: true},
			{What: "busy", Measured: 0.5, Gate: 0.7, Aim: 0.9, Skip: "not judged: busy"},
		},
	}
	good.Add(Report{
		Figures: []Figure{{What: "missing", Gate: 0.7, Aim: 0.9, Skip: "not judged: not there"}},
		Speeds:  []Speed{{"reading", 123.4, "MB/s"}},
		Notes:   []string{"a note"},
	})
	for _, c := range []struct {
		name string
		add  []Figure
		want string // of the last figure
		held bool
	}{
		{"good", nil, "missing - 0.7 0.9 not judged: not there", true},
		{"too little", []Figure{{What: "slow", Measured: 0.69, Gate: 0.7, Aim: 0.9}}, "slow 0.69 0.7 0.9 BELOW THE GATE", false},
		{"too much", []Figure{{What: "fat", Measured: 1.26, Gate: 1.25, Aim: 1.05, Less: true}}, "fat 1.26 1.25 1.05 ABOVE THE GATE", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := good
			r.Add(Report{Figures: c.add})
			var out strings.Builder
			held, err := r.Print(&out)
			require.NoError(t, err)
			assert.Equal(t, c.held, held)
			var lines []string
			for line := range strings.Lines(out.String()) {
				lines = append(lines, strings.Join(strings.Fields(line), " "))
			}
			want := []string{
				"what measured gate aim", "aimed 1.23 0.7 0.9 aim reached", "held 0.8 0.7 0.9 gate held", "less 1 1.25 1.05 aim reached",
				"busy 0.5 0.7 0.9 not judged: busy", "missing - 0.7 0.9 not judged: not there",
			}
			if c.add != nil {
				want = append(want, c.want)
			}
			assert.Equal(t, append(want, "", "median speed", "reading 123 MB/s", "a note"), lines)
		})
	}
}

func TestMedian(t *testing.T) {
	assert.InDelta(t, 2, Median([]float64{3, 1, 2}), 0)
	assert.InDelta(t, 2.5, Median([]float64{4, 1, 3, 2}), 0)
	assert.InDelta(t, 2, Ratio([]time.Duration{2, 30, 4}, []time.Duration{1, 1, 4}), 0)
}

func TestGrow(t *testing.T) {
	extra := []uint64{0, 1 << 20, 2 << 20}
	ratio, few, many, err := Grow(10, 100, func(n int) (Peak, error) {
		p := Peak{Rows: int64(n) * 7, Bytes: 4 << 20}
		if n == 100 {
			p.Bytes += extra[0]
			extra = extra[1:]
		}
		return p, nil
	})
	require.NoError(t, err)
	assert.InDelta(t, 1.25, ratio, 0)
	assert.InDelta(t, 4, few, 0)
	assert.InDelta(t, 5, many, 0)

	_, _, _, err = Grow(10, 100, func(int) (Peak, error) { return Peak{Rows: 10, Bytes: 1}, nil })
	require.EqualError(t, err, "10 gave 10 rows, but 100 only 10")
	_, _, _, err = Grow(10, 100, func(n int) (Peak, error) { return Peak{Rows: int64(n)}, nil })
	require.EqualError(t, err, "a child told of no memory")
	broken := errors.New("broken")
	_, _, _, err = Grow(10, 100, func(int) (Peak, error) { return Peak{}, broken })
	require.ErrorIs(t, err, broken)
}

func TestParsePeak(t *testing.T) {
	for _, c := range []struct {
		name, status string
		want         uint64
		ok           bool
	}{
		{"Linux", "Name:\tbench\nVmPeak:\t 1268572 kB\nVmHWM:\t   20276 kB\nVmRSS:\t   19000 kB\n", 20276 << 10, true},
		{"without it", "Name:\tbench\nVmRSS:\t   19000 kB\n", 0, false},
		{"another unit", "VmHWM:\t   20 MB\n", 0, false},
		{"no number", "VmHWM:\t   many kB\n", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := parsePeak([]byte(c.status))
			assert.Equal(t, c.ok, ok)
			assert.Equal(t, c.want, got)
		})
	}
	var m Meter
	m.Look()
	assert.Positive(t, m.held)
	assert.Positive(t, m.Peak())
}
