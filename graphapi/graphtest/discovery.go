package graphtest

import "strings"

// mediaVia says how an account came by a media that is not its own, which decides what it is told of it.
type mediaVia uint8

const (
	viaOwner     mediaVia = iota
	viaDiscovery          // business_discovery
	viaHashtag            // a hashtag's lists
)

// publicAccountFields are what business_discovery gives of an account (facts §1.6). Of name, follows_count and
// profile_picture_url the sheet does not say; they are public on every profile, and given here.
var publicAccountFields = map[string]bool{
	"id": true, "username": true, "name": true, "biography": true, "website": true, "followers_count": true,
	"follows_count": true, "media_count": true, "profile_picture_url": true,
}

// Discovery returns the account that business_discovery finds under a name, whether the token reaches it or not.
func (w *World) Discovery(username string) (Account, bool) {
	if a := w.discover(username); a != nil {
		return *a, true
	}
	return Account{}, false
}

func (w *World) discover(username string) *Account {
	for _, a := range w.accounts {
		if strings.EqualFold(a.Username, username) && !a.Undiscoverable {
			return a
		}
	}
	return nil
}

// writeDiscovery writes another professional account (facts §1.6).
func writeDiscovery(c *call, _ node, s selection, b []byte) ([]byte, *Error) {
	for _, scope := range []string{"instagram_basic", "instagram_manage_insights", "pages_read_engagement"} {
		if !c.session.granted(c.h.host, scope, "") {
			return nil, noPermission()
		}
	}
	username := s.args.Get("username")
	if username == "" {
		return nil, badParameter("The parameter username is required")
	}
	a := c.h.world.discover(username)
	if a == nil {
		return nil, invalidUser()
	}
	return c.appendNode(b, node{kind: c.h.kinds.account, id: a.ID, account: a, foreign: true}, s.sub)
}

// hides says that a field or an edge is not there for a caller whose account it is not: fields are left out,
// edges but media fail as something the permission is missing for. The sheet has no text for either.
func (n node) hides(name string) (absent bool, e *Error) {
	if !n.foreign {
		return false, nil
	}
	if _, edge := n.kind.edges[name]; edge {
		if name != "media" {
			return false, noPermission()
		}
		return false, nil
	}
	return !publicAccountFields[name], nil
}

// invalidUser is a name that no professional account has, or an account that is not given (facts §1.6).
func invalidUser() *Error {
	return &Error{Code: 110, Subcode: 2207013, Message: "Invalid user id", NoTrace: true}
}
