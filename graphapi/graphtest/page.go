package graphtest

import (
	"slices"
	"strconv"
)

// pageTasks are what the token's user may do on a Page.
var pageTasks = []string{"ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"}

// pageKind is the Facebook Page as a bridge to its account (facts §1.5).
func pageKind() *kind {
	return &kind{name: "Page", defaults: []string{"name"}, fields: map[string]field{
		"name":         text(facebookOnly, func(_ *call, n node) string { return n.account.PageName }),
		"access_token": text(facebookOnly, func(_ *call, n node) string { return n.account.PageToken }),
		"category":     text(facebookOnly, func(*call, node) string { return "Brand" }),
		"category_list": raw(facebookOnly, func(node) string {
			return `[{"id":"1605186416478696","name":"Brand"}]`
		}),
		"fan_count":       raw(facebookOnly, func(n node) string { return strconv.FormatInt(n.account.Followers/3, 10) }),
		"followers_count": raw(facebookOnly, func(n node) string { return strconv.FormatInt(n.account.Followers/3+7, 10) }),
		"link":            text(facebookOnly, func(_ *call, n node) string { return "https://www.facebook.com/" + n.id }),
		"username":        text(facebookOnly, func(_ *call, n node) string { return n.account.Username + ".page" }),
		"tasks": raw(facebookOnly, func(node) string {
			return string(appendTexts(nil, pageTasks))
		}),
		"instagram_business_account":  {facebookOnly, linkedAccount(false)},
		"connected_instagram_account": {facebookOnly, linkedAccount(true)},
	}}
}

// linkedAccount writes the account behind a Page; the key is absent when none is linked (facts §1.5).
func linkedAccount(connected bool) func(*call, node, selection, []byte) ([]byte, *Error) {
	return func(c *call, n node, s selection, b []byte) ([]byte, *Error) {
		if n.account.Unlinked && !connected {
			return b, nil
		}
		body, e := c.appendNode(nil, c.user(n.account, n.account.ID), s.sub)
		return append(b, body...), e
	}
}

// accountsDefaults is what /me/accounts gives unasked, the Page's token among it (facts §1.5).
var accountsDefaults = []selection{{name: "access_token"}, {name: "category"}, {name: "category_list"}, {name: "name"}, {name: "id"}, {name: "tasks"}}

// userKind is the Facebook user behind a token.
func userKind() *kind {
	return &kind{name: "User", defaults: []string{"name"}, fields: map[string]field{
		"name": text(facebookOnly, func(*call, node) string { return "Graph Tester" }),
	}, edges: map[string]edge{
		"accounts":    {facebookOnly, servePages},
		"permissions": {facebookOnly, servePermissions},
	}}
}

// servePages lists the Pages the token reaches: those ticked in the dialog (facts §1.5).
func servePages(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	fields := q.fields
	if fields == nil {
		fields = accountsDefaults
	}
	var pages []*Account
	if c.session.granted(Facebook, "pages_show_list", "") {
		for _, a := range c.h.world.accounts {
			if c.session.reaches(a) {
				pages = append(pages, a)
			}
		}
	}
	return c.appendPage(b, withFields(q), listing{path: n.id + "/accounts", to: len(pages), object: func(b []byte, i int) ([]byte, *Error) {
		return c.appendNode(b, node{kind: c.h.kinds.page, id: pages[i].PageID, account: pages[i]}, fields)
	}})
}

// servePermissions lists what the token was granted and what was declined (facts §1.5).
func servePermissions(c *call, _ node, _ edgeQuery, b []byte) ([]byte, *Error) {
	granted := c.session.Scopes
	if granted == nil {
		granted = facebookScopes
	}
	b = append(b, `{"data":[`...)
	one := func(name, status string) {
		if b[len(b)-1] == '}' {
			b = append(b, ',')
		}
		b = append(appendMember(appendMember(append(b, '{'), "permission", name), "status", status), '}')
	}
	for _, name := range granted {
		one(name, "granted")
	}
	for _, name := range facebookScopes {
		if !slices.Contains(granted, name) {
			one(name, "declined")
		}
	}
	return append(b, ']', '}'), nil
}
