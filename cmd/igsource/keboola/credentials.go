package keboola

import (
	"encoding/json"
	"strings"

	"github.com/igsource/igsource/secret"
)

const dataKey = "authorization.oauth_api.credentials.#data"

// credentials finds the token, or why there is none in the clear.
func (p *parser) credentials(o object) {
	c := p.config
	for _, key := range []string{"authorization", "oauth-api", "credentials"} {
		raw, ok := o.get(key)
		if !ok {
			c.noToken = dataKey + " is missing"
			return
		}
		var err error
		if o, err = readObject(raw, false); err != nil {
			c.noToken = dataKey + " is missing: " + key + " is no object"
			return
		}
	}
	raw, ok := o.get("#data")
	if !ok {
		c.noToken = dataKey + " is missing"
		return
	}
	text, isText := scalar(raw)
	if !isText { // an object in place of its text
		text = string(raw)
	}
	c.token, c.noToken = readToken(text)
}

// readToken reads the JSON text {"access_token": …} or {"token": …}; the first counts where both stand.
func readToken(text string) (token secret.Text, why string) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "KBC::") {
		return secret.Text{}, dataKey + " is encrypted by Keboola and can be read nowhere else"
	}
	var data struct {
		AccessToken json.RawMessage `json:"access_token"`
		Token       json.RawMessage `json:"token"`
	}
	if json.Unmarshal([]byte(text), &data) != nil {
		return secret.Text{}, dataKey + ` is not the text of a JSON object such as {"access_token": "…"}`
	}
	for _, raw := range []json.RawMessage{data.AccessToken, data.Token} {
		var value string
		if json.Unmarshal(raw, &value) != nil || strings.TrimSpace(value) == "" {
			continue
		}
		if strings.HasPrefix(value, "KBC::") {
			return secret.Text{}, "the token in " + dataKey + " is encrypted by Keboola and can be read nowhere else"
		}
		return secret.New(strings.TrimSpace(value)), ""
	}
	return secret.Text{}, dataKey + " holds neither access_token nor token"
}
