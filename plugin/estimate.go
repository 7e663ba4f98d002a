package plugin

// An Estimator is a Source that knows beforehand which calls a split takes when nothing goes wrong.
// Estimate makes none.
type Estimator interface {
	Estimate(split Split) (Estimate, error)
}

// An Estimate is the calls that work takes.
type Estimate struct {
	// Requests are HTTP requests, Counted what the service's rate limit counts.
	Requests, Counted int64
	// Chain is the longest chain of requests of which each needs the answer of the one before.
	Chain int64
}

// Beside returns the estimate of e and o side by side.
func (e Estimate) Beside(o Estimate) Estimate {
	return Estimate{e.Requests + o.Requests, e.Counted + o.Counted, max(e.Chain, o.Chain)}
}
