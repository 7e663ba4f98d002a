package keboola

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

// ReferenceName is the name that the Instagram source of a configuration has in a run.
const ReferenceName = "keboola"

// TokenSecret is the name of the secret that takes the place of a token which the configuration does not
// give in the clear.
const TokenSecret = "instagram"

// A Config is a configuration of the extractor. It does not change; it is safe for concurrent use.
type Config struct {
	token      secret.Text
	noToken    string // why there is none
	apiVersion string
	accounts   []account
	queries    []query
	failures   []plugin.Failure
	remarks    []plugin.Failure
}

// Is says whether a file is such a configuration and no run file: a JSON object with parameters in it, or
// one in a file called .json that does not name a plugin or sources.
func Is(path string, text []byte) bool {
	text = trim(text)
	if len(text) == 0 || text[0] != '{' {
		return strings.EqualFold(filepath.Ext(path), ".json")
	}
	o, err := readObject(text, false)
	has := func(key string) bool { _, ok := o.values[key]; return ok }
	if err == nil && !has("parameters") && (has("plugin") || has("sources")) {
		return false
	}
	return err == nil && has("parameters") || strings.EqualFold(filepath.Ext(path), ".json")
}

// trim takes the mark off that some editors put before UTF-8.
func trim(text []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
}

// Parse reads a configuration. The error says that the text is no JSON object; everything else that is
// wrong is told by the Source.
func Parse(text []byte) (*Config, error) {
	text = trim(text)
	if !json.Valid(text) {
		return nil, notJSON(text)
	}
	o, err := readObject(text, false)
	if err != nil {
		return nil, fmt.Errorf("the configuration is no JSON object: %w", err)
	}
	p := parser{config: new(Config)}
	p.file(o)
	return p.config, nil
}

// notJSON says where a text ceases to be JSON, without repeating anything of it.
func notJSON(text []byte) error {
	var value any
	err := json.Unmarshal(text, &value)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("the configuration is not JSON")
	}
	before := text[:min(int(syntax.Offset), len(text))]
	return fmt.Errorf("the configuration is not JSON: something is wrong at line %d, column %d",
		bytes.Count(before, []byte("\n"))+1, max(1, len(before)-bytes.LastIndexByte(before, '\n')-1))
}

// Properties are those of the Instagram source. Without a token in the clear, accessToken is the secret
// called TokenSecret.
func (c *Config) Properties() map[string]string {
	p := map[string]string{
		"referenceName": ReferenceName,
		"requestType":   "query",
		"accessToken":   c.token.Reveal(),
		"queries":       c.queryText(),
		"errorHandling": "skipOnError",
	}
	if c.noToken != "" {
		p["accessToken"] = "${secure(" + TokenSecret + ")}"
	}
	if c.apiVersion != "" {
		p["apiVersion"] = c.apiVersion
	}
	return p
}

// Queries says how many queries there are to read.
func (c *Config) Queries() int { return len(c.queries) }

// parser fills a Config.
type parser struct{ config *Config }

// failf says that something would be missing; where is the path of the keys to it.
func (p *parser) failf(where, action, format string, args ...any) {
	p.config.failures = append(p.config.failures, plugin.Fail(where+": "+fmt.Sprintf(format, args...), action))
}

// remarkf says that something was left out that changes no row.
func (p *parser) remarkf(where, action, format string, args ...any) {
	p.config.remarks = append(p.config.remarks, plugin.Fail(where+": "+fmt.Sprintf(format, args...), action))
}

// unknown remarks on the keys of an object that nothing knows.
func (p *parser) unknown(where string, o object, known ...string) {
	for i, key := range o.keys {
		if slices.Contains(known, key) {
			continue
		}
		action := ""
		if near := nearest.Name(key, known); near != "" {
			action = "Did you mean " + near + "?"
		}
		p.remarkf(where, action, "there is no key %s; it is ignored.", shown(o.names[i]))
	}
}

// tokenForm is what access tokens look like: one may stand where a key was meant.
var tokenForm = regexp.MustCompile(`[A-Za-z0-9_|-]{30,}`)

// shown is a text of the file, fit for a message.
func shown(text string) string {
	const most = 60
	text = tokenForm.ReplaceAllString(text, secret.Redacted)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strings.Join(strings.Fields(text), " ")
}

func (p *parser) file(o object) {
	// What the platform adds on its own concerns nobody here, but for what follows the extractor.
	p.unknown("the configuration", o, "parameters", "authorization", "action", "storage", "processors", "runtime", "artifacts",
		"image-parameters", "variables-id", "variables-values-id", "shared-code-id", "shared-code-row-ids")
	if raw, ok := o.get("action"); ok {
		if action, _ := scalar(raw); action != "run" && action != "" {
			p.remarkf("action", "To list the accounts that the token reaches, use igsource accounts.",
				"%s is not carried out; the queries are read as by run.", shown(action))
		}
	}
	if raw, ok := o.get("processors"); ok {
		if list, err := readObject(raw, false); err == nil && len(list.keys) > 0 {
			p.remarkf("processors", "Run them on the files afterwards.", "they are not run.")
		}
	}
	p.credentials(o)
	raw, ok := o.get("parameters")
	if !ok {
		p.failf("parameters", "Give a configuration of the Instagram extractor: {\"parameters\": {\"accounts\": …, \"queries\": …}}.", "it is missing.")
		return
	}
	parameters, err := readObject(raw, false)
	if err != nil {
		p.failf("parameters", "", "%s.", err)
		return
	}
	p.parameters(parameters)
}

func (p *parser) parameters(o object) {
	p.unknown("parameters", o, "accounts", "api-version", "queries", "debug", "debug-mode", "bucket-id", "v1-compatibility")
	if raw, ok := o.get("api-version"); ok {
		version, isText := scalar(raw)
		if !isText {
			p.failf("parameters.api-version", "Write it as \"v25.0\".", "it is %s.", kind(raw))
		}
		p.config.apiVersion = strings.TrimSpace(version)
	}
	if raw, ok := o.get("accounts"); ok {
		p.accounts(raw)
	}
	raw, ok := o.get("queries")
	if !ok {
		p.remarkf("parameters.queries", "", "there are none, so that only the accounts are written.")
		return
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		p.failf("parameters.queries", "Write a list of queries.", "it is %s instead of a list.", kind(raw))
		return
	}
	for i, one := range list {
		p.query(fmt.Sprintf("parameters.queries[%d]", i), one)
	}
	if len(p.config.queries) == 0 && len(p.config.failures) == 0 {
		p.remarkf("parameters.queries", "", "all of them are disabled, so that only the accounts are written.")
	}
}
