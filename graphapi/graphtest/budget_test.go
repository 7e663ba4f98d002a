package graphtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

const (
	businessUsage = "X-Business-Use-Case-Usage"
	appUsage      = "X-App-Usage"
)

func TestBudgetOfAnAccount(t *testing.T) {
	c := clock.NewFake(noon)
	w := graphtest.NewWorld(1, graphtest.WithClock(c))
	p := newProbe(t, w, graphtest.WithBudget(graphtest.Budget{PerAccount: 4, Wait: 10 * time.Minute, HiddenBelow: 50}))
	a, other := w.AccountIDs()[0], w.AccountIDs()[1]
	usage := func(percent, quarter, wait string) string {
		return `{"` + a + `":[{"type":"instagram","call_count":` + percent + `,"total_cputime":` + quarter + `,"total_time":` + quarter + `,"estimated_time_to_regain_access":` + wait + `}]}`
	}
	assert.Empty(t, p.get("/"+a).header.Get(businessUsage), "headers come only after enough calls")
	assert.JSONEq(t, usage("50", "12", "0"), p.get("/"+a).header.Get(businessUsage))
	assert.JSONEq(t, usage("75", "18", "0"), p.get("/"+a).header.Get(businessUsage))
	last := p.get("/" + a)
	assert.Equal(t, 200, last.status)
	assert.JSONEq(t, usage("100", "25", "10"), last.header.Get(businessUsage))
	assert.Zero(t, p.server.Stats().Refused)

	c.Advance(9*time.Minute + time.Second)
	refused := p.get("/" + a)
	assert.Equal(t, 400, refused.status)
	assert.Equal(t, 80002, refused.graphError(t).Error.Code)
	assert.JSONEq(t, usage("100", "25", "1"), refused.header.Get(businessUsage), "minutes, rounded up")
	s := p.server.Stats()
	assert.Equal(t, int64(1), s.Refused)
	assert.Equal(t, int64(1), s.Hammering, "the header of the fourth call had said to wait")
	assert.Equal(t, 200, p.get("/"+other).status, "another account is not touched")

	c.Advance(time.Minute)
	assert.Equal(t, 200, p.get("/"+a).status)
	assert.Equal(t, int64(1), p.server.Stats().Hammering)
}

func TestBudgetOfABatch(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w, graphtest.WithBudget(graphtest.Budget{PerAccount: 2}))
	a, b := w.AccountIDs()[0], w.AccountIDs()[1]
	got := p.post("/", "batch", batchOf(a, b, a, a, b))
	items := batchItems(t, got)
	var codes []int
	for _, i := range items {
		codes = append(codes, i.Code)
	}
	assert.Equal(t, []int{200, 200, 200, 400, 200}, codes)
	assert.Contains(t, got.header.Get(businessUsage), `"`+a+`":[{"type":"instagram","call_count":100`)
	assert.Contains(t, got.header.Get(businessUsage), `"`+b+`":[{"type":"instagram","call_count":100`)
	s := p.server.Stats()
	assert.Equal(t, int64(1), s.Refused)
	assert.Zero(t, s.Hammering, "the batch was under way")
}

func TestBudgetOfTheApp(t *testing.T) {
	c := clock.NewFake(noon)
	w := graphtest.NewWorld(1, graphtest.WithClock(c))
	p := newProbe(t, w, graphtest.WithBudget(graphtest.Budget{PerApp: 2, Window: time.Minute}))
	assert.JSONEq(t, `{"call_count":50,"total_cputime":12,"total_time":12}`, p.get("/me/accounts").header.Get(appUsage))
	c.Advance(time.Minute)
	assert.JSONEq(t, `{"call_count":50,"total_cputime":12,"total_time":12}`, p.get("/me/accounts").header.Get(appUsage), "a new window")
	p.get("/me/accounts")
	e := p.get("/me/accounts").graphError(t).Error
	assert.Equal(t, 4, e.Code)
	assert.Equal(t, "Application request limit reached.", e.Message)
	assert.Equal(t, 200, p.get("/"+w.AccountIDs()[0]).status, "calls about an account count elsewhere")
	c.Advance(time.Hour)
	assert.Equal(t, 200, p.get("/me/accounts").status)
}
