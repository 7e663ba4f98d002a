package graphapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
)

func page(id, after, next string) string {
	links := ""
	if after != "" {
		links = fmt.Sprintf(`"cursors":{"before":"b","after":%q}`, after)
	}
	if next != "" {
		links = strings.TrimPrefix(links+fmt.Sprintf(`,"next":%q`, next), ",")
	}
	data := ""
	if id != "" {
		data = fmt.Sprintf(`{"id":%q}`, id)
	}
	return fmt.Sprintf(`{"data":[%s],"paging":{%s}}`, data, links)
}

const elsewhere = "https://evil.example/v25.0/1/media?access_token=EAAleak&after=A1"

func TestAfter(t *testing.T) {
	for _, c := range []struct {
		name, body       string
		linked, unlinked string // the cursor, or "" at the end
	}{
		{"next", page("1", "A1", elsewhere), "A1", "A1"},
		{"no next", page("1", "A1", ""), "", "A1"},
		{"empty with next", page("", "A1", elsewhere), "A1", ""},
		{"empty", page("", "A1", ""), "", ""},
		{"no cursors", page("1", "", ""), "", ""},
		{"cursor only in the link", page("1", "", elsewhere), "A1", "A1"},
		{"time", page("1", "", "https://graph.facebook.com/v25.0/1/insights?since=1&until=2"), "", ""},
		{"escapes", `{"paging":{"next":"https:\/\/x\/?a=b","cursors":{"after":"Q\u0041\/="}},"data":[1]}`, "QA/=", "QA/="},
		{"null next", `{"data":[1],"paging":{"next":null,"cursors":{"after":"A"}}}`, "", "A"},
		{"no paging", `{"data":[1]}`, "", ""},
		{"strange shapes", `{"data":1,"paging":[{"next":"x"}]}`, "", ""},
		{"damaged", `{"data":[1],"paging":{"next":"x"`, "", ""},
		{"nothing", "", "", ""},
		{"array", "[]", "", ""},
	} {
		cursor, more := graphapi.After([]byte(c.body))
		assert.Equal(t, c.linked != "", more, c.name)
		if more {
			assert.Equal(t, c.linked, cursor, c.name)
		}
		cursor, more = graphapi.AfterUnlinked([]byte(c.body))
		assert.Equal(t, c.unlinked != "", more, c.name)
		if more {
			assert.Equal(t, c.unlinked, cursor, c.name)
		}
	}
}

var media = graphapi.Request{Path: "1/media", Params: []graphapi.Param{{Name: "fields", Value: "id"}, {Name: "limit", Value: "2"}}}

func collect(t *testing.T, b *bench, r graphapi.Request) (bodies []string, err error) {
	for a, e := range b.Pages(t.Context(), r) {
		if e != nil {
			assert.Nil(t, a)
			err = e
			continue
		}
		bodies = append(bodies, string(a.Body))
		a.Release()
	}
	return bodies, err
}

func TestPagesFollowCursorsAndNeverLinks(t *testing.T) {
	foreign := newServer(t, ok(`{}`))
	pages := []string{page("1", "A1", foreign.URL+"/?access_token=x"), page("", "A2", foreign.URL+"/"), page("3", "A3", "")}
	b := newBench(t, nil, ok(pages[0]), ok(pages[1]), ok(pages[2]))
	bodies, err := collect(t, b, media)
	require.NoError(t, err)
	assert.Equal(t, pages, bodies)
	var uris []string
	for _, r := range b.server.requests() {
		uris = append(uris, r.URI)
	}
	assert.Equal(t, []string{"/v25.0/1/media?fields=id&limit=2", "/v25.0/1/media?fields=id&limit=2&after=A1", "/v25.0/1/media?fields=id&limit=2&after=A2"}, uris)
	assert.Empty(t, foreign.requests())
	host := strings.TrimPrefix(foreign.URL, "http://")
	want := "the next link of GET /v25.0/1/media points to another host, " + host + ", which is not contacted: only its cursor is used"
	assert.Equal(t, []string{want, want}, b.record.notices)
}

func TestPagesWithoutLinks(t *testing.T) {
	tags := graphapi.Request{Path: "1/tags", Unlinked: true}
	b := newBench(t, nil, ok(page("1", "A1", "")), ok(page("2", "A2", "")), ok(page("", "A3", "")))
	bodies, err := collect(t, b, tags)
	require.NoError(t, err)
	assert.Len(t, bodies, 3)
	b = newBench(t, nil, ok(page("1", "A1", "")), ok(page("2", "", "")))
	bodies, err = collect(t, b, tags)
	require.NoError(t, err)
	assert.Len(t, bodies, 2)
}

func TestPagesOfInsightsEndAtOnce(t *testing.T) {
	b := newBench(t, nil, ok(page("1", "", "https://graph.facebook.com/v25.0/1/insights?since=1&until=2")))
	bodies, err := collect(t, b, insights)
	require.NoError(t, err)
	assert.Len(t, bodies, 1)
	assert.Len(t, b.server.requests(), 1)
}

func TestACursorThatComesTwiceIsAnError(t *testing.T) {
	b := newBench(t, nil, ok(page("1", "A1", elsewhere)), ok(page("2", "A2", elsewhere)), ok(page("3", "A1", elsewhere)))
	bodies, err := collect(t, b, media)
	require.EqualError(t, err, "GET /v25.0/1/media: the API gave a cursor a second time, so its pages would never end: run again later")
	assert.Len(t, bodies, 3)
	b = newBench(t, nil, ok(page("1", "A1", elsewhere)))
	_, err = collect(t, b, media.With("after", "A1"))
	require.ErrorContains(t, err, "a cursor a second time")
}

func TestALinkWithoutACursorIsAnError(t *testing.T) {
	b := newBench(t, nil, ok(page("1", "", "https://graph.facebook.com/v25.0/1/media?offset=25")))
	_, err := collect(t, b, media)
	require.EqualError(t, err, "GET /v25.0/1/media: the answer has a next link without a cursor, which is not followed: rows after this page cannot be read")
}

func TestAnErrorEndsThePages(t *testing.T) {
	b := newBench(t, nil, ok(page("1", "A1", elsewhere)), reply(400, graphError(100, 0, "(#100) The After Cursor specified exceeds the max limit supported by this endpoint")))
	bodies, err := collect(t, b, media)
	assert.Len(t, bodies, 1)
	assert.Equal(t, graphapi.BadRequest, graphErr(t, err).Kind())
}

func TestBreakingOutEndsTheRequestBehind(t *testing.T) {
	arrived, left := make(chan struct{}), make(chan struct{})
	b := newBench(t, nil, ok(page("1", "A1", elsewhere)), func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(left)
	})
	for _, err := range b.Pages(t.Context(), media) {
		require.NoError(t, err)
		<-arrived // the next page is asked for while this one is worked on
		break
	}
	<-left
}

func TestPagesEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b := newBench(t, nil, ok(page("1", "A1", elsewhere)), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	var last error
	for _, err := range b.Pages(ctx, media) {
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
}

func FuzzAfter(f *testing.F) {
	for _, body := range []string{page("1", "A1", elsewhere), page("", "", ""), `{"paging":{"next":"\ud800","cursors":[]}}`, `{"data":[[],{}],"paging":{"next":"%zz"}}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		cursor, more := graphapi.After(body)
		if more && cursor == "" {
			t.Fatal("a next page without a cursor")
		}
		open, more2 := graphapi.AfterUnlinked(body)
		if more2 && open == "" || cursor != open {
			t.Fatalf("%q, %q", cursor, open)
		}
	})
}
