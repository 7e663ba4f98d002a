package graphtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

type batchItem struct {
	Code    int
	Headers []struct{ Name, Value string }
	Body    string
}

func batchItems(t *testing.T, a answer) []*batchItem {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	var items []*batchItem
	decode(t, a.body, &items)
	return items
}

func batchOf(urls ...string) string {
	type item struct {
		Method string `json:"method"`
		URL    string `json:"relative_url"`
	}
	list := make([]item, 0, len(urls))
	for _, u := range urls {
		list = append(list, item{"GET", u})
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestBatch(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	ids := w.AccountIDs()
	for _, path := range []string{"/v25.0/", "/v25.0", "/", "/me", "/v25.0/me"} {
		got := p.post(path, "include_headers", "false", "batch",
			batchOf(ids[0]+"?fields=username", "v24.0/"+ids[1]+"/insights?metric=reach&period=day", "/nobody", ids[2]+"/insights?metric=likes&period=day"))
		items := batchItems(t, got)
		require.Len(t, items, 4)
		assert.Equal(t, `{"username":"`+w.Accounts()[0].Username+`","id":"`+ids[0]+`"}`, items[0].Body)
		assert.Contains(t, items[1].Body, `\/v24.0\/`+ids[1], "an item's own version holds")
		assert.Equal(t, []int{200, 200, 400, 400}, []int{items[0].Code, items[1].Code, items[2].Code, items[3].Code})
		assert.Nil(t, items[0].Headers)
	}
	s := p.server.Stats()
	assert.Equal(t, int64(5), s.Requests)
	assert.Equal(t, int64(5), s.Batches)
	assert.Equal(t, int64(20), s.Calls, "every item counts")
	assert.Equal(t, map[string]int64{ids[0]: 5, ids[1]: 5, ids[2]: 5}, s.ByAccount)
	assert.Equal(t, map[string]int64{"account": 5, "account/insights": 10, "other": 5}, s.ByEndpoint)
	assert.Equal(t, map[int]int64{803: 5, 100: 5}, s.Errors)
}

func TestBatchAsAWhole(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	fifty := strings.Repeat("me,", 49) + "me"
	assert.Len(t, batchItems(t, p.post("/", "batch", batchOf(strings.Split(fifty, ",")...))), 50)
	for batch, want := range map[string]string{
		batchOf(strings.Split(fifty+",me", ",")...): "Too many requests in batch message. Maximum batch size is 50",
		`{}`:                       "batch must be a JSON array of requests",
		`[]`:                       "batch must be a JSON array of requests",
		`[{}] [{}]`:                "batch must be a JSON array of requests",
		`not json`:                 "batch must be a JSON array of requests",
		batchOf("{result=a:$.id}"): "This server does not let the items of a batch refer to one another",
	} {
		got := p.post("/", "batch", batch)
		assert.Equal(t, 400, got.status)
		e := got.graphError(t).Error
		assert.Equal(t, want, e.Message)
		assert.Equal(t, "GraphBatchException", e.Type)
	}

	// a token in the header alone does not open a batch, though the items count
	p.server.ResetStats()
	r := p.request(http.MethodPost, "/v25.0/", strings.TrimPrefix(query([]string{"batch", batchOf("me", "me")}), "?"))
	got, err := p.do(r)
	require.NoError(t, err)
	assert.Equal(t, 400, got.status)
	assert.Equal(t, 2500, got.graphError(t).Error.Code)
	assert.Equal(t, int64(2), p.server.Stats().Calls)

	// multipart forms are read too
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("access_token", p.token))
	require.NoError(t, form.WriteField("batch", batchOf("me")))
	require.NoError(t, form.Close())
	r = p.request(http.MethodPost, "/", body.String())
	r.Header.Set("Content-Type", form.FormDataContentType())
	got, err = p.do(r)
	require.NoError(t, err)
	assert.Equal(t, 200, batchItems(t, got)[0].Code)
}

func TestBatchItems(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	page := w.Accounts()[0].PageToken
	items := batchItems(t, p.post("/", "batch", fmt.Sprintf(`[
		{"method":"GET","relative_url":"me?access_token=%[1]s"},
		{"method":"GET","relative_url":"me","access_token":"%[1]s"},
		{"method":"POST","relative_url":"me","body":"method=GET&fields=id"},
		{"method":"DELETE","relative_url":"me"},
		{"method":"GET","relative_url":"?ids=%[2]s,%[3]s&fields=username"}]`, page, w.AccountIDs()[0], w.AccountIDs()[1])))
	assert.Contains(t, items[0].Body, w.Accounts()[0].PageID)
	assert.Contains(t, items[1].Body, w.Accounts()[0].PageID)
	assert.Equal(t, `{"id":"`+w.UserID()+`"}`, items[2].Body)
	assert.Contains(t, items[3].Body, "Unsupported delete request.")
	assert.Contains(t, items[4].Body, w.Accounts()[1].Username)
	assert.Equal(t, int64(6), p.server.Stats().Calls, "the ids of an item count singly")
	headers := map[string]string{}
	for _, h := range items[0].Headers {
		headers[h.Name] = h.Value
	}
	assert.Equal(t, "v25.0", headers["facebook-api-version"])
	assert.NotEmpty(t, headers["ETag"])
}

func TestIDs(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	ids := w.AccountIDs()
	got := p.get("/v25.0/", "ids", strings.Join(ids, ","), "fields", "username")
	var nodes map[string]struct{ Username string }
	decode(t, got.body, &nodes)
	require.Len(t, nodes, 3)
	for _, a := range w.Accounts() {
		assert.Equal(t, a.Username, nodes[a.ID].Username)
	}
	assert.Equal(t, int64(3), p.server.Stats().Calls)
	edge := p.get("/v25.0/insights", "ids", ids[0]+","+ids[1], "metric", "reach", "period", "day")
	assert.Contains(t, mustField(t, edge.body, ids[1]), `"name":"reach"`)

	assert.JSONEq(t, `["`+ids[0]+`"]`, keys(t, p.get("/", "ids", ids[0]+",17841400000000000").body))
	assert.Equal(t, 2500, p.get("/", "ids", strings.Join(ids, ","), "fields", "id,id").graphError(t).Error.Code)

	p.server.ResetStats()
	many := p.get("/", "ids", strings.Repeat("1,", 53)+"1")
	assert.Equal(t, "(#100) Too many IDs. Maximum: 50. Provided: 54.", many.graphError(t).Error.Message)
	assert.Equal(t, int64(1), p.server.Stats().Calls)

	strict := newProbe(t, w, graphtest.WithMissingIDsFailing())
	e := strict.get("/", "ids", ids[0]+",17841400000000000").graphError(t).Error
	assert.Equal(t, 803, e.Code)
	assert.Equal(t, "(#803) Some of the aliases you requested do not exist: 17841400000000000", e.Message)
}

func keys(t *testing.T, body string) string {
	t.Helper()
	var object map[string]json.RawMessage
	decode(t, body, &object)
	list := make([]string, 0, len(object))
	for k := range object {
		list = append(list, k)
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return string(text)
}
