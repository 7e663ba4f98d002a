//go:build soak

package instagram_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/sink"
	_ "github.com/igsource/igsource/sink/jsonl" // it holds no row back, as parquet does
)

// soakServer is the variable that makes TestSoakMediaServer serve.
const soakServer = "IGSOURCE_SOAK_MEDIA_SERVER"

// soakWorld has an account of the most posts that the API lists, and one of a tenth of them.
func soakWorld() *graphtest.World {
	account := func(n int64) graphtest.WorldOption {
		return graphtest.WithAccount(func(a *graphtest.Account) {
			a.Media, a.OddPerMille, a.PersonalPosts = n, 4, int(n/20)
		})
	}
	return graphtest.NewWorld(131, graphtest.WithNow(now), account(10_000), account(1_000))
}

// soakFaults spoil 5 % of the calls, with nothing that takes real time.
func soakFaults() graphtest.Option {
	var faults []graphtest.Fault
	for _, f := range graphtest.AllFaults() {
		if (f.Outcome == graphtest.Answered || f.Outcome == graphtest.Smaller) && f.Kind != graphtest.Hang && f.Kind != graphtest.Slow {
			faults = append(faults, f)
		}
	}
	return graphtest.WithRules(graphtest.MixedRules(3, 0.05, faults...)...)
}

// TestSoakMediaServer is the server of the other tests, in a process of its own; it does nothing in theirs.
func TestSoakMediaServer(t *testing.T) {
	if os.Getenv(soakServer) == "" {
		return
	}
	server := graphtest.Start(t, soakWorld(), soakFaults())
	fmt.Println("serving " + server.URL)
	_, err := io.Copy(io.Discard, os.Stdin)
	require.NoError(t, err)
}

// soakProcess starts the server and returns its address.
func soakProcess(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestSoakMediaServer$")
	server.Env = append(os.Environ(), soakServer+"=1")
	stdin, err := server.StdinPipe()
	require.NoError(t, err)
	stdout, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = server.Wait()
		stop()
	})
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		if url, ok := strings.CutPrefix(strings.TrimSpace(line), "serving "); ok {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return url
		}
	}
}

func TestSoakTenThousandPosts(t *testing.T) {
	w, url := soakWorld(), soakProcess(t)
	names := "reach,views,likes,comments,saved,shares,ig_reels_avg_watch_time"
	read := func(id string, to plugin.Sink) *plugin.Report {
		// The clock is the reader's own: what it waits between repeats takes no time.
		clk := newClock()
		p := mediaProperties(map[string]string{
			"accessToken": w.Token(graphtest.Facebook), "accountId": id, "mediaMetrics": names, "errorHandling": "skipOnError", "maxRetryDuration": "12h",
		})
		source, err := plugin.Open(igsource.Instagram, p, plugin.Options{
			Start: now, Environment: plugin.Environment{Clock: clk, Endpoint: url, Parallelism: 4},
		})
		require.NoError(t, err)
		report, err := plugin.Run(t.Context(), []plugin.Input{{Name: "soak", Source: source}}, to, plugin.RunOptions{Start: now, Clock: clk, Parallelism: 4})
		require.NoError(t, err)
		return report
	}
	ids := w.AccountIDs()
	o := &oracle{world: w, metrics: strings.Split(names, ",")}
	o.chain(w.Media(ids[0]))
	memory := &plugintest.Memory{}
	began := time.Now()
	report := read(ids[0], memory)
	t.Logf("10,000 posts in %s: %d counted calls, %d requests, %d retries, %d lost", time.Since(began).Round(time.Millisecond),
		report.Calls.Counted, report.Calls.Requests, report.Calls.Retries, len(o.lost))
	require.NotZero(t, report.Calls.Retries)
	require.Equal(t, o.rows, memory.Rows("account_media"))
	require.Equal(t, inOrder(o.skipped), inOrder(report.Skipped))
	memory.Release()
	*o, *memory = oracle{}, plugintest.Memory{}

	peak := func(id string) (most uint64) {
		to, err := sink.Open(sink.Options{Format: "jsonl", Path: filepath.Join(t.TempDir(), "out")})
		require.NoError(t, err)
		return peakHeap(func() { read(id, to) })
	}
	// With little garbage about, the peak is what is held.
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	few := peak(ids[1])
	many := peak(ids[0])
	t.Logf("peak heap: 1,000 posts %.1f MiB, 10,000 posts %.1f MiB", float64(few)/(1<<20), float64(many)/(1<<20))
	require.LessOrEqual(t, many, few+4<<20)
}

// The critical path is what Estimate says: an account's pages come one after the other, accounts side by side.
func TestSoakMediaWallTimeIsTheCriticalPath(t *testing.T) {
	const latency = 100 * time.Millisecond
	for _, c := range []struct{ accounts, posts, parallelism int }{{1, 3500, 8}, {4, 3300, 8}, {12, 1200, 4}} {
		t.Run(fmt.Sprint(c.accounts, " accounts"), func(t *testing.T) {
			var options []graphtest.WorldOption
			for range c.accounts {
				options = append(options, posts(c.posts, nil))
			}
			w := graphtest.NewWorld(137, options...)
			server := graphtest.Start(t, w, graphtest.WithLatency(latency))
			p := mediaProperties(map[string]string{"accessToken": w.Token(graphtest.Facebook), "accountId": strings.Join(w.AccountIDs(), ",")})
			open := func() plugin.Source {
				source, err := plugin.Open(igsource.Instagram, p, plugin.Options{Environment: plugin.Environment{Endpoint: server.URL, Parallelism: c.parallelism}})
				require.NoError(t, err)
				return source
			}
			source := open()
			plan, err := source.Plan(t.Context(), plugin.PlanRequest{Start: time.Now(), Now: time.Now()})
			require.NoError(t, err)
			var all plugin.Estimate
			for _, split := range plan.Splits {
				e, err := source.(plugin.Estimator).Estimate(t.Context(), split)
				require.NoError(t, err)
				require.False(t, e.AtLeast)
				all = all.Beside(e)
			}
			require.NoError(t, source.Finish(t.Context(), true))
			path := latency * time.Duration(max(all.Chain, (all.Requests+int64(c.parallelism)-1)/int64(c.parallelism)))
			require.GreaterOrEqual(t, path, 3*time.Second)

			to, err := sink.Open(sink.Options{Format: "parquet", Path: filepath.Join(t.TempDir(), "out")})
			require.NoError(t, err)
			began := time.Now()
			report, err := plugin.Run(t.Context(), []plugin.Input{{Name: "soak", Source: open()}}, to, plugin.RunOptions{Parallelism: c.parallelism})
			wall := time.Since(began)
			require.NoError(t, err)
			require.Equal(t, all.Requests, report.Calls.Requests)
			require.Equal(t, all.Counted, report.Calls.Counted)
			t.Logf("%d requests, wall %s, critical path %s, ratio %.3f", report.Calls.Requests, wall.Round(time.Millisecond), path, wall.Seconds()/path.Seconds())
			require.LessOrEqual(t, wall.Seconds(), 1.15*path.Seconds())
		})
	}
}
