package graphapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// An Error is one failed request: what the API said, or what came instead of an answer. Its texts hold no
// secret.
type Error struct {
	// Code and Subcode are the Graph API's; 0 where there is none.
	Code, Subcode int
	// Type is the API's error type. It is not reliable.
	Type string
	// Message is the API's message, or ours where no message came. UserTitle and UserMessage are texts that
	// the API means for people.
	Message, UserTitle, UserMessage string
	// TraceID is what Meta's support asks for.
	TraceID string
	// Transient is what the API said about itself; [Error.Kind] decides.
	Transient bool
	// Status is the HTTP status; 0 where no answer came.
	Status int
	// Wait is how long the API asked to wait; 0 where it named nothing. Until is when that is over, in UTC.
	Wait  time.Duration
	Until time.Time
	// Request is the request's method and path, without its query.
	Request string
	// Tries is how often the request was tried, 0 if a rate limit kept it back, and Elapsed the time from its first failure to its last.
	Tries   int
	Elapsed time.Duration

	kind    Kind    // where no code can say it
	few     bool    // repeat a few times only
	slow    bool    // the time for one request ran out
	tooLong bool    // the named wait did not fit
	advice  string  // better than what the codes say
	asked   []Param // the request's parameters
	cause   error
}

// AsError finds the *Error in err.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Error is one line: the request, what is wrong, the codes, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Request != "" {
		b.WriteString(e.Request + ": ")
	}
	b.WriteString(e.says())
	var facts []string
	if e.Code != 0 {
		facts = append(facts, "code "+strconv.Itoa(e.Code))
	}
	if e.Subcode != 0 {
		facts = append(facts, "subcode "+strconv.Itoa(e.Subcode))
	}
	if e.Status != 0 && e.Status != http.StatusBadRequest && e.Status != http.StatusOK {
		facts = append(facts, "HTTP "+strconv.Itoa(e.Status))
	}
	if e.TraceID != "" {
		facts = append(facts, "trace "+e.TraceID)
	}
	if len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	switch {
	case e.tooLong:
		fmt.Fprintf(&b, "; the API asks to wait %v, which is longer than this request may still be repeated", e.Wait.Round(time.Second))
	case e.Tries > 1 && e.repeat() != never:
		fmt.Fprintf(&b, "; gave up after %d tries in %v", e.Tries, e.Elapsed.Round(time.Millisecond))
	}
	b.WriteByte('.')
	if advice := e.Advice(); advice != "" {
		b.WriteString(" " + advice)
	}
	return b.String()
}

// says is the message for people: the API's own title stands with it where the message alone says little.
func (e *Error) says() string {
	m := strings.TrimRight(oneLine(e.Message), ". ")
	title := strings.TrimRight(oneLine(e.UserTitle), ". ")
	switch {
	case m == "" && title != "":
		return title
	case m == "":
		return "the Graph API gave an error without a message"
	case title != "" && !strings.Contains(m, title):
		return m + ": " + title
	}
	return m
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Unwrap returns the cause of an error that is not the API's own.
func (e *Error) Unwrap() error { return e.cause }

// judge turns an answer into an error unless it is a good one, of which it says where things are: first by
// the body, then by the status.
func (c *core) judge(status int, body []byte) (outline, *Error) {
	top, valid := inspect(body)
	var e *Error
	if valid && top.kind == '{' && (top.suspect || status >= 300) {
		e = parseError(body)
	}
	switch {
	case e != nil:
	case status >= 300 && status < 400:
		e = &Error{
			kind: Other, Message: "the server answers with a redirect, which is not followed: it would carry the token elsewhere",
			advice: "Check the address of the Graph API.",
		}
	case status >= 200 && status < 300 && valid && (top.kind == '{' || top.kind == '['):
		return top, nil
	default:
		e = notAnAnswer(status, body, valid)
	}
	e.Status = status
	for _, s := range []*string{&e.Message, &e.Type, &e.UserTitle, &e.UserMessage, &e.TraceID} {
		*s = c.scrub(*s)
	}
	if e.Kind() == TokenInvalid && e.advice == "" {
		e.advice = c.otherLogin(e)
	}
	return top, e
}

// otherLogin is advice for a token that plainly belongs to the other host.
func (c *core) otherLogin(e *Error) string {
	token := c.token.Reveal()
	switch {
	case e.Subcode != 0:
	case c.login == Facebook && strings.HasPrefix(token, "IG"):
		return "The token looks like one of Instagram Login: choose the login instagram, or a token of Facebook Login."
	case c.login == Instagram && strings.HasPrefix(token, "EAA"):
		return "The token looks like one of Facebook Login: choose the login facebook, or a token of Instagram Login."
	}
	return ""
}

// notAnAnswer is trouble of a gateway: HTML, nothing, or half a JSON text. The body is not quoted, but for
// the title of a page: what was cut off may hold anything.
func notAnAnswer(status int, body []byte, valid bool) *Error {
	what := "an answer that is not JSON"
	switch {
	case len(strings.TrimSpace(string(body[:min(len(body), 1024)]))) == 0:
		what = "an empty answer"
	case valid:
		what = "a JSON value that is no answer of the Graph API"
	case body[0] == '{' || body[0] == '[':
		what = "an answer that is damaged or cut off"
	default:
		if title := htmlTitle(body); title != "" {
			what = fmt.Sprintf("a web page, %q, instead of an answer", title)
		}
	}
	e := &Error{Message: "the server sent " + what, kind: kindOfStatus(status, Transient), advice: "If it stays so, check the address of the Graph API and any proxy on the way."}
	if e.kind != Throttled && e.kind != Transient {
		e.kind = Transient
	}
	// Statuses such as 404 mean a wrong address as often as a broken gateway.
	e.few = status >= 400 && status < 500 && kindOfStatus(status, Other) != Transient
	return e
}

var titleForm = regexp.MustCompile(`(?is)<title[^>]*>([^<]{1,120})`)

func htmlTitle(body []byte) string {
	if m := titleForm.FindSubmatch(body[:min(len(body), 4096)]); m != nil {
		return oneLine(string(m[1]))
	}
	return ""
}

// parseError reads the error out of a valid JSON object, in any of the shapes that are known; nil if there
// is none. Numbers may come as text.
func parseError(body []byte) *Error {
	var outer map[string]json.RawMessage
	if json.Unmarshal(body, &outer) != nil {
		return nil //nolint:nilerr // what is no object holds no error of the API's
	}
	if raw, ok := outer["error"]; ok {
		var inner map[string]json.RawMessage
		switch {
		case json.Unmarshal(raw, &inner) == nil && inner != nil:
			return &Error{
				Code: number(inner["code"]), Subcode: number(inner["error_subcode"]), Type: word(inner["type"]),
				Message: word(inner["message"]), UserTitle: word(inner["error_user_title"]), UserMessage: word(inner["error_user_msg"]),
				TraceID: word(inner["fbtrace_id"]), Transient: truth(inner["is_transient"]),
			}
		case word(raw) != "":
			m := word(raw)
			if d := word(outer["error_description"]); d != "" {
				m += ": " + d
			}
			return &Error{Message: m, Code: number(outer["error_code"])}
		}
	}
	if m := word(outer["error_message"]); m != "" || word(outer["error_type"]) != "" {
		e := &Error{Message: m, Type: word(outer["error_type"]), Code: number(outer["code"])}
		if e.Code >= 400 && e.Code < 600 {
			// The flat shape carries the HTTP status in its code.
			e.kind = kindOfStatus(e.Code, BadRequest)
		}
		return e
	}
	return nil
}

func word(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func number(raw json.RawMessage) int {
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return 0
	}
	i, err := n.Int64()
	if err != nil || i != int64(int(i)) {
		return 0
	}
	return int(i)
}

func truth(raw json.RawMessage) bool {
	var b bool
	return json.Unmarshal(raw, &b) == nil && b || word(raw) == "true"
}

var _ error = (*Error)(nil)
