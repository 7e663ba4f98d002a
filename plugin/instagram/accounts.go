package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// An Account is an Instagram professional account that the token reaches.
type Account struct {
	ID       string `json:"id"`
	Username string `json:"username,omitempty"`
	Name     string `json:"name,omitempty"`
	// PageID and PageName are the linked Facebook Page's; empty with Instagram Login.
	PageID   string `json:"page_id,omitempty"`
	PageName string `json:"page_name,omitempty"`
	// Followers is nil where the API did not say.
	Followers *int64 `json:"followers_count,omitempty"`
}

// accountsPage is the most Pages that /me/accounts gives at once.
const accountsPage = 100

// Accounts lists the accounts that the token reaches, by id: with Facebook Login those linked to the
// user's Pages, with Instagram Login the one account. Needs accessToken alone; notes may be nil.
func (s *Source) Accounts(ctx context.Context, notes func(plugin.Note)) ([]Account, error) {
	client, err := s.graph(notes)
	if err != nil {
		return nil, err
	}
	var accounts []Account
	if s.config.Login == string(graphapi.Instagram) {
		accounts, err = ownAccount(ctx, client)
	} else {
		accounts, err = pageAccounts(ctx, client)
	}
	if err != nil {
		return nil, fmt.Errorf("asking which accounts the token reaches: %w", err)
	}
	sort.Slice(accounts, func(i, j int) bool { return lessID(accounts[i].ID, accounts[j].ID) })
	return accounts, nil
}

// lessID orders ids as numbers, which they are, without being bound to 64 bits.
func lessID(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

func pageAccounts(ctx context.Context, client *graphapi.Client) ([]Account, error) {
	request := graphapi.Request{Path: "me/accounts", Params: []graphapi.Param{
		// Without fields the answer holds the Pages' access tokens.
		{Name: "fields", Value: "id,name,instagram_business_account{id,username,name,followers_count}"},
		{Name: "limit", Value: strconv.Itoa(accountsPage)},
	}}
	var accounts []Account
	seen := make(map[string]bool)
	for answer, err := range client.Pages(ctx, request) {
		if err != nil {
			return nil, err
		}
		var page struct {
			Data []struct {
				ID, Name string
				Account  *struct {
					ID        string `json:"id"`
					Username  string `json:"username"`
					Name      string `json:"name"`
					Followers *int64 `json:"followers_count"`
				} `json:"instagram_business_account"`
			} `json:"data"`
		}
		err := json.Unmarshal(answer.Body, &page)
		answer.Release()
		if err != nil {
			return nil, fmt.Errorf("the answer of me/accounts is not what it should be: %w", err)
		}
		for _, p := range page.Data {
			if p.Account == nil || seen[p.Account.ID] {
				continue
			}
			seen[p.Account.ID] = true
			accounts = append(accounts, Account{
				ID: p.Account.ID, Username: p.Account.Username, Name: p.Account.Name,
				PageID: p.ID, PageName: p.Name, Followers: p.Account.Followers,
			})
		}
	}
	return accounts, nil
}

func ownAccount(ctx context.Context, client *graphapi.Client) ([]Account, error) {
	answer, err := client.Get(ctx, graphapi.Request{Path: "me", Params: []graphapi.Param{
		{Name: "fields", Value: "user_id,username,name,followers_count"},
	}})
	if err != nil {
		return nil, err
	}
	defer answer.Release()
	var me struct {
		UserID    ident  `json:"user_id"`
		Username  string `json:"username"`
		Name      string `json:"name"`
		Followers *int64 `json:"followers_count"`
	}
	if err := json.Unmarshal(answer.Body, &me); err != nil {
		return nil, fmt.Errorf("the answer of me is not what it should be: %w", err)
	}
	if me.UserID == "" {
		return nil, fmt.Errorf("the answer of me names no user_id")
	}
	return []Account{{ID: string(me.UserID), Username: me.Username, Name: me.Name, Followers: me.Followers}}, nil
}

// ident is an id that the API writes as a string, or as a bare number beyond 2^53.
type ident string

// UnmarshalJSON takes the digits as they stand.
func (i *ident) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, (*string)(i))
	}
	var n json.Number
	err := json.Unmarshal(text, &n)
	*i = ident(n)
	return err
}
