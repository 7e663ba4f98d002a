//go:build soak

package instagram_test

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/instagram"
	"github.com/igsource/igsource/sink"
	_ "github.com/igsource/igsource/sink/parquet"
)

// graphProcess runs `igsource graph-server` as a process of its own.
func graphProcess(t *testing.T, accounts int) (url, token string) {
	t.Helper()
	command := filepath.Join(t.TempDir(), "igsource")
	if runtime.GOOS == "windows" {
		command += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", command, "github.com/igsource/igsource/cmd/igsource").CombinedOutput()
	require.NoError(t, err, "%s", out)
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, command, "graph-server", "--accounts", strconv.Itoa(accounts))
	stdout, err := server.StdoutPipe()
	require.NoError(t, err)
	stderr, err := server.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		stop()
		_ = server.Wait()
	})
	url, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	line, err := bufio.NewReader(stderr).ReadString('\n')
	require.NoError(t, err)
	token = regexp.MustCompile(`EAA\w+`).FindString(line)
	require.NotEmpty(t, token)
	return strings.TrimSpace(url), token
}

// peakHeap runs work and returns the most bytes of live and not yet collected heap objects seen meanwhile.
func peakHeap(work func()) uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	var peak uint64
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	work()
	close(done)
	wait.Wait()
	return peak
}

func TestSoakMemoryOfManyAccounts(t *testing.T) {
	url, token := graphProcess(t, 200)
	accounts := func(n int) string {
		source, err := plugin.Open(igsource.Instagram, map[string]string{
			"referenceName": "list", "accessToken": token, "requestType": "account_profile", "accountId": "all",
		}, plugin.Options{Environment: plugin.Environment{Endpoint: url}})
		require.NoError(t, err)
		list, err := source.(interface {
			Accounts(context.Context, func(plugin.Note)) ([]instagram.Account, error)
		}).Accounts(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, source.Finish(t.Context(), true))
		ids := make([]string, n)
		for i := range ids {
			ids[i] = list[i].ID
		}
		return strings.Join(ids, ",")
	}
	read := func(ids string) (peak uint64, report *plugin.Report) {
		source, err := plugin.Open(igsource.Instagram, map[string]string{
			"referenceName": "soak", "accessToken": token, "requestType": "account_insights", "accountId": ids,
			"accountMetrics": "reach,follower_count,views,accounts_engaged,total_interactions,likes,saves,shares",
			"period":         "day", "fromDate": "365 days ago", "toDate": "yesterday",
		}, plugin.Options{Environment: plugin.Environment{Endpoint: url}})
		require.NoError(t, err)
		to, err := sink.Open(sink.Options{Format: "parquet", Path: filepath.Join(t.TempDir(), "out")})
		require.NoError(t, err)
		peak = peakHeap(func() {
			report, err = plugin.Run(t.Context(), []plugin.Input{{Name: "soak", Source: source}}, to, plugin.RunOptions{})
			require.NoError(t, err)
		})
		return peak, report
	}
	few, report := read(accounts(2))
	require.EqualValues(t, 2*365, report.Tables["account_insights"].Rows)
	began := time.Now()
	many, report := read(accounts(200))
	require.EqualValues(t, 200*365, report.Tables["account_insights"].Rows)
	t.Logf("200 accounts in %s: %d counted calls, %d requests", time.Since(began).Round(time.Millisecond), report.Calls.Counted, report.Calls.Requests)
	t.Logf("peak heap: 2 accounts %.1f MiB, 200 accounts %.1f MiB", float64(few)/(1<<20), float64(many)/(1<<20))
	require.LessOrEqual(t, many, few+64<<20)
}

func TestSoakWallTimeIsTheCriticalPath(t *testing.T) {
	const latency = 100 * time.Millisecond
	for _, login := range []string{"facebook", "instagram"} {
		t.Run(login, func(t *testing.T) {
			host, accounts, from := graphtest.Facebook, 24, "365 days ago"
			if login == "instagram" {
				host, accounts, from = graphtest.Instagram, 1, "300 days ago"
			}
			w := graphtest.NewWorld(47, graphtest.WithAccounts(accounts))
			server := graphtest.Start(t, w, graphtest.WithHost(host), graphtest.WithLatency(latency))
			const parallelism = 8
			ids := strings.Join(w.AccountIDs(), ",")
			source, err := plugin.Open(igsource.Instagram, map[string]string{
				"referenceName": "soak", "accessToken": w.Token(host), "requestType": "account_insights", "accountId": ids,
				"accountMetrics": "reach,views,likes", "period": "day", "fromDate": from, "toDate": "yesterday", "login": login,
			}, plugin.Options{Environment: plugin.Environment{Endpoint: server.URL, Parallelism: parallelism}})
			require.NoError(t, err)
			to, err := sink.Open(sink.Options{Format: "parquet", Path: filepath.Join(t.TempDir(), "out")})
			require.NoError(t, err)
			began := time.Now()
			report, err := plugin.Run(t.Context(), []plugin.Input{{Name: "soak", Source: source}}, to,
				plugin.RunOptions{Parallelism: parallelism})
			wall := time.Since(began)
			require.NoError(t, err)
			path := time.Duration((report.Calls.Requests+parallelism-1)/parallelism) * latency
			t.Logf("%d requests, wall %s, critical path %s, ratio %.3f", report.Calls.Requests, wall.Round(time.Millisecond), path, wall.Seconds()/path.Seconds())
			require.GreaterOrEqual(t, path, 3*time.Second)
			require.LessOrEqual(t, wall.Seconds(), 1.2*path.Seconds())
		})
	}
}
