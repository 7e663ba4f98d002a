package graphtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A Token is what a caller may authenticate with.
type Token struct {
	Value       string
	Accounts    []string  // ids it reaches; nil reaches every account of the World
	Scopes      []string  // permissions granted; nil grants all that reading needs (facts §1.1)
	Expires     time.Time // from then on refused with 190/463; zero never
	ExpireAfter int       // expires after so many counted calls; 0 never
	Revoked     int       // refused with 190 and this subcode, 460 for one; 0 is not revoked
}

// session is a Token as the server knows it.
type session struct {
	Token
	page    *Account // a Page's token
	calls   atomic.Int64
	expired atomic.Int64 // unix seconds since when; 0 is not yet
}

// facebookScopes are what a token with Facebook login is granted unless its Scopes say otherwise.
var facebookScopes = []string{"instagram_basic", "instagram_manage_comments", "instagram_manage_insights", "pages_read_engagement", "pages_show_list"}

// sessions lays out the tokens a server accepts.
func sessions(w *World, host Host, tokens []Token) map[string]*session {
	out := map[string]*session{}
	if tokens == nil {
		if host == Facebook {
			tokens = append(tokens, Token{Value: w.token})
		} else {
			for _, a := range w.accounts {
				tokens = append(tokens, Token{Value: a.LoginToken, Accounts: []string{a.ID}})
			}
		}
	}
	for _, t := range tokens {
		out[t.Value] = &session{Token: t}
	}
	if host == Facebook {
		for _, a := range w.accounts {
			if out[a.PageToken] == nil {
				out[a.PageToken] = &session{Token: Token{Value: a.PageToken, Accounts: []string{a.ID}}, page: a}
			}
		}
	}
	return out
}

func (s *session) reaches(a *Account) bool {
	return s.Accounts == nil || slices.Contains(s.Accounts, a.ID) || slices.Contains(s.Accounts, a.AppScopedID)
}

func (s *session) granted(host Host, facebook, instagram string) bool {
	scope := facebook
	if host == Instagram {
		scope = instagram
	}
	return s.Scopes == nil || slices.Contains(s.Scopes, scope)
}

// kind is what Call.Token calls the token.
func (s *session) kind(host Host) string {
	switch {
	case s == nil:
		return ""
	case host == Instagram:
		return "login"
	case s.page != nil:
		return "page"
	}
	return "user"
}

// pageToken refuses an edge that needs a Page's token to any other.
func (c *call) pageToken(edge string) *Error {
	if c.session.page == nil && c.h.host == Facebook && contains(c.h.pageEdges, edge) {
		return needsPageToken()
	}
	return nil
}

// expire ends the token from now on.
func (s *session) expire(now time.Time) { s.expired.CompareAndSwap(0, now.Unix()) }

// check says why the token is refused at now, if it is.
func (s *session) check(now time.Time) *Error {
	if s.Revoked != 0 {
		return revokedToken(s.Revoked)
	}
	if !s.Expires.IsZero() && !now.Before(s.Expires) {
		return expiredToken(s.Expires, now)
	}
	if at := s.expired.Load(); at != 0 {
		return expiredToken(time.Unix(at, 0), now)
	}
	return nil
}

// credentials are what came with a request, and how.
type credentials struct {
	token, proof string
}

// withDefault fills in what an item of a batch takes over from the batch (facts §7.6).
func (c credentials) withDefault(outer credentials) credentials {
	if c.token == "" {
		c.token = outer.token
		if c.proof == "" {
			c.proof = outer.proof
		}
	}
	return c
}

func credentialsOf(params url.Values) credentials {
	return credentials{token: params.Get("access_token"), proof: params.Get("appsecret_proof")}
}

func bearer(header string) string {
	kind, token, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(kind, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// AppSecretProof returns the appsecret_proof that goes with a token: the lower-case hexadecimal
// HMAC-SHA256 of the token under the app secret (facts §1.3).
func AppSecretProof(token, appSecret string) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}

// authenticate finds the session behind credentials, or says why there is none.
func (h *Handler) authenticate(c credentials, aboutMe bool, now time.Time) (*session, *Error) {
	if c.token == "" {
		return nil, noToken(aboutMe)
	}
	s := h.sessions[c.token]
	if s == nil {
		return nil, deadToken(h.host)
	}
	if e := h.checkProof(c); e != nil {
		return s, e
	}
	return s, s.check(now)
}

// checkProof holds the proof against the app secret, with the texts of facts §1.3.
func (h *Handler) checkProof(c credentials) *Error {
	switch {
	case h.appSecret == "":
		return nil
	case c.proof == "" && h.proofRequired:
		return &Error{Code: 100, Message: "API calls from the server require an appsecret_proof argument"}
	case c.proof != "" && !hmac.Equal([]byte(c.proof), []byte(AppSecretProof(c.token, h.appSecret))):
		return &Error{Code: 100, Message: "Invalid appsecret_proof provided in the API argument"}
	}
	return nil
}
