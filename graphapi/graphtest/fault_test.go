package graphtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// TestAllFaults does every fault once and then asks again.
func TestAllFaults(t *testing.T) {
	names := map[string]bool{}
	for _, f := range graphtest.AllFaults() {
		assert.False(t, names[f.Name], f.Name)
		names[f.Name] = true
		t.Run(f.Name, func(t *testing.T) {
			c := clock.NewFake(noon)
			w := graphtest.NewWorld(1, graphtest.WithClock(c))
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			p := newProbe(t, w, graphtest.WithRules(graphtest.Rule{Fault: f, First: 1, When: func(graphtest.Call) bool {
				if f.Kind == graphtest.Hang {
					cancel() // give up once the request is there
				}
				return true
			}}))
			path := "/" + w.AccountIDs()[0]
			if f.Kind == graphtest.NullItem {
				assert.Equal(t, 200, p.get(path).status, "nothing to be null")
				items := batchItems(t, p.post("/", "batch", batchOf(w.AccountIDs()[0], w.AccountIDs()[0])))
				assert.Nil(t, items[0])
				assert.NotNil(t, items[1])
				return
			}
			got, err := p.do(p.request(http.MethodGet, path, "").WithContext(ctx))
			checkFault(t, f, got, err)
			if f.Outcome == graphtest.Waited {
				again := p.get(path)
				assert.Equal(t, got.status, again.status, "until the wait is over")
				assert.Equal(t, int64(1), p.server.Stats().Hammering)
				c.Advance(f.Wait)
			}
			again := p.get(path)
			if f.Outcome == graphtest.Dead && f.Kind == graphtest.ExpiredToken {
				assert.Equal(t, 190, again.graphError(t).Error.Code)
			} else {
				assert.Equal(t, 200, again.status, again.body)
			}
			assert.Equal(t, int64(1), p.server.Stats().Faults[f.Name])
		})
	}
	_, ok := graphtest.FaultNamed("none such")
	assert.False(t, ok)
}

func checkFault(t *testing.T, f graphtest.Fault, got answer, err error) {
	t.Helper()
	switch f.Kind {
	case graphtest.GraphError, graphtest.ExpiredToken:
		require.NoError(t, err)
		e := got.graphError(t).Error
		if f.Kind == graphtest.ExpiredToken {
			assert.Equal(t, 190, e.Code)
			assert.Equal(t, 463, e.Subcode)
			return
		}
		assert.Equal(t, f.Error.Code, e.Code)
		assert.Equal(t, f.Error.Subcode, e.Subcode)
		assert.Equal(t, f.Error.Message, e.Message)
		want := f.Error.Status
		if want == 0 {
			want = 400
		}
		assert.Equal(t, want, got.status)
	case graphtest.Gateway:
		require.NoError(t, err)
		assert.Equal(t, f.Status, got.status)
		assert.Equal(t, f.Body, got.body)
		assert.Equal(t, f.ContentType, got.header.Get("Content-Type"))
		if f.RetryAfter {
			assert.Equal(t, "90", got.header.Get("Retry-After"))
		}
	case graphtest.Reset:
		assert.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
	case graphtest.Truncated:
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	case graphtest.CutJSON:
		require.NoError(t, err)
		assert.Equal(t, 200, got.status)
		assert.False(t, json.Valid([]byte(got.body)))
	case graphtest.Slow:
		require.NoError(t, err)
		assert.Equal(t, 200, got.status)
	case graphtest.Hang:
		require.ErrorIs(t, err, context.Canceled)
	default:
		t.Fatalf("no check for %s", f.Name)
	}
}

func TestSlowAnswersGoByTheClock(t *testing.T) {
	c := clock.NewFake(noon)
	w := graphtest.NewWorld(1, graphtest.WithClock(c))
	p := newProbe(t, w, faultNamed(t, "slow answer"), graphtest.WithLatency(100*time.Millisecond))
	p.get("/me")
	assert.Equal(t, []time.Duration{100 * time.Millisecond, 2 * time.Second}, c.Slept())
	assert.Equal(t, 2100*time.Millisecond, p.server.Stats().Longest)
}

func TestRuleMatching(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	a, b := w.AccountIDs()[0], w.AccountIDs()[1]
	fault := graphtest.ErrorFault("odd", graphtest.Error{Code: 1, Message: "odd"}, graphtest.Answered)
	likes := "/insights?metric=likes,views&metric_type=total_value&period=day"
	series := "/insights?metric=reach&period=day"
	for name, c := range map[string]struct {
		rule graphtest.Rule
		want string // of the seven calls below: . answered, x failed
	}{
		"everything":   {graphtest.Rule{}, "xxxxxxx"},
		"path":         {graphtest.Rule{Path: "*/insights"}, ".xxx.x."},
		"me":           {graphtest.Rule{Path: "me/*"}, "x......"},
		"account":      {graphtest.Rule{Account: b}, "...xx.x"},
		"metric":       {graphtest.Rule{Metric: "views"}, ".x...x."},
		"in a batch":   {graphtest.Rule{OnlyInBatch: true}, ".....xx"},
		"not in one":   {graphtest.Rule{NotInBatch: true}, "xxxxx.."},
		"third":        {graphtest.Rule{Nth: 3}, "..x...."},
		"first two":    {graphtest.Rule{First: 2, Path: "*/insights"}, ".xx...."},
		"new calls":    {graphtest.Rule{Attempts: 1, Account: a}, ".xx...."},
		"when":         {graphtest.Rule{When: func(c graphtest.Call) bool { return c.Params.Get("fields") != "" }}, "....x.x"},
		"bad pattern":  {graphtest.Rule{Path: "["}, "......."},
		"by the token": {graphtest.Rule{When: func(c graphtest.Call) bool { return c.Params.Has("access_token") }}, "......."},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Fault = fault
			p := newProbe(t, w, graphtest.WithRules(c.rule))
			mark := map[bool]string{true: ".", false: "x"}
			got := ""
			for _, path := range []string{"me/accounts", a + likes, a + series, b + series, b + "?fields=name"} {
				got += mark[p.get("/"+path).status == 200]
			}
			for _, item := range batchItems(t, p.post("/", "batch", batchOf(a+likes, b+"?fields=name"))) {
				got += mark[item.Code == 200]
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// TestProbabilityIsNotAboutOrder asks the same calls in two orders: the same ones are hit.
func TestProbabilityIsNotAboutOrder(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(200))
	one, _ := graphtest.FaultNamed("error 1")
	html, _ := graphtest.FaultNamed("status 502 with an HTML page")
	hit := func(order func(i int) int) map[string]bool {
		p := newProbe(t, w, graphtest.WithRules(graphtest.MixedRules(7, 0.2, one, html)...))
		out := map[string]bool{}
		for i := range 200 {
			id := w.AccountIDs()[order(i)]
			out[id] = p.get("/"+id).status != 200
		}
		return out
	}
	forward, backward := hit(func(i int) int { return i }), hit(func(i int) int { return 199 - i })
	assert.Equal(t, forward, backward)
	n := 0
	for _, yes := range forward {
		if yes {
			n++
		}
	}
	assert.InDelta(t, 40, n, 20)
}

func TestFaultsOfABatch(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	f, _ := graphtest.FaultNamed("status 502 with an HTML page")
	p := newProbe(t, w, graphtest.WithRules(graphtest.Rule{Fault: f, Account: w.AccountIDs()[1]}))
	assert.Equal(t, 200, p.post("/", "batch", batchOf(w.AccountIDs()[0])).status)
	assert.Equal(t, 502, p.post("/", "batch", batchOf(w.AccountIDs()[0], w.AccountIDs()[1])).status)
	p.server.SetRules()
	assert.Equal(t, 200, p.post("/", "batch", batchOf(w.AccountIDs()[0], w.AccountIDs()[1])).status)
}

func TestClosingLetsGoOfHangingRequests(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	f, _ := graphtest.FaultNamed("no answer")
	arrived := make(chan struct{})
	s, err := graphtest.Listen("127.0.0.1:0", w, graphtest.WithRules(graphtest.Rule{Fault: f}),
		graphtest.WithObserver(func(graphtest.Call) { close(arrived) }))
	require.NoError(t, err)
	var wait sync.WaitGroup
	wait.Go(func() {
		_, err := http.Get(s.URL + "/me")
		assert.Error(t, err)
	})
	<-arrived
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	wait.Wait()
	http.DefaultClient.CloseIdleConnections()
}

func TestListenSaysWhyNot(t *testing.T) {
	w := graphtest.NewWorld(1)
	s, err := graphtest.Listen("127.0.0.1:0", w)
	require.NoError(t, err)
	_, err = graphtest.Listen(strings.TrimPrefix(s.URL, "http://"), w)
	require.ErrorContains(t, err, "graphtest: cannot listen at 127.0.0.1:")
	require.NoError(t, s.Close())
}
