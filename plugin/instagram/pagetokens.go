package instagram

import (
	"context"
	"fmt"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/secret"
)

// pageTokens are the clients that read with the Page's token, by Instagram account. They are found once, and
// kept nowhere but in memory.
type pageTokens struct {
	turn    chan struct{} // held by the one that asks or looks
	found   bool
	clients map[string]*graphapi.Client
}

// wantsPageToken says whether anything of the query is better read with a Page's token: stories and insights.
func (q *querySpec) wantsPageToken() bool { return wantsPageToken(q.layout.Root) }

func wantsPageToken(p *tables.Position) bool {
	if p.Kind == tables.InsightsPosition || p.Edge.Name == tables.StoriesEdge {
		return true
	}
	for _, child := range p.Children {
		if wantsPageToken(child) {
			return true
		}
	}
	return false
}

// pageClient returns the client that reads with the token of account's Page; ok is false where there is no such
// token. It asks for the tokens of all Pages unless they are known already.
func (s *Source) pageClient(ctx context.Context, account string, notes func(plugin.Note)) (client *graphapi.Client, ok bool, err error) {
	if s.config.Login != loginFacebook {
		return nil, false, nil
	}
	leave, err := s.pages.enter(ctx)
	if err != nil {
		return nil, false, err
	}
	defer leave()
	if !s.pages.found {
		user, err := s.graph(notes)
		if err != nil {
			return nil, false, err
		}
		_, tokens, err := pageAccounts(ctx, user, "id,"+tokenField+",instagram_business_account{id}")
		switch {
		case err != nil && notListed(err):
			if notes != nil {
				notes(plugin.Warning{Text: "The tokens of the Pages cannot be listed, so all is read with the user's token. " + sentence(err.Error())})
			}
		case err != nil:
			return nil, false, fmt.Errorf("asking for the tokens of the Pages: %w", err)
		}
		if user, err = s.client(); err != nil { // the one that nobody observes
			return nil, false, err
		}
		s.pages.fill(user, tokens)
	}
	if client, ok = s.pages.clients[account]; !ok || notes == nil {
		return client, ok, nil
	}
	return client.Observe(observer(notes)), true, nil
}

// notListed says whether an error is about the list of Pages alone: other calls may go well.
func notListed(err error) bool {
	e, ok := graphapi.AsError(err)
	if !ok {
		return false
	}
	kind := e.Kind()
	return kind == graphapi.Permission || kind == graphapi.NotFound || kind == graphapi.BadRequest
}

// enter waits for the turn; leave gives it to the next.
func (p *pageTokens) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.turn <- struct{}{}:
		return func() { <-p.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fill makes the clients of tokens, by account. It needs the turn.
func (p *pageTokens) fill(user *graphapi.Client, tokens map[string]secret.Text) {
	p.clients, p.found = make(map[string]*graphapi.Client, len(tokens)), true
	for account, token := range tokens {
		if client, err := user.WithToken(token); err == nil { // one that cannot be sent is as good as none
			p.clients[account] = client
		}
	}
}

// keepPageTokens takes in tokens that came with something else.
func (s *Source) keepPageTokens(ctx context.Context, tokens map[string]secret.Text) error {
	user, err := s.client()
	if err != nil {
		return err
	}
	leave, err := s.pages.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	s.pages.fill(user, tokens)
	return nil
}
