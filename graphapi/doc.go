// Package graphapi reads from the Graph API for Instagram.
//
// A [Client] makes single requests ([Client.Get]), many at once ([Client.Batch]) and edges page by page
// ([Client.Pages]). What it promises:
//
//   - The token reaches no URL, no error and no log. It travels in the Authorization header; where a host
//     does not take that, in a form.
//   - An error of the API is an [*Error]. [Error.Kind] says what it means, decided by the body first and the
//     HTTP status second, [Error.Advice] what to do.
//   - What may pass is repeated, with growing and jittered waits, for as long as Options.MaxRetryDuration
//     after a request's first failure. Requests that are too heavy are not repeated but returned as
//     [TooMuchData].
//   - Rate limits are read from the answers' headers. A [Pacer], shared by the clients of one token, slows
//     down before a limit and waits once, for all, where the API names a time. A time that does not fit
//     fails at once and says when to come back.
//   - Only the endpoint's own host is ever contacted: redirects and next links are not followed.
//   - Everything is safe for concurrent use, and a ctx that ends ends its requests at once. No goroutine
//     outlives a call, but for the idle connections that [Client.Close] closes.
//
// Reading the media of an account:
//
//	client, err := graphapi.New(graphapi.Options{Login: graphapi.Facebook, Version: "v25.0", Token: token})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	request := graphapi.Request{
//		Path:    "17841400000000001/media",
//		Params:  []graphapi.Param{{Name: "fields", Value: "id,timestamp"}, {Name: "limit", Value: "100"}},
//		Account: "17841400000000001",
//	}
//	for page, err := range client.Pages(ctx, request) {
//		if err != nil {
//			return err
//		}
//		fmt.Printf("%s\n", page.Body)
//		page.Release()
//	}
package graphapi
