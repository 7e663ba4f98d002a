package graphapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

// A server in place of the Graph API.
func exampleServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v25.0/17841400000000009":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"message":"Unsupported get request.","code":100,"error_subcode":33}}`)
		case r.Method == http.MethodPost:
			fmt.Fprint(w, `[{"code":200,"body":"{\"followers_count\":7}"},{"code":200,"body":"{\"followers_count\":9}"}]`)
		case r.URL.Query().Get("after") == "":
			fmt.Fprint(w, `{"data":[{"id":"1"}],"paging":{"cursors":{"after":"A1"},"next":"https://graph.facebook.com/v25.0/…"}}`)
		default:
			fmt.Fprint(w, `{"data":[{"id":"2"}],"paging":{"cursors":{"after":"A2"}}}`)
		}
	}))
}

func ExampleClient_Pages() {
	server := exampleServer()
	defer server.Close()
	client, err := graphapi.New(graphapi.Options{
		Login: graphapi.Facebook, Version: "v25.0", Token: secret.New("EAAexample"), Endpoint: server.URL,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	request := graphapi.Request{
		Path:   "17841400000000001/media",
		Params: []graphapi.Param{{Name: "fields", Value: "id"}},
	}
	for page, err := range client.Pages(context.Background(), request) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.22s\n", page.Body)
		page.Release()
	}
	// Output:
	// {"data":[{"id":"1"}],"
	// {"data":[{"id":"2"}],"
}

func ExampleClient_Batch() {
	server := exampleServer()
	defer server.Close()
	client, err := graphapi.New(graphapi.Options{
		Login: graphapi.Facebook, Version: "v25.0", Token: secret.New("EAAexample"), Endpoint: server.URL,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	fields := []graphapi.Param{{Name: "fields", Value: "followers_count"}}
	results, err := client.Batch(context.Background(), []graphapi.Request{
		{Path: "17841400000000001", Params: fields, Account: "17841400000000001"},
		{Path: "17841400000000002", Params: fields, Account: "17841400000000002"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		if r.Err != nil {
			fmt.Println(r.Err)
			continue
		}
		fmt.Printf("%s\n", r.Answer.Body)
	}
	// Output:
	// {"followers_count":7}
	// {"followers_count":9}
}

func ExampleAsError() {
	server := exampleServer()
	defer server.Close()
	client, err := graphapi.New(graphapi.Options{
		Login: graphapi.Facebook, Version: "v25.0", Token: secret.New("EAAexample"), Endpoint: server.URL,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	_, err = client.Get(context.Background(), graphapi.Request{Path: "17841400000000009"})
	if e, ok := graphapi.AsError(err); ok && e.Kind() == graphapi.NotFound {
		fmt.Println(e.Code, e.Subcode, e.Advice())
	}
	// Output:
	// 100 33 Check the id, that the token's user may see the object, and that it is of the right kind.
}
