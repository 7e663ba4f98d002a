package graphtest

import (
	"strconv"
	"time"
)

// appID is the app that all tokens of the server belong to.
const appID = "985700000000001"

// debugToken inspects a token (facts §1.4). Times are unix seconds, 0 for never.
func (c *call) debugToken() ([]byte, *Error) {
	if c.inspected == "" {
		return nil, badParameter("The parameter input_token is required")
	}
	s := c.h.sessions[c.inspected]
	b := []byte(`{"data":{`)
	b = appendMember(b, "app_id", appID)
	if s == nil {
		return appendTokenError(b, &Error{Code: 190, Message: "The access token could not be decrypted"}), nil
	}
	kind := "USER"
	if s.page != nil {
		kind = "PAGE"
	}
	expires := int64(0)
	if !s.Expires.IsZero() {
		expires = s.Expires.Unix()
	}
	b = appendMember(b, "type", kind)
	b = appendMember(b, "application", "graphtest")
	b = appendNumber(b, "data_access_expires_at", c.now.Add(90*24*time.Hour).Unix())
	b = appendNumber(b, "expires_at", expires)
	if e := s.check(c.now); e != nil {
		return appendTokenError(b, e), nil
	}
	b = append(appendKey(b, "is_valid"), "true"...)
	b = appendNumber(b, "issued_at", c.now.Add(-24*time.Hour).Unix())
	scopes := s.Scopes
	if scopes == nil {
		scopes = facebookScopes
	}
	b = appendTexts(appendKey(b, "scopes"), scopes)
	b = append(appendKey(b, "granular_scopes"), '[')
	for i, scope := range scopes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendMember(append(b, '{'), "scope", scope)
		if s.Accounts != nil {
			b = appendTexts(appendKey(b, "target_ids"), s.Accounts)
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	b = appendMember(b, "user_id", c.h.world.userID)
	return append(b, '}', '}'), nil
}

// appendTokenError ends the inspection of a token that is not valid.
func appendTokenError(b []byte, e *Error) []byte {
	b = append(appendKey(b, "error"), '{')
	b = appendMember(appendNumber(b, "code", int64(e.Code)), "message", e.Message)
	if e.Subcode != 0 {
		b = append(append(b, `,"subcode":`...), strconv.Itoa(e.Subcode)...)
	}
	b = append(b, '}')
	b = append(appendKey(b, "is_valid"), "false"...)
	b = appendTexts(appendKey(b, "scopes"), nil)
	return append(b, '}', '}')
}
