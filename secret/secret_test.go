package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/secret"
)

const token = "EAAB+/token=1"

type holder struct {
	Name    string
	Token   secret.Text
	private secret.Text
	nested  struct{ token *secret.Text }
}

func TestTextIsNeverShown(t *testing.T) {
	text := secret.New(token)
	h := holder{Name: "n", Token: text, private: text}
	h.nested.token = &text
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("opened", "token", text, "holder", h, "pointer", &h)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "% x", "%10s"} {
		for _, value := range []any{text, &text, h, &h, []secret.Text{text}, map[string]secret.Text{"a": text}, []any{h}} {
			shown := fmt.Sprintf(verb, value)
			assert.NotContains(t, shown, token, verb)
			assert.NotContains(t, shown, fmt.Sprintf("%x", token), verb)
		}
	}
	assert.NotContains(t, log.String(), token)
	assert.Contains(t, log.String(), "token=[redacted]")
	written, err := json.Marshal(h)
	require.NoError(t, err)
	assert.Equal(t, `{"Name":"n","Token":"[redacted]"}`, string(written))
	key, err := json.Marshal(map[string]any{"t": &text, "m": []secret.Text{text, {}}})
	require.NoError(t, err)
	assert.Equal(t, `{"m":["[redacted]",""],"t":"[redacted]"}`, string(key))
	assert.Equal(t, token, text.Reveal())
}

func TestTheEmptySecretShows(t *testing.T) {
	assert.Equal(t, "", fmt.Sprint(secret.Text{}))
	assert.True(t, secret.New("").IsZero())
	assert.True(t, secret.Text{}.IsZero())
	assert.False(t, secret.New("x").IsZero())
	assert.Equal(t, "", secret.Text{}.Reveal())
}

func TestScrubber(t *testing.T) {
	s := secret.NewScrubber(secret.New(token), secret.New("EAAB"), secret.Text{})
	assert.Equal(t, "GET /me?access_token=[redacted]&a=1", s.Scrub("GET /me?access_token=EAAB%2B%2Ftoken%3D1&a=1"))
	assert.Equal(t, "Bearer [redacted], [redacted]C", s.Scrub("Bearer "+token+", EAABC"))
	assert.Equal(t, "nothing here", s.Scrub("nothing here"))
	assert.Equal(t, token, (*secret.Scrubber)(nil).Scrub(token))
}
