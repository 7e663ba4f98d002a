package graphtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// An Error is a Graph API error: what goes into the answer's "error" object (facts §8), and the HTTP
// status it comes with.
type Error struct {
	Status       int // 400 when 0: the usual status, even for throttling and dead tokens (facts §8)
	Message      string
	Type         string // OAuthException when empty; IGApiException always with Instagram login (facts §1.1)
	Code         int
	Subcode      int
	HasData      bool // error_data is written, an empty object
	UserTitle    string
	UserMessage  string
	HasTransient bool // is_transient is written
	Transient    bool
	NoTrace      bool // fbtrace_id is left out
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("graph error %d/%d: %s", e.Code, e.Subcode, e.Message)
}

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// appendError writes the whole answer body.
func appendError(b []byte, e *Error, host Host, trace string) []byte {
	b = append(b, `{"error":{`...)
	b = appendMember(b, "message", e.Message)
	kind := e.Type
	if kind == "" {
		kind = "OAuthException"
	}
	if host == Instagram {
		kind = "IGApiException"
	}
	b = appendMember(b, "type", kind)
	b = appendNumber(b, "code", int64(e.Code))
	if e.HasData {
		b = append(appendKey(b, "error_data"), '{', '}')
	}
	if e.Subcode != 0 {
		b = appendNumber(b, "error_subcode", int64(e.Subcode))
	}
	if e.HasTransient {
		b = append(appendKey(b, "is_transient"), fmt.Sprint(e.Transient)...)
	}
	if e.UserTitle != "" {
		b = appendMember(b, "error_user_title", e.UserTitle)
	}
	if e.UserMessage != "" {
		b = appendMember(b, "error_user_msg", e.UserMessage)
	}
	if !e.NoTrace {
		b = appendMember(b, "fbtrace_id", trace)
	}
	return append(b, '}', '}')
}

// badParameter is code 100 without a subcode (facts §8).
func badParameter(format string, args ...any) *Error {
	return &Error{Code: 100, Message: "(#100) " + fmt.Sprintf(format, args...)}
}

// mustBeOneOf is how the API refuses a value of an enumerated parameter (facts §4, the text for metric[0]).
func mustBeOneOf(parameter string, values []string) *Error {
	return badParameter("%s must be one of the following values: %s", parameter, strings.Join(values, ", "))
}

// noSuchField fails a whole call (facts §2.2).
func noSuchField(name string) *Error {
	return badParameter("Tried accessing nonexisting field (%s)", name)
}

// noSubfields is a field of plain text or figures that was asked for with braces. The sheet has no text for it;
// this is the platform's own.
func noSubfields(name string) *Error { return badParameter("Subfields are not supported by %s", name) }

// notFound is an object that is missing, hidden or of the wrong kind (facts §8: 100/33).
func notFound(method, id string) *Error {
	return &Error{
		Code: 100, Subcode: 33, Type: "GraphMethodException",
		Message: "Unsupported " + strings.ToLower(method) + " request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
	}
}

// notAnID is a handle in place of a numeric id (facts §8: 803).
func notAnID(id string) *Error {
	return &Error{Code: 803, Message: "Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation"}
}

// syntaxError is a path or a field list that cannot be read (facts §8: 2500).
func syntaxError(what string, at int, text string) *Error {
	return &Error{Code: 2500, Message: fmt.Sprintf("Syntax error \"%s\" at character %d: %s", what, at, text)}
}

func unknownPath(path string) *Error {
	return &Error{Code: 2500, Message: "Unknown path components: /" + path}
}

// noPermission is a permission that is missing or was removed (facts §8: 10).
func noPermission() *Error {
	return &Error{Code: 10, Message: "(#10) Application does not have permission for this action"}
}

// tooFewFollowers is the answer of the one mock that has code 10 for it (facts §3.3); its text is not
// recorded, so it follows that of a story with too few viewers.
func tooFewFollowers() *Error {
	return &Error{Code: 10, Message: "(#10) Not enough followers for the account to show insights"}
}

// noToken is a request without a token. No text of the sheet covers it; these are the platform's own.
func noToken(aboutMe bool) *Error {
	if aboutMe {
		return &Error{Code: 2500, Message: "An active access token must be used to query information about the current user."}
	}
	return &Error{Code: 104, Message: "An access token is required to request this resource."}
}

// deadToken is a token that is unknown here, or that belongs to the other host (facts §1.1: 190).
func deadToken(host Host) *Error {
	if host == Instagram {
		return &Error{Code: 190, Message: "Invalid OAuth 2.0 Access Token"}
	}
	return &Error{Code: 190, Message: "Invalid OAuth access token - Cannot parse access token"}
}

// needsPageToken is a method that takes no other token than a Page's.
func needsPageToken() *Error {
	return &Error{Code: 190, Message: "(#190) This method must be called with a Page Access Token"}
}

// expiredToken is 190/463 (facts §8).
func expiredToken(at, now time.Time) *Error {
	return &Error{Code: 190, Subcode: 463, Message: fmt.Sprintf(
		"Error validating access token: Session has expired at unix time %d. The current unix time is %d.", at.Unix(), now.Unix())}
}

// revokedToken is 190 with one of the subcodes of a token that was taken back (facts §8).
func revokedToken(subcode int) *Error {
	message := map[int]string{
		458: "Error validating access token: The user has not authorized application.",
		459: "Error validating access token: The user must log in at the website to remove a checkpoint.",
		460: "Error validating access token: The session has been invalidated because the user changed the password.",
		464: "Error validating access token: The user is not confirmed.",
		467: "Error validating access token: The access token is not valid any more.",
		492: "Error validating access token: The user has no role on the Page any more.",
	}[subcode]
	if message == "" {
		message = "Error validating access token: The session is not valid."
	}
	return &Error{Code: 190, Subcode: subcode, Message: message}
}

// accountLimit is the Instagram business use case limit (facts §8: 80002).
func accountLimit() *Error {
	return &Error{Code: 80002, Message: "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting."}
}

// appLimit is the platform limit (facts §9: code 4).
func appLimit() *Error { return &Error{Code: 4, Message: "Application request limit reached."} }

// unreadable is a request that is no HTTP form, or far too large.
func unreadable() *Error { return &Error{Code: 1, Message: "The request could not be read"} }
