package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
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

// Fields of the Pages in me/accounts. Without any the answer holds the Pages' access tokens.
const (
	accountFields = "id,name,instagram_business_account{id,username,name,followers_count}"
	tokenField    = "access_token"
)

// Accounts lists the accounts that the token reaches, by id: with Facebook Login those linked to the
// user's Pages, with Instagram Login the one account. Needs accessToken alone; notes may be nil.
func (s *Source) Accounts(ctx context.Context, notes func(plugin.Note)) ([]Account, error) {
	accounts, _, err := s.discover(ctx, accountFields, notes)
	return accounts, err
}

// discover is Accounts, asking for fields of the Pages; among them may be their tokens.
func (s *Source) discover(ctx context.Context, fields string, notes func(plugin.Note)) (accounts []Account, tokens map[string]secret.Text, err error) {
	client, err := s.graph(notes)
	if err != nil {
		return nil, nil, err
	}
	if s.config.Login == loginInstagram {
		accounts, err = ownAccount(ctx, client)
	} else {
		accounts, tokens, err = pageAccounts(ctx, client, fields)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("asking which accounts the token reaches: %w", err)
	}
	sort.Slice(accounts, func(i, j int) bool { return lessID(accounts[i].ID, accounts[j].ID) })
	return accounts, tokens, nil
}

// lessID orders ids as numbers, which they are, without being bound to 64 bits.
func lessID(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// pageAccounts reads the Pages' accounts in the order of the Pages, and by account the tokens that fields asks for.
func pageAccounts(ctx context.Context, client *graphapi.Client, fields string) ([]Account, map[string]secret.Text, error) {
	request := graphapi.Request{Path: "me/accounts", Params: []graphapi.Param{
		{Name: "fields", Value: fields}, {Name: "limit", Value: strconv.Itoa(accountsPage)},
	}}
	var accounts []Account
	tokens := make(map[string]secret.Text)
	seen := make(map[string]bool)
	for answer, err := range client.Pages(ctx, request) {
		if err != nil {
			return nil, nil, err
		}
		var page struct {
			Data []struct {
				ID, Name string
				Token    string `json:"access_token"`
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
			return nil, nil, fmt.Errorf("the answer of me/accounts is not what it should be: %w", err)
		}
		for _, p := range page.Data {
			if p.Account == nil {
				continue
			}
			if tokens[p.Account.ID].IsZero() && p.Token != "" {
				tokens[p.Account.ID] = secret.New(p.Token)
			}
			if seen[p.Account.ID] {
				continue
			}
			seen[p.Account.ID] = true
			accounts = append(accounts, Account{
				ID: p.Account.ID, Username: p.Account.Username, Name: p.Account.Name,
				PageID: p.ID, PageName: p.Name, Followers: p.Account.Followers,
			})
		}
	}
	return accounts, tokens, nil
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
