package instagram_test

import (
	"context"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is when the tests happen: three weeks after the clocks went back on 1 November 2026.
var now = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)

// job is a run of the source against a graphtest server.
type job struct {
	world       *graphtest.World
	server      *graphtest.Server
	host        graphtest.Host
	properties  map[string]string
	parallelism int
	start       time.Time
	clock       *clock.Fake
}

// newClock stands at now, and moves when someone waits.
func newClock() *clock.Fake { return clock.NewFake(now) }

// properties returns good properties with changes.
func properties(changes map[string]string) map[string]string {
	p := map[string]string{
		"referenceName": "brand", "accessToken": "EAAB0000", "requestType": "account_insights", "accountId": "all",
		"accountMetrics": "reach,views", "period": "day", "fromDate": "2026-11-15", "toDate": "2026-11-21",
	}
	maps.Copy(p, changes)
	for name, value := range p {
		if value == "" {
			delete(p, name)
		}
	}
	return p
}

// open opens the source.
func (j job) open(t testing.TB) plugin.Source {
	t.Helper()
	p := maps.Clone(j.properties)
	p["accessToken"] = j.world.Token(j.host)
	start := j.start
	if start.IsZero() {
		start = now
	}
	source, err := plugin.Open(igsource.Instagram, p, plugin.Options{
		Macros: &plugin.Macros{Start: start}, Start: start,
		Environment: plugin.Environment{Clock: j.time(), Endpoint: j.server.URL, Parallelism: j.parallelism},
	})
	require.NoError(t, err)
	return source
}

// time is the job's clock, one that nobody else moves unless it was given.
func (j job) time() clock.Clock {
	if j.clock != nil {
		return j.clock
	}
	return newClock()
}

// run runs the job into memory.
func (j job) run(t testing.TB) (*plugintest.Memory, *plugin.Report, error) {
	t.Helper()
	start := j.start
	if start.IsZero() {
		start = now
	}
	sink := &plugintest.Memory{}
	t.Cleanup(sink.Release)
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "brand", Source: j.open(t)}}, sink, plugin.RunOptions{
		Start: start, Clock: j.time(), Parallelism: max(j.parallelism, 1), WorkDir: t.TempDir(),
	})
	return sink, report, err
}

// rows runs the job, which must be complete, and returns the rows of its only table.
func (j job) rows(t testing.TB) ([][]string, *plugin.Report) {
	t.Helper()
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Len(t, sink.Tables(), 1)
	return sink.Rows(sink.Tables()[0].Name), report
}

// cell is a value of the world as plugintest writes it.
func cell(value int64, ok bool) string {
	if !ok {
		return plugintest.Null
	}
	return strconv.FormatInt(value, 10)
}

// day is a day of graphtest's by its date.
func day(t testing.TB, text string) graphtest.Day {
	t.Helper()
	d, err := graphtest.ParseDay(text)
	require.NoError(t, err)
	return d
}

// moment is an instant as plugintest writes it.
func moment(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// sorted returns the world's account ids by id, as "all" delivers them.
func sorted(w *graphtest.World) []string {
	ids := w.AccountIDs()
	for i := range ids {
		for k := i; k > 0 && ids[k] < ids[k-1]; k-- {
			ids[k], ids[k-1] = ids[k-1], ids[k]
		}
	}
	return ids
}
