package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// hashtagSearch is the path that finds a hashtag's id by its name. Below it a query reads the hashtag's media.
const hashtagSearch = "ig_hashtag_search"

// hashtagIDs are the ids of hashtags that were looked up, by name. They are the same for every account.
type hashtagIDs struct {
	mu     sync.Mutex
	byName map[string]*hashtagEntry
}

// hashtagEntry is one hashtag.
type hashtagEntry struct {
	turn chan struct{} // held by the one that asks or looks
	id   string
}

// entry returns the entry of a name.
func (h *hashtagIDs) entry(name string) *hashtagEntry {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byName == nil {
		h.byName = make(map[string]*hashtagEntry)
	}
	e := h.byName[name]
	if e == nil {
		e = &hashtagEntry{turn: make(chan struct{}, 1)}
		h.byName[name] = e
	}
	return e
}

// hashtag returns the name of the hashtag whose media the query reads of an account, if it does.
func (q *querySpec) hashtag() (name string, ok bool) {
	if q.none || !strings.HasPrefix(q.layout.Path, hashtagSearch+"/") {
		return "", false
	}
	name = q.param("q")
	return name, name != ""
}

// hashtagID looks up the id of a hashtag in the name of account, once for all accounts: each new hashtag counts
// against the account's 30 in a week. An error is not remembered.
func (s *Source) hashtagID(ctx context.Context, account, name string, notes func(plugin.Note)) (string, error) {
	name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "#"))
	e := s.hashtags.entry(name)
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if e.id != "" {
		return e.id, nil
	}
	client, err := s.graph(notes)
	if err != nil {
		return "", err
	}
	answer, err := client.Get(ctx, graphapi.Request{Path: hashtagSearch, Account: account, Params: []graphapi.Param{
		{Name: "user_id", Value: account}, {Name: "q", Value: name},
	}})
	if err != nil {
		return "", fmt.Errorf("looking up the hashtag %s: %w", name, err)
	}
	defer answer.Release()
	e.id, err = readHashtag(answer.Body)
	if err != nil {
		return "", fmt.Errorf("looking up the hashtag %s: %w", name, err)
	}
	return e.id, nil
}

// readHashtag takes the id out of an answer: the API's own page shows a bare object, the API itself gives a list.
func readHashtag(body []byte) (string, error) {
	var found struct {
		ID   ident `json:"id"`
		Data []struct {
			ID ident `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &found); err != nil {
		return "", fmt.Errorf("the answer is not what it should be: %w", err)
	}
	if found.ID == "" && len(found.Data) > 0 {
		found.ID = found.Data[0].ID
	}
	if found.ID == "" {
		return "", fmt.Errorf("the API knows no such hashtag")
	}
	return string(found.ID), nil
}
