package plugin

import "context"

// An Estimator is a Source that knows beforehand which calls a split takes when nothing goes wrong. To find
// out how much there is to read, Estimate may make one small call for a split; it reads none of it.
type Estimator interface {
	Estimate(ctx context.Context, split Split) (Estimate, error)
}

// An Estimate is the calls that work takes.
type Estimate struct {
	// Requests are HTTP requests, Counted what the service's rate limit counts.
	Requests, Counted int64
	// Chain is the longest chain of requests of which each needs the answer of the one before.
	Chain int64
	// AtLeast says that there may be more: something decides it that only reading tells.
	AtLeast bool
	// Why says in a few words what the calls are.
	Why string
}

// Beside returns the estimate of e and o side by side, without a why.
func (e Estimate) Beside(o Estimate) Estimate {
	return Estimate{
		Requests: e.Requests + o.Requests, Counted: e.Counted + o.Counted, Chain: max(e.Chain, o.Chain),
		AtLeast: e.AtLeast || o.AtLeast,
	}
}
