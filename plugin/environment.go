package plugin

import (
	"log/slog"
	"net/http"
	"sync"

	"github.com/igsource/igsource/clock"
)

// An Environment is what a host lends its sources. The zero value is a good one: the system's clock,
// Go's own HTTP transport, no log.
type Environment struct {
	Clock clock.Clock
	// Transport sends HTTP requests; nil is a transport of the source's own.
	Transport http.RoundTripper
	// Endpoint, when not empty, is the base URL that every call goes to instead of the service's own.
	Endpoint string
	// Log receives what a developer may want to know; nil drops it.
	Log *slog.Logger
	// Parallelism is how many HTTP requests may be under way at once, over all sources that share
	// Shared; 0 is 8.
	Parallelism int
	// Shared holds what the sources of one run have in common: request slots, the pacing of a token. Nil
	// gives each source its own.
	Shared *Shared
}

// WithDefaults returns e with its nil and zero members filled in.
func (e Environment) WithDefaults() Environment {
	if e.Clock == nil {
		e.Clock = clock.System()
	}
	if e.Log == nil {
		e.Log = slog.New(slog.DiscardHandler)
	}
	if e.Parallelism <= 0 {
		e.Parallelism = 8
	}
	if e.Shared == nil {
		e.Shared = new(Shared)
	}
	return e
}

// Shared is a small store of values that several sources of one run share. The zero value is ready and
// safe for concurrent use.
type Shared struct {
	mu     sync.Mutex
	values map[any]any
}

// Get returns the value at key, made by create the first time.
func (s *Shared) Get(key any, create func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.values[key]
	if !ok {
		if s.values == nil {
			s.values = make(map[any]any)
		}
		v = create()
		s.values[key] = v
	}
	return v
}
