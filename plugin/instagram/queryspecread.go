package instagram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

// Keys of a query.
const (
	keyName        = "name"
	keyEndpoint    = "endpoint"
	keyFields      = "fields"
	keyAccounts    = "accounts"
	keySince       = "since"
	keyUntil       = "until"
	keyLimit       = "limit"
	keyDisabled    = "disabled"
	keyRunByID     = "runById"
	keyTimeBased   = "timeBasedPagination"
	keyStopOnEmpty = "stopOnEmptyResponse"
	keyIncremental = "incremental"
)

var queryKeys = []string{
	keyName, keyEndpoint, keyFields, keyAccounts, keySince, keyUntil, keyLimit,
	keyDisabled, keyRunByID, keyTimeBased, keyStopOnEmpty, keyIncremental,
}

// noAccounts is what accounts says when an endpoint is read of no account.
const noAccounts = "none"

// maxPage is the most rows that the API gives at once.
const maxPage = 100

const queriesExample = `Write a JSON array of objects, such as [{"name": "media", "endpoint": "media", "fields": "id,caption"}].`

// readQueries reads the text of the property queries. It judges the form of each query, not what it asks for;
// a disabled one is not judged. The failures are those of the property as a whole.
func readQueries(text string) (specs []*querySpec, failures []plugin.Failure) {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, []plugin.Failure{plugin.Fail(notQueries(text, err), queriesExample).On("queries")}
	}
	if len(list) == 0 {
		return nil, []plugin.Failure{plugin.Fail("queries holds no query.", queriesExample).On("queries")}
	}
	disabled := 0
	for i, raw := range list {
		q := &querySpec{index: i}
		r := queryReader{spec: q}
		r.read(raw)
		if q.disabled {
			disabled++
			q.failures = nil
		}
		specs = append(specs, q)
	}
	if disabled == len(list) {
		return nil, []plugin.Failure{plugin.Fail("Every query is disabled, so that there is nothing to read.",
			"Take disabled out of one.").On("queries")}
	}
	return specs, nil
}

// notQueries says why a text is no array.
func notQueries(text string, err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		before := text[:min(max(0, int(syntax.Offset)-1), len(text))]
		if syntax.Offset > int64(len(text)) || strings.HasPrefix(syntax.Error(), "unexpected end") {
			before = text
		}
		line := strings.Count(before, "\n") + 1
		column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
		return fmt.Sprintf("queries is not JSON: %s at line %d, column %d.", syntax.Error(), line, column)
	}
	return fmt.Sprintf("queries is %s instead of an array of queries.", jsonKind([]byte(text)))
}

// jsonKind says in words what a JSON value is.
func jsonKind(raw []byte) string {
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return string(raw)
	case 'n':
		return "null"
	}
	return "a number"
}

// A queryReader reads one query.
type queryReader struct {
	spec   *querySpec
	values map[string]json.RawMessage
}

func (r *queryReader) failf(action, format string, args ...any) {
	r.spec.failures = append(r.spec.failures, r.spec.remark(fmt.Sprintf(format, args...), action))
}

func (r *queryReader) read(raw json.RawMessage) {
	keys, ok := r.members(raw)
	if !ok {
		r.failf(queriesExample, "it is %s instead of an object.", jsonKind(raw))
		return
	}
	q := r.spec
	q.name = r.text(keyName) // first, because every failure names it
	r.keys(keys)
	if q.name == "" && len(q.failures) == 0 {
		r.failf("Give each query a name: it begins the names of its tables.", "it has no name.")
	}
	q.endpoint, q.fields = r.text(keyEndpoint), r.text(keyFields)
	q.since, q.until = r.moment(keySince), r.moment(keyUntil)
	q.disabled, q.runByID = r.flag(keyDisabled, false), r.flag(keyRunByID, false)
	q.timeBased, q.stopOnEmpty = r.flag(keyTimeBased, false), r.flag(keyStopOnEmpty, false)
	q.unkeyed = !r.flag(keyIncremental, true)
	r.limit()
	r.accounts()
}

// members takes an object apart and returns its keys in order.
func (r *queryReader) members(raw json.RawMessage) (keys []string, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, false
	}
	r.values = make(map[string]json.RawMessage)
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, false
		}
		name, _ := key.(string)
		keys = append(keys, name)
		r.values[name] = value
	}
	return keys, true
}

// keys refuses keys that there are not, and repeated ones.
func (r *queryReader) keys(keys []string) {
	for i, key := range keys {
		switch {
		case !slices.Contains(queryKeys, key):
			action := "The keys of a query are " + strings.Join(queryKeys, ", ") + "."
			if near := nearest.Name(key, queryKeys); near != "" {
				action = "Use " + near + ", which is the nearest key."
			}
			r.failf(action, "a query has no key %s.", clipped(key))
		case slices.Contains(keys[:i], key):
			r.failf("Leave one out.", "%s stands twice.", key)
		}
	}
}

// given returns the value of a key; null counts as absent.
func (r *queryReader) given(key string) (json.RawMessage, bool) {
	raw, ok := r.values[key]
	return raw, ok && raw[0] != 'n'
}

// text reads a text.
func (r *queryReader) text(key string) string {
	raw, ok := r.given(key)
	if !ok {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		r.failf("Write it in quotes.", "%s is %s instead of a text.", key, jsonKind(raw))
	}
	if key == keyFields {
		return text // columns are counted in it as it stands
	}
	return strings.TrimSpace(text)
}

// moment reads a date: a text, or unix seconds as a bare number.
func (r *queryReader) moment(key string) string {
	if raw, ok := r.given(key); ok && unixSeconds.Match(raw) {
		return string(raw)
	}
	return r.text(key)
}

// flag reads true or false.
func (r *queryReader) flag(key string, otherwise bool) bool {
	raw, ok := r.given(key)
	if !ok {
		return otherwise
	}
	var value bool
	if json.Unmarshal(raw, &value) != nil {
		r.failf("Write it without quotes.", "%s is %s instead of true or false.", key, jsonKind(raw))
		return otherwise
	}
	return value
}

// limit reads the size of a page: a number, or the digits of one in quotes.
func (r *queryReader) limit() {
	raw, ok := r.given(keyLimit)
	if !ok || string(raw) == `""` {
		return
	}
	text := string(raw)
	if json.Unmarshal(raw, &text) == nil {
		text = strings.TrimSpace(text)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		r.failf(fmt.Sprintf("Write a number from 1 to %d, or leave it out.", maxPage), "limit %s is not a size of pages.", clipped(text))
		return
	}
	r.spec.limit = n
}

var accountIDForm = regexp.MustCompile(`^[0-9]{1,20}$`)

// accounts reads which accounts are read: all, none, or ids between commas or in a list.
func (r *queryReader) accounts() {
	q := r.spec
	listed, ok := r.accountList()
	if !ok {
		return
	}
	switch {
	case len(listed) == 0, len(listed) == 1 && listed[0] == allAccounts:
		q.all = true
		return
	case len(listed) == 1 && listed[0] == noAccounts:
		q.none = true
		if q.endpoint == "" {
			r.failf("Give an endpoint such as me/accounts, or read accounts.", "accounts is none, and there is no endpoint to read instead.")
		}
		return
	}
	for _, id := range listed {
		switch {
		case id == allAccounts || id == noAccounts:
			r.failf("Give either "+id+" or ids.", "accounts holds %s among ids.", id)
		case !accountIDForm.MatchString(id):
			r.failf("An id is digits only, such as 17841400000000001; write all for every account that the token reaches, or none.",
				"'%s' in accounts is not an Instagram user id.", clipped(id))
		case !slices.Contains(q.accounts, id):
			q.accounts = append(q.accounts, id)
		}
	}
}

// accountList returns what accounts holds, taken apart. Without ids, of either form, it is empty.
func (r *queryReader) accountList() (listed []string, ok bool) {
	raw, given := r.given(keyAccounts)
	if !given {
		return nil, true
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		for id := range strings.SplitSeq(text, ",") {
			if id = strings.TrimSpace(id); id != "" {
				listed = append(listed, id)
			}
		}
		return listed, true
	}
	if digits := string(raw); accountIDForm.MatchString(digits) { // a bare number: the digits as they stand
		return []string{digits}, true
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		r.failf("Write all, none, or ids between commas.", "accounts is %s instead of a text or a list.", jsonKind(raw))
		return nil, false
	}
	if len(list) == 0 {
		r.failf("Write ids into it, or all or none instead.", "accounts is an empty list.")
		return nil, false
	}
	for _, raw := range list {
		id := string(raw)
		if raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
			id = strings.TrimSpace(text)
		}
		listed = append(listed, id)
	}
	return listed, true
}
