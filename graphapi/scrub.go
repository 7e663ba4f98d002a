package graphapi

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/igsource/igsource/secret"
)

// newScrubber knows the secrets in every form in which others may write them back: plain, and
// percent-encoded as a query or a path in upper or lower case.
func newScrubber(secrets ...secret.Text) *secret.Scrubber {
	var forms []secret.Text
	for _, s := range secrets {
		if s.IsZero() {
			continue
		}
		plain := s.Reveal()
		forms = append(forms, s)
		for _, encoded := range []string{url.QueryEscape(plain), url.PathEscape(plain)} {
			forms = append(forms, secret.New(encoded), secret.New(lowerHex(encoded)))
		}
	}
	return secret.NewScrubber(forms...)
}

var percentHex = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerHex(s string) string { return percentHex.ReplaceAllStringFunc(s, strings.ToLower) }

// strangerToken finds tokens that are not the client's own: those of Pages in /me/accounts, or in a link.
var strangerToken = regexp.MustCompile(`(?i)((?:access_token|appsecret_proof|client_secret|input_token|fb_exchange_token)\\?["']?\s*[=:]\s*\\?["']?)[^&\s"'<>\\]+`)

// scrub takes every secret out of a text that others wrote.
func (c *core) scrub(text string) string {
	text = c.scrubber.Scrub(text)
	if !strings.ContainsAny(text, "=:") {
		return text
	}
	return strangerToken.ReplaceAllString(text, "${1}"+secret.Redacted)
}
