package keboola

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// An account is one of the configuration: its id, and what else the configuration says of it, as text.
type account struct {
	id     string
	values map[string]string
}

// ids are those of the configured accounts, in the order of the file.
func (c *Config) ids() []string {
	ids := make([]string, len(c.accounts))
	for i, a := range c.accounts {
		ids[i] = a.id
	}
	return ids
}

// accounts reads a map of id and account, or a list of accounts.
func (p *parser) accounts(raw json.RawMessage) {
	const where = "parameters.accounts"
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for i, one := range list {
			p.account(fmt.Sprintf("%s[%d]", where, i), "", one)
		}
		return
	}
	o, err := readObject(raw, true)
	if err != nil {
		p.failf(where, "Write a map of ids and accounts.", "it is %s.", kind(raw))
		return
	}
	for _, id := range o.keys {
		p.account(where+"."+shown(id), id, o.values[id])
	}
}

// account reads one account; key is what it stands under, empty in a list.
func (p *parser) account(where, key string, raw json.RawMessage) {
	o, err := readObject(raw, true)
	if err != nil {
		p.failf(where, `Write it as {"id": "…", "name": "…"}.`, "%s.", err)
		return
	}
	a := account{id: strings.TrimSpace(key), values: make(map[string]string)}
	for _, name := range o.keys {
		if hidden(name) || isNull(o.values[name]) {
			continue
		}
		value, ok := scalar(o.values[name])
		if !ok {
			value = compact(o.values[name])
		}
		if value != "" {
			a.values[name] = value
		}
	}
	a.id = cmp.Or(a.id, strings.TrimSpace(a.values["id"]))
	if a.id == "" {
		p.failf(where, "Give it one.", "the account has no id.")
		return
	}
	a.values["id"] = cmp.Or(a.values["id"], a.id)
	if slices.ContainsFunc(p.config.accounts, func(b account) bool { return b.id == a.id || b.values["id"] == a.values["id"] }) {
		p.failf(where, "Keep one of them.", "the account %s stands twice.", shown(a.id))
		return
	}
	p.config.accounts = append(p.config.accounts, a)
}

// hidden says that a key holds a credential, of which nothing is delivered.
func hidden(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "#") || strings.Contains(key, "token") || strings.Contains(key, "secret")
}
