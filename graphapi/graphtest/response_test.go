package graphtest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestGzip(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(20))
	p := newProbe(t, w)
	plain := p.get("/me/accounts")
	sent := p.server.Stats().BytesOut
	assert.Equal(t, int64(len(plain.body)), sent)
	r := p.request(http.MethodGet, "/me/accounts", "")
	r.Header.Set("Accept-Encoding", "gzip")
	got, err := p.do(r)
	require.NoError(t, err)
	assert.Equal(t, "gzip", got.header.Get("Content-Encoding"))
	assert.Equal(t, sent+int64(len(got.body)), p.server.Stats().BytesOut, "as on the wire")
	z, err := gzip.NewReader(bytes.NewReader([]byte(got.body)))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, plain.body, string(text))
	assert.Less(t, len(got.body), len(plain.body))
}

func TestETag(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	first := p.get("/me")
	r := p.request(http.MethodGet, "/me", "")
	r.Header.Set("If-None-Match", first.header.Get("ETag"))
	again, err := p.do(r)
	require.NoError(t, err)
	assert.Equal(t, 304, again.status)
	assert.Empty(t, again.body)
	assert.Equal(t, int64(2), p.server.Stats().Calls, "still counts")
	assert.NotEqual(t, first.header.Get("ETag"), p.get("/"+w.AccountIDs()[0]).header.Get("ETag"))
}

func TestJSONIsWrittenAsTheAPIDoes(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Biography = "a/b \"c\" \\ \n\r\t\x01 é 手 🌿 \xff"
		a.Name = ""
	}))
	p := newProbe(t, w)
	id := w.AccountIDs()[0]
	assert.Equal(t, `{"biography":"a\/b \"c\" \\ \n\r\t\u0001 \u00e9 \u624b \ud83c\udf3f \ufffd","id":"`+id+`"}`, p.get("/"+id, "fields", "biography,name").body)
}

// crowdClock lets a sleeper go on once as many are asleep as it waits for.
type crowdClock struct {
	mu     sync.Mutex
	needs  int
	asleep int
	open   chan struct{}
	slept  []time.Duration
}

func (c *crowdClock) Now() time.Time { return noon }

func (c *crowdClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.slept = append(c.slept, d)
	if c.asleep++; c.asleep == c.needs {
		close(c.open)
	}
	c.mu.Unlock()
	select {
	case <-c.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestLatency: requests wait side by side, and the items of a batch add nothing.
func TestLatency(t *testing.T) {
	c := &crowdClock{needs: 8, open: make(chan struct{})}
	w := graphtest.NewWorld(1, graphtest.WithClock(c))
	p := newProbe(t, w, graphtest.WithLatency(time.Hour))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			got, err := p.do(p.request(http.MethodGet, "/me", ""))
			assert.NoError(t, err)
			assert.Equal(t, 200, got.status)
		})
	}
	wait.Wait()
	assert.Equal(t, 8, p.server.Stats().MaxConcurrent)
	assert.Len(t, batchItems(t, p.post("/", "batch", batchOf("me", "me", "me"))), 3)
	assert.Len(t, c.slept, 9)
	assert.Equal(t, time.Hour, c.slept[8])
}

// TestSystemClock: without a clock of the test's the World's is the machine's, and its waits are real.
func TestSystemClock(t *testing.T) {
	for _, options := range [][]graphtest.WorldOption{nil, {graphtest.WithNow(noon)}} {
		w := graphtest.NewWorld(1, options...)
		p := newProbe(t, w, graphtest.WithLatency(time.Millisecond))
		assert.Equal(t, 200, p.get("/me").status)
		if options == nil {
			assert.Positive(t, p.server.Stats().Longest)
		}

		// a caller who gives up ends the wait
		slow := newProbe(t, w, graphtest.WithLatency(time.Hour))
		ctx, cancel := context.WithCancel(context.Background())
		r := slow.request(http.MethodGet, "/me", "").WithContext(ctx)
		var wait sync.WaitGroup
		wait.Go(func() {
			_, err := slow.do(r)
			assert.ErrorIs(t, err, context.Canceled)
		})
		cancel()
		wait.Wait()
	}
}

func TestStatsAndObserver(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	var mu sync.Mutex
	var seen []graphtest.Call
	p := newProbe(t, w, graphtest.WithObserver(func(c graphtest.Call) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, c)
	}))
	id := w.AccountIDs()[0]
	p.get("/v25.0/"+id+"/insights", "metric", "reach", "period", "day", "access_token", p.token, "appsecret_proof", "x")
	p.get("/v25.0/"+id+"/insights", "metric", "reach", "period", "day")
	p.post("/", "batch", batchOf("me"))
	require.Len(t, seen, 3)
	for _, c := range seen {
		assert.False(t, c.Params.Has("access_token"))
		assert.False(t, c.Params.Has("appsecret_proof"))
	}
	assert.Equal(t, id+"/insights", seen[0].Path)
	assert.Equal(t, "v25.0", seen[0].Version)
	assert.Equal(t, id, seen[0].Account)
	assert.Equal(t, []int{1, 2, 1}, []int{seen[0].Attempt, seen[1].Attempt, seen[2].Attempt})
	assert.Equal(t, []int64{1, 2, 3}, []int64{seen[0].Request, seen[1].Request, seen[2].Request})
	assert.True(t, seen[2].InBatch)
	s := p.server.Stats()
	assert.Equal(t, int64(1), s.Repeats)
	assert.Equal(t, int64(3), s.Calls)
	assert.Positive(t, s.BytesIn)
	s.ByAccount["x"] = 1
	assert.NotContains(t, p.server.Stats().ByAccount, "x", "the caller's own")
	p.server.ResetStats()
	assert.Zero(t, p.server.Stats().Calls)
	assert.Same(t, w, p.server.World())
}
