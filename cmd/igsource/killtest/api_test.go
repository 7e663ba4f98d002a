//go:build unix

package killtest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// A stage is where in a request the run is killed.
type stage string

const (
	arrived  stage = "when it has arrived"
	halved   stage = "when half the answer is sent"
	answered stage = "when the answer is sent"
	changed  stage = "at a change of the target after it"
)

// An answer is what a request gets.
type answer struct {
	code   int
	header http.Header
	body   []byte
	calls  int64 // that the request counts as
}

// graph is the Graph API of the world. That stands still, so that what has been asked before is answered at
// once: a point is to cost no more than it must.
var graph = struct {
	sync.Mutex
	*graphtest.Handler
	known map[string]*answer
}{Handler: graphtest.NewHandler(world), known: map[string]*answer{}}

// ask returns the answer to a request.
func ask(r *http.Request) (*answer, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	question := r.Method + " " + r.URL.String() + " " + r.Header.Get("Authorization") + " " + string(body)
	graph.Lock()
	defer graph.Unlock()
	a := graph.known[question]
	if a == nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		before := graph.Stats().Calls
		w := httptest.NewRecorder()
		graph.ServeHTTP(w, r)
		a = &answer{w.Code, w.Header(), w.Body.Bytes(), graph.Stats().Calls - before}
		graph.known[question] = a
	}
	return a, nil
}

// An api is the Graph API for one run. It does something when the run has come to a request.
type api struct {
	*httptest.Server
	at    int64 // the number of the request, from 1; 0 is none
	stage stage
	do    func() // from the goroutine that serves

	mu       sync.Mutex
	arrivals int64
	answers  int64
	calls    int64
}

// newAPI starts a server which calls do at a stage of request number at; with changed that is when so many have
// been answered.
func newAPI(at int64, stage stage, do func()) *api {
	a := &api{at: at, stage: stage, do: do}
	a.Server = httptest.NewServer(a)
	return a
}

// end closes the server and returns what it has counted.
func (a *api) end() (requests, calls int64) {
	a.Close()
	return a.arrivals, a.calls
}

// ServeHTTP implements http.Handler. What arrives is counted, whatever becomes of it.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := ask(r)
	if err != nil {
		panic(http.ErrAbortHandler) // it was cut off
	}
	here := a.arrive(answer)
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	switch {
	case here && a.stage == arrived:
		a.do()
	case here && a.stage == halved:
		w.WriteHeader(answer.code)
		_, _ = w.Write(answer.body[:len(answer.body)/2])
		_ = http.NewResponseController(w).Flush()
		a.do()
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.code)
	_, _ = w.Write(answer.body)
	_ = http.NewResponseController(w).Flush()
	if last := a.leave(); here && a.stage == answered || last && a.stage == changed {
		a.do()
	}
}

// arrive counts a request and says whether it is the one.
func (a *api) arrive(answer *answer) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrivals++
	a.calls += answer.calls
	return a.arrivals == a.at
}

// leave counts an answer and says whether there are now so many.
func (a *api) leave() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers++
	return a.answers == a.at
}
