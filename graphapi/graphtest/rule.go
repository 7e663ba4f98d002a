package graphtest

import (
	"path"
	"strings"
	"sync"
)

// A Rule makes a Fault happen to the calls that match it. The zero values of all but Fault match every
// call, every time.
type Rule struct {
	Fault Fault

	Path    string          // path.Match pattern for Call.Path: "*/insights", "me/accounts"
	Account string          // the 1784… id it is about
	Metric  string          // a metric it asks for, nested in its fields perhaps
	When    func(Call) bool // anything else; it must not call the server, which waits for it

	OnlyInBatch bool // not outside of batches
	NotInBatch  bool // not in batches

	Nth         int     // only the nth call that matches so far
	First       int     // only the first so many that match
	Attempts    int     // only the first so many times that one and the same call comes
	Probability float64 // only so often, 0 to 1; 0 is always
	Seed        uint64  // of Probability: whether a call is hit depends on it, the call and the attempt, not on the order
}

// ruleState is a Rule and what it counted.
type ruleState struct {
	Rule
	salt    uint64
	matched int
}

// rules are those in force.
type rules struct {
	mu   sync.Mutex
	list []*ruleState
}

// SetRules replaces the rules in force. The first rule that hits a call wins. It may be called while the
// server runs.
func (h *Handler) SetRules(list ...Rule) {
	states := make([]*ruleState, len(list))
	for i, r := range list {
		states[i] = &ruleState{Rule: r, salt: mix(r.Seed ^ uint64(i+1)*0x9e3779b97f4a7c15)}
	}
	h.rules.mu.Lock()
	defer h.rules.mu.Unlock()
	h.rules.list = states
}

// MixedRules spreads faults over calls: any of them hits about rate of all calls, and each as often as the
// others.
func MixedRules(seed uint64, rate float64, faults ...Fault) []Rule {
	out := make([]Rule, len(faults))
	for i, f := range faults {
		// a rule only sees what the ones before it let through
		p := rate / float64(len(faults))
		out[i] = Rule{Fault: f, Probability: p / (1 - p*float64(i)), Seed: seed}
	}
	return out
}

// onCall gives the fault of a call.
func (r *rules) onCall(h *Handler, c *call) (Fault, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.list {
		if !s.Fault.ofCall() || s.Fault.Kind == NullItem && !c.InBatch {
			continue
		}
		if s.matches(c) && s.hits(c.identity, c.Attempt) {
			h.stats.fault(s.Fault.Name)
			return s.Fault, true
		}
	}
	return Fault{}, false
}

// transport gives the fault of an HTTP request: that of a rule which one of its calls matches.
func (r *rules) transport(h *Handler, calls []*call) (Fault, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.list {
		if s.Fault.ofCall() {
			continue
		}
		identity, attempt, matched := uint64(0), 0, false
		for _, c := range calls {
			for _, leaf := range c.leaves() {
				identity = mix(identity ^ leaf.identity)
				attempt = max(attempt, leaf.Attempt)
				matched = s.matches(leaf) || matched
			}
		}
		if matched && s.hits(identity, attempt) {
			h.stats.fault(s.Fault.Name)
			return s.Fault, true
		}
	}
	return Fault{}, false
}

func (s *ruleState) matches(c *call) bool {
	if s.OnlyInBatch && !c.InBatch || s.NotInBatch && c.InBatch || s.Account != "" && s.Account != c.Account {
		return false
	}
	if s.Path != "" {
		if ok, err := path.Match(s.Path, c.Path); err != nil || !ok {
			return false
		}
	}
	if s.Metric != "" && !c.asksMetric(s.Metric) {
		return false
	}
	return s.When == nil || s.When(c.Call)
}

// hits says whether a match is one the rule acts on.
func (s *ruleState) hits(identity uint64, attempt int) bool {
	s.matched++
	switch {
	case s.Nth > 0 && s.matched != s.Nth:
	case s.First > 0 && s.matched > s.First:
	case s.Attempts > 0 && attempt > s.Attempts:
	case s.Probability > 0 && float64(mix(identity^s.salt^uint64(attempt)<<48)>>11)/(1<<53) >= s.Probability:
	default:
		return true
	}
	return false
}

// asksMetric says whether a call asks for a metric, on an insights path or inside its fields.
func (c *call) asksMetric(metric string) bool {
	if contains(strings.Split(c.Params.Get("metric"), ","), metric) {
		return true
	}
	fields, e := c.fields()
	return e == nil && selectsMetric(fields, metric)
}

func selectsMetric(fields []selection, metric string) bool {
	for _, s := range fields {
		if contains(strings.Split(s.args.Get("metric"), ","), metric) || selectsMetric(s.sub, metric) {
			return true
		}
	}
	return false
}
