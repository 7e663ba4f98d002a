package command

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"

	"github.com/igsource/igsource/secret"
)

// scrubbing writes what is shown, without secrets. A line is written at once, so that none is cut in two.
type scrubbing struct {
	out   io.Writer
	scrub *secret.Scrubber
}

// Write implements io.Writer.
func (s scrubbing) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.out, s.scrub.Scrub(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// hide takes texts that hold secrets out of all that is shown from here on.
func (sys *System) hide(texts ...string) {
	for _, text := range texts {
		if text == "" || text == "." || text == string(filepath.Separator) {
			continue
		}
		sys.secrets = append(sys.secrets, secret.New(text), secret.New(quoted(text)))
	}
	scrub := secret.NewScrubber(sys.secrets...)
	sys.Stdout, sys.Stderr = scrubbing{sys.Stdout, scrub}, scrubbing{sys.Stderr, scrub}
}

// scrubbed is a text without the secrets that are hidden.
func (sys *System) scrubbed(text []byte) []byte {
	if len(sys.secrets) == 0 {
		return text
	}
	return []byte(secret.NewScrubber(sys.secrets...).Scrub(string(text)))
}

// quoted is a text as it stands in JSON.
func quoted(text string) string {
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	if err := w.Encode(text); err != nil {
		panic(err) // a string has JSON
	}
	return string(bytes.Trim(out.Bytes(), "\"\n"))
}
