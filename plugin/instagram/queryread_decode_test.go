package instagram

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinksLoseTheirTokens(t *testing.T) {
	for body, want := range map[string]string{
		`{"data":[{"text":"access_token=of a text stays"}]}`:                                               `{"data":[{"text":"access_token=of a text stays"}]}`,
		`{"odd":{"paging":{"next":"https://graph.facebook.com/v25.0/1/odd?access_token=EAAB0&limit=25"}}}`: `{"odd":{"paging":{"next":"https://graph.facebook.com/v25.0/1/odd?access_token=[redacted]&limit=25"}}}`,
		`{"previous" : "https:\/\/x\/?a=1\u0026access_token=EAAB1"}`:                                       `{"previous" : "https:\/\/x\/?a=1\u0026access_token=[redacted]"}`,
	} {
		assert.Equal(t, want, string(withoutTokens([]byte(body))))
	}
}
