package graphtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// A test of a program that reads insights: serve a World, let the program read it, and hold what it read
// against the World. In a test, graphtest.Start(t, world) takes Listen's place and closes by itself.
func Example() {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, graphtest.Pacific)
	world := graphtest.NewWorld(7, graphtest.WithAccounts(1), graphtest.WithNow(now))
	server, err := graphtest.Listen("127.0.0.1:0", world)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	account, day := world.AccountIDs()[0], graphtest.Date(2026, 3, 8) // 23 hours long
	request, _ := http.NewRequest(http.MethodGet, server.URL+"/v25.0/"+account+"/insights?"+url.Values{
		"metric": {"likes"}, "period": {"day"}, "metric_type": {"total_value"},
		"since": {fmt.Sprint(day.Start().Unix())}, "until": {fmt.Sprint(day.End().Unix() - 1)},
	}.Encode(), nil)
	request.Header.Set("Authorization", "Bearer "+world.Token(graphtest.Facebook))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	var read struct {
		Data []struct {
			TotalValue struct{ Value int64 } `json:"total_value"`
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&read); err != nil {
		fmt.Println(err)
		return
	}

	want, _ := world.Daily(account, "likes", day)
	fmt.Println(read.Data[0].TotalValue.Value == want, server.Stats().Calls)
	// Output: true 1
}
