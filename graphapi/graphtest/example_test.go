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

// What a reader of media must end up with: the figure where the API gives one, else why it does not.
func ExampleWorld_MediaRefusal() {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, graphtest.Pacific)
	world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.PersonalPosts = 3, 1
		a.Kinds = []graphtest.PostKind{graphtest.Reel, graphtest.FeedAlbum}
		a.EachMedia = func(m *graphtest.Media) { m.NotOnFacebook = m.Index == 1 }
		a.MediaFigures = func(m graphtest.Media, metric string, _ ...string) int64 { return 100 + int64(m.Index) }
	}))
	for _, post := range world.Media(world.AccountIDs()[0]) {
		for _, metric := range []string{"reach", "facebook_views", "reels_skip_rate"} {
			if why := world.MediaRefusal(post.ID, metric); why != nil {
				fmt.Println(post.ProductType, metric, why)
				continue
			}
			value, _ := world.MediaInsight(post.ID, metric)
			fmt.Println(post.ProductType, metric, value)
		}
	}
	// Output:
	// REELS reach 100
	// REELS facebook_views 100
	// REELS reels_skip_rate 10
	// FEED reach 101
	// FEED facebook_views graph error -1/2207086: Fatal
	// FEED reels_skip_rate graph error 100/0: (#100) The Media Insights API does not support the reels_skip_rate metric for this media product type.
	// REELS reach graph error 100/2108006: Invalid parameter
	// REELS facebook_views graph error 100/2108006: Invalid parameter
	// REELS reels_skip_rate graph error 100/2108006: Invalid parameter
}
