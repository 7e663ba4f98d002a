package graphapi_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/secret"
)

// strict is a client on a Graph API server, both on one clock.
type strict struct {
	*graphapi.Client
	server *graphtest.Server
	world  *graphtest.World
	clock  *clock.Fake
	record *record
}

func newStrict(t *testing.T, change func(*graphapi.Options), options ...graphtest.Option) *strict {
	s := &strict{clock: clock.NewFake(start), record: &record{}}
	s.world = graphtest.NewWorld(1, graphtest.WithAccounts(3), graphtest.WithClock(s.clock))
	s.server = graphtest.Start(t, s.world, options...)
	o := graphapi.Options{
		Login: graphapi.Login(s.server.Host().String()), Version: "v25.0", Token: secret.New(s.world.Token(s.server.Host())),
		Endpoint: s.server.URL, Clock: s.clock, Random: func() float64 { return 0.5 }, RequestTimeout: 5 * time.Second,
	}
	if change != nil {
		change(&o)
	}
	c, err := graphapi.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s.Client = c.Observe(s.record.observer())
	return s
}

// assertCalls holds what the client counted against what the server saw. The server takes every question
// that it has heard before for a repeat: asked is how often the test itself asked again.
func (s *strict) assertCalls(t *testing.T, asked int64) {
	t.Helper()
	stats, calls := s.server.Stats(), s.record.total()
	assert.Equal(t, []int64{stats.Requests, stats.Calls, stats.Repeats}, []int64{calls.Requests, calls.Counted, calls.Retries + asked}, "requests, calls, repeats")
	assert.Zero(t, stats.QueryTokens, "a token in a URL")
	// What was on its way when the answer that names a wait went out is no fault of the client's.
	assert.LessOrEqual(t, stats.Hammering, int64(len(s.clock.Slept())*(graphapi.DefaultSlots-1)), "calls during a wait that the client knew of")
}

func (s *strict) profiles() []graphapi.Request {
	var requests []graphapi.Request
	for _, id := range s.world.AccountIDs() {
		for _, field := range []string{"username", "followers_count"} {
			requests = append(requests, graphapi.Request{Path: id, Params: []graphapi.Param{{Name: "fields", Value: field}}, Account: id})
		}
	}
	return requests
}

func TestEveryFaultOfTheStrictServer(t *testing.T) {
	for _, host := range []graphtest.Host{graphtest.Facebook, graphtest.Instagram} {
		for _, fault := range graphtest.AllFaults() {
			for _, many := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v %s many=%v", host, fault.Name, many), func(t *testing.T) {
					s := newStrict(t, func(o *graphapi.Options) {
						if fault.Kind == graphtest.Hang {
							o.RequestTimeout = 100 * time.Millisecond
						}
					}, graphtest.WithHost(host), graphtest.WithRules(graphtest.Rule{Fault: fault, First: 1}))
					requests := s.profiles()[:2]
					var results []graphapi.Result
					if many {
						results, _ = s.Batch(t.Context(), requests)
					} else {
						for _, r := range requests {
							a, err := s.Get(t.Context(), r)
							results = append(results, graphapi.Result{Answer: a, Err: err})
						}
					}
					if fault.Outcome != graphtest.Dead { // which ends requests that may be on their way
						s.assertCalls(t, 0)
					}
					failed := 0
					for _, r := range results {
						if r.Err != nil {
							failed++
							continue
						}
						assert.Contains(t, string(r.Answer.Body), `"id":"1784`)
						assert.NotEmpty(t, r.Answer.Version)
					}
					switch fault.Outcome {
					case graphtest.Answered, graphtest.Waited:
						assert.Zero(t, failed, "%+v", results)
					case graphtest.Smaller, graphtest.Refused:
						assert.Equal(t, 1, failed, "%+v", results)
					case graphtest.Dead:
						assert.NotZero(t, failed)
					}
					if fault.Outcome == graphtest.Waited {
						assert.Equal(t, []time.Duration{fault.Wait}, s.clock.Slept())
					}
				})
			}
		}
	}
}

func TestABudgetIsPacedAndNotHit(t *testing.T) {
	s := newStrict(t, nil, graphtest.WithHost(graphtest.Instagram), graphtest.WithBudget(graphtest.Budget{PerAccount: 40, Window: time.Hour, Wait: 9 * time.Minute}))
	id := s.world.AccountIDs()[0]
	for range 100 {
		_, err := s.Get(t.Context(), graphapi.Request{Path: "me", Params: []graphapi.Param{{Name: "fields", Value: "username"}}, Account: id})
		require.NoError(t, err)
	}
	s.assertCalls(t, 99)
	stats := s.server.Stats()
	assert.Zero(t, stats.Refused)
	assert.EqualValues(t, 100, stats.Requests)
	assert.Contains(t, s.clock.Slept(), 9*time.Minute)
}

func TestCallersSideBySideDoNotHammer(t *testing.T) {
	s := newStrict(t, nil, graphtest.WithBudget(graphtest.Budget{PerAccount: 20, Window: time.Hour, Wait: 9 * time.Minute, HiddenBelow: 100}))
	id := s.world.AccountIDs()[0]
	var wait sync.WaitGroup
	for range 60 {
		wait.Go(func() {
			_, err := s.Get(t.Context(), graphapi.Request{Path: id, Account: id})
			assert.NoError(t, err)
		})
	}
	wait.Wait()
	s.assertCalls(t, 59)
}

func TestHeaderRefusedByTheStrictServer(t *testing.T) {
	for _, host := range []graphtest.Host{graphtest.Facebook, graphtest.Instagram} {
		s := newStrict(t, nil, graphtest.WithHost(host), graphtest.WithoutHeaderToken())
		requests := s.profiles()
		if host == graphtest.Instagram {
			requests = requests[:2] // the token reaches one account
		}
		for _, r := range requests[:2] {
			_, err := s.Get(t.Context(), r)
			require.NoError(t, err)
		}
		results, err := s.Batch(t.Context(), requests)
		require.NoError(t, err)
		for _, r := range results {
			require.NoError(t, r.Err)
		}
		s.assertCalls(t, 2)
		assert.Equal(t, len(s.record.notices), 1)
	}
}

func TestTheStrictServerTakesTheProof(t *testing.T) {
	s := newStrict(t, func(o *graphapi.Options) { o.AppSecret = secret.New("shh") }, graphtest.WithAppSecret("shh", true))
	_, err := s.Get(t.Context(), graphapi.Request{Path: "me/accounts"})
	require.NoError(t, err)
	results, err := s.Batch(t.Context(), s.profiles())
	require.NoError(t, err)
	for _, r := range results {
		require.NoError(t, r.Err)
	}
	s = newStrict(t, nil, graphtest.WithAppSecret("shh", true))
	_, err = s.Get(t.Context(), graphapi.Request{Path: "me/accounts"})
	assert.Equal(t, graphapi.ProofRefused, graphErr(t, err).Kind())
	_, err = s.Batch(t.Context(), s.profiles())
	assert.Equal(t, graphapi.ProofRefused, graphErr(t, err).Kind())
}

func TestPagesOfTheStrictServer(t *testing.T) {
	s := newStrict(t, nil, graphtest.WithRaggedPages())
	n := 0
	for a, err := range s.Pages(t.Context(), graphapi.Request{Path: "me/accounts", Params: []graphapi.Param{{Name: "fields", Value: "id"}, {Name: "limit", Value: "1"}}}) {
		require.NoError(t, err)
		n++
		a.Release()
	}
	assert.GreaterOrEqual(t, n, 3)
	s.assertCalls(t, 0)
}
