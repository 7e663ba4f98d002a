package graphtest

import (
	"net/http"
	"time"
)

// A FaultKind is the way in which a Fault spoils an answer.
type FaultKind int

// The kinds. GraphError, NullItem and ExpiredToken befall one call; the others befall an HTTP request,
// and with it every item of a batch.
const (
	GraphError   FaultKind = iota // answers Fault.Error
	NullItem                      // the item of a batch comes back null; does nothing outside of one (facts §7.6)
	ExpiredToken                  // the caller's token expires, for good (facts §8: 190/463)
	Gateway                       // answers Fault.Status and Fault.Body in place of the API
	Reset                         // the connection is reset before an answer
	Truncated                     // the connection ends in the middle of the body
	CutJSON                       // the body ends in the middle of its JSON, the HTTP message being whole
	Slow                          // the answer comes after Fault.Wait, by the World's clock
	Hang                          // no answer until the caller gives up or the server closes
)

// An Outcome is what a client that does everything right makes of a fault that happens once.
type Outcome int

// The outcomes.
const (
	Answered Outcome = iota // sent again, the call is answered, and nothing is lost
	Waited                  // the same, after Fault.Wait
	Smaller                 // the same, better after asking for less
	Refused                 // the call fails for good: its object, or the run
	Dead                    // the token is of no more use: the run fails
)

// A Fault is one thing that can go wrong. Rules say when.
type Fault struct {
	Name        string
	Kind        FaultKind
	Error       Error         // of GraphError
	Status      int           // of Gateway
	ContentType string        // of Gateway
	Body        string        // of Gateway
	RetryAfter  bool          // of Gateway: the Retry-After header names Wait, and until it is over everybody gets this answer
	Wait        time.Duration // of GraphError: calls about the same account are refused alike until it is over; of Slow: how slow
	Outcome     Outcome
}

// ErrorFault makes a Fault of a Graph error.
func ErrorFault(name string, e Error, outcome Outcome) Fault {
	return Fault{Name: name, Error: e, Outcome: outcome}
}

// AllFaults returns every fault the server knows, each under a name of its own, for tests that go through
// them one by one. The slice is the caller's own.
func AllFaults() []Fault {
	return append(errorFaults(), transportFaults()...)
}

// FaultNamed returns one of AllFaults.
func FaultNamed(name string) (Fault, bool) {
	for _, f := range AllFaults() {
		if f.Name == name {
			return f, true
		}
	}
	return Fault{}, false
}

// errorFaults are the Graph errors of facts §8 that reading can meet, with the recorded texts where there
// are any.
func errorFaults() []Fault {
	fault := func(name string, outcome Outcome, e Error) Fault {
		return Fault{Name: name, Error: e, Outcome: outcome}
	}
	limit := *accountLimit()
	dead := *revokedToken(460)
	return []Fault{
		fault("error 1", Answered, Error{Status: 500, Code: 1, Message: "An unknown error occurred"}),
		fault("error 1, reduce the amount of data", Smaller, *tooMuchData()),
		fault("error 2", Answered, Error{Status: 500, Code: 2, Message: "An unexpected error has occurred. Please retry your request later.", HasTransient: true, Transient: true}),
		fault("error -1", Answered, Error{Status: 500, Code: -1, Message: "Fatal"}),
		fault("error -1/2207001", Answered, Error{Code: -1, Subcode: 2207001, Message: "Instagram server error. Try again."}),
		fault("error -3, transient", Answered, Error{Code: -3, Message: "Something went wrong", HasTransient: true, Transient: true}),
		fault("error of an unlisted code, transient", Answered, Error{Code: 999, Message: "Temporary trouble", HasTransient: true, Transient: true}),
		fault("error 4", Answered, *appLimit()),
		fault("error 17", Answered, Error{Code: 17, Subcode: 2446079, Message: "(#17) User request limit reached", HasTransient: true, Transient: true}),
		fault("error 32", Answered, Error{Code: 32, Message: "(#32) Page request limit reached"}),
		fault("error 341", Answered, Error{Code: 341, Message: "(#341) Application limit reached"}),
		fault("error 613", Answered, Error{Code: 613, Message: "(#613) Calls to this api have exceeded the rate limit."}),
		{Name: "error 80002", Error: limit, Wait: 5 * time.Minute, Outcome: Waited},
		fault("error 80002 without a wait", Answered, limit),
		fault("error 1 with status 200", Answered, Error{Status: 200, Code: 1, Message: "An unknown error occurred"}),
		fault("error 10", Refused, *noPermission()),
		fault("error 100/33", Refused, *notFound("GET", "17841400000000000")),
		fault("error 200", Refused, Error{Status: 403, Code: 200, Message: "(#200) Requires instagram_manage_insights permission to manage the object"}),
		fault("error 368", Refused, Error{Code: 368, Message: "The action attempted has been deemed abusive or is otherwise disallowed"}),
		fault("error 190/460", Dead, dead),
		{Name: "error 190/463", Kind: ExpiredToken, Outcome: Dead},
		{Name: "null item", Kind: NullItem, Outcome: Answered},
	}
}

const gatewayPage = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>"

// transportFaults are what comes between the API and its caller (facts §8, last row of the table).
func transportFaults() []Fault {
	const html = "text/html; charset=utf-8"
	gateway := func(name string, status int, contentType, body string) Fault {
		return Fault{Name: name, Kind: Gateway, Status: status, ContentType: contentType, Body: body}
	}
	return []Fault{
		gateway("status 500 with an HTML page", http.StatusInternalServerError, html, gatewayPage),
		gateway("status 502 with an HTML page", http.StatusBadGateway, html, gatewayPage),
		gateway("status 503 with an empty body", http.StatusServiceUnavailable, "text/plain", ""),
		gateway("status 504 with plain text", http.StatusGatewayTimeout, "text/plain", "upstream request timeout"),
		gateway("status 429", http.StatusTooManyRequests, html, gatewayPage),
		{
			Name: "status 429 with Retry-After", Kind: Gateway, Status: http.StatusTooManyRequests, ContentType: html,
			Body: gatewayPage, RetryAfter: true, Wait: 90 * time.Second, Outcome: Waited,
		},
		gateway("status 200 with an HTML page", http.StatusOK, html, gatewayPage),
		gateway("status 200 with an empty body", http.StatusOK, "application/json; charset=UTF-8", ""),
		gateway("status 200 with no JSON", http.StatusOK, "application/json; charset=UTF-8", "for (;;);"),
		{Name: "connection reset", Kind: Reset},
		{Name: "truncated body", Kind: Truncated},
		{Name: "cut JSON", Kind: CutJSON},
		{Name: "slow answer", Kind: Slow, Wait: 2 * time.Second},
		{Name: "no answer", Kind: Hang},
	}
}

// ofCall says that the fault befalls a call rather than an HTTP request.
func (f Fault) ofCall() bool { return f.Kind <= ExpiredToken }
