package graphapi

import "strings"

// A Kind says what an error means for the caller: what to do next.
type Kind string

// The kinds: a closed set.
const (
	// Other is none of those below; nothing but a look at the message helps.
	Other Kind = "other"
	// Throttled is a rate limit: waiting helps, and the client has waited as long as it may.
	Throttled Kind = "throttled"
	// Blocked is a limit that no wait within a run can mend: a block for policy, a weekly quota.
	Blocked Kind = "blocked"
	// Transient is trouble of the network, a gateway or the API: the client has repeated the request as often
	// as it may.
	Transient Kind = "transient"
	// TooMuchData asks for fewer rows or fields at once. It is never repeated as it was.
	TooMuchData Kind = "too_much_data"
	// TokenInvalid is a dead or unusable token: every call fails.
	TokenInvalid Kind = "token_invalid"
	// ProofRefused is a missing or wrong appsecret_proof: every call fails.
	ProofRefused Kind = "proof_refused"
	// Permission is a permission or a capability that the token or the app lacks.
	Permission Kind = "permission"
	// NotFound is an object that is not there, or that the token may not see: the API does not say which.
	NotFound Kind = "not_found"
	// BadRequest is a wrong parameter, field or metric.
	BadRequest Kind = "bad_request"
	// BeforeConversion is a media posted before its account became a professional one: no insights, ever.
	BeforeConversion Kind = "before_conversion"
	// TooFewViewers is a story that too few people saw for insights.
	TooFewViewers Kind = "too_few_viewers"
	// TooFewFollowers is an account with too few followers for a metric.
	TooFewFollowers Kind = "too_few_followers"
	// FatalMetric is the API's "Fatal": a Facebook metric of a media that is not on Facebook. It looks like
	// trouble and is permanent.
	FatalMetric Kind = "fatal_metric"
)

// Kind classifies the error by the body's code, subcode and message, and only without them by the HTTP
// status.
func (e *Error) Kind() Kind {
	if e.kind != "" {
		return e.kind
	}
	m := strings.ToLower(e.Message)
	switch {
	case strings.Contains(m, "reduce the amount of data"):
		return TooMuchData
	case strings.Contains(m, "not enough viewers"):
		return TooFewViewers
	case (e.Code == 10 || e.Code == 100) && tooFewFollowers(m):
		return TooFewFollowers
	case strings.Contains(m, "appsecret_proof"):
		return ProofRefused
	}
	if kind, ok := kindOfSubcode(e.Code, e.Subcode); ok {
		return kind
	}
	kind, known := kindOfCode(e.Code)
	switch {
	case known && (kind == Throttled || kind == Blocked || kind == TokenInvalid):
		return kind
	case e.Transient:
		return Transient
	case known:
		return kind
	case e.Code == 2500 && containsAny(m, "access token must be", "access token is required"):
		return TokenInvalid
	case e.Code == 2500:
		return BadRequest
	case e.Code >= 200 && e.Code <= 299:
		return Permission
	case e.Code != 0:
		return Other
	case containsAny(m, "oauth access token", "oauth 2.0 access token", "invalid_token"):
		return TokenInvalid
	}
	return kindOfStatus(e.Status, Other)
}

func tooFewFollowers(message string) bool {
	return strings.Contains(message, "followers") &&
		containsAny(message, "not enough followers", "100 followers", "minimum number of followers", "too few followers")
}

func kindOfSubcode(code, subcode int) (Kind, bool) {
	switch [2]int{code, subcode} {
	case [2]int{-1, 2207086}:
		return FatalMetric, true
	case [2]int{100, 33}, [2]int{110, 2207013}:
		return NotFound, true
	case [2]int{100, 2108006}:
		return BeforeConversion, true
	case [2]int{4, 2207051}:
		return Blocked, true
	}
	return "", false
}

func kindOfCode(code int) (Kind, bool) {
	switch code {
	case 4, 17, 32, 341, 613, 80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014:
		return Throttled, true
	case 18, 368:
		return Blocked, true
	case 1, 2, -1:
		return Transient, true
	case 102, 104, 190:
		return TokenInvalid, true
	case 3, 10:
		return Permission, true
	case 803, 110:
		return NotFound, true
	case 100, 9005, 36104:
		return BadRequest, true
	}
	return "", false
}

func kindOfStatus(status int, otherwise Kind) Kind {
	switch {
	case status == 429:
		return Throttled
	case status == 401:
		return TokenInvalid
	case status == 403:
		return Permission
	case status == 404:
		return NotFound
	case status >= 500 || status == 408 || status == 425:
		return Transient
	}
	return otherwise
}

// repeat is how an error is met.
type repeat int

const (
	never     repeat = iota
	few              // with growing waits, a few times
	steadily         // with growing waits, for as long as there is time
	afterward        // when the rate limit allows it
)

// fewTries is how often a request is repeated whose error may as well be permanent.
const fewTries = 5

func (e *Error) repeat() repeat {
	switch e.Kind() {
	case Throttled:
		return afterward
	case Transient:
		if e.few || e.Code < 0 || e.Code == 1 {
			return few
		}
		return steadily
	}
	return never
}
