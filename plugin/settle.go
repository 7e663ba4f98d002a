package plugin

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// settlePause is how many times as long as settling took the runner waits at least until it settles again: so
// much of the run it costs at most.
const settlePause = 4

// A settler sees to it that a sink which holds several commits in one transaction ends it when there is nothing
// else to do, and keeps until then what they were made from. Only retire may be called by any goroutine.
type settler struct {
	sink  StateKeeper
	now   func() time.Time
	open  bool // something was committed since
	ended time.Time
	took  time.Duration

	mu      sync.Mutex
	retired []string
}

// retire has a file removed when all that was committed before is durable.
func (s *settler) retire(paths ...string) {
	s.mu.Lock()
	s.retired = append(s.retired, paths...)
	s.mu.Unlock()
}

// retirees takes the files that were retired until now.
func (s *settler) retirees() (paths []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	paths, s.retired = s.retired, nil
	return paths
}

// settle is called before the runner waits for what is read.
func (s *settler) settle(ctx context.Context) error {
	if s == nil || !s.open {
		return nil
	}
	began := s.now()
	if began.Sub(s.ended) < settlePause*s.took {
		return nil
	}
	files := s.retirees()
	var settled bool
	err := guard("the sink", func() (err error) { settled, err = s.sink.Settle(ctx); return err })
	s.ended = s.now()
	s.took = s.ended.Sub(began)
	if err != nil || !settled {
		s.retire(files...)
		return err
	}
	s.open = false
	return removeFiles(files)
}

func removeFiles(paths []string) error {
	var errs []error
	for _, p := range paths {
		errs = append(errs, os.Remove(p))
	}
	if err := errors.Join(errs...); err != nil {
		return spoolError(err)
	}
	return nil
}
