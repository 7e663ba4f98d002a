package graphtest

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// maxBody is the largest request body read.
const maxBody = 8 << 20

// incoming is a request taken apart.
type incoming struct {
	method string
	path   string
	params url.Values // of the URL and the form; the form's win
	creds  credentials
	// formToken says that a token came as a parameter, which a batch insists on (facts §7.6).
	formToken bool
}

// readRequest reads the URL, the form and the token. A POST form may name another method (facts §7.6).
func (h *Handler) readRequest(w http.ResponseWriter, r *http.Request) (*incoming, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	form, err := readForm(r.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	in := &incoming{method: r.Method, path: r.URL.Path, params: query}
	h.stats.with(func(s *Stats) {
		s.BytesIn += int64(len(body))
		if bearer(r.Header.Get("Authorization")) != "" {
			s.HeaderTokens++
		}
		if query.Has("access_token") {
			s.QueryTokens++
		}
		if form.Has("access_token") {
			s.FormTokens++
		}
	})
	for name, values := range form {
		in.params[name] = values
	}
	if r.Method == http.MethodPost && form.Get("method") != "" {
		in.method = strings.ToUpper(form.Get("method"))
		delete(in.params, "method")
	}
	in.creds = credentialsOf(in.params)
	in.formToken = in.creds.token != ""
	if token := bearer(r.Header.Get("Authorization")); token != "" && in.creds.token == "" && !h.headerIgnored {
		in.creds.token = token
	}
	return in, nil
}

func readForm(contentType string, body []byte) (url.Values, error) {
	kind, options, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/x-www-form-urlencoded":
		return url.ParseQuery(string(body))
	case "multipart/form-data":
		form, err := multipart.NewReader(strings.NewReader(string(body)), options["boundary"]).ReadForm(maxBody)
		if err != nil {
			return nil, err
		}
		return form.Value, form.RemoveAll()
	}
	return nil, nil
}

// isBatch says that the request is a batch: a POST to the root or to me with a batch parameter
// (facts §7.6).
func (in *incoming) isBatch() bool {
	if in.method != http.MethodPost || !in.params.Has("batch") {
		return false
	}
	segments := splitPath(in.path)
	if len(segments) > 0 && versionShape.MatchString(segments[0]) {
		segments = segments[1:]
	}
	return len(segments) == 0 || len(segments) == 1 && segments[0] == "me"
}
