package tables

import (
	"fmt"
	"strings"

	"github.com/igsource/igsource/graphapi/nodes"
)

// AccountProfileTable is the name of the table of account profiles.
const AccountProfileTable = "account_profile"

// profileNode is the node a profile is read from.
const profileNode = "IGUser"

// profileDefaults are the fields every profile has, in column order.
var profileDefaults = []string{
	"username", "name", "biography", "website", "followers_count",
	"follows_count", "media_count", "profile_picture_url",
}

// CheckProfileFields says what is wrong with fields asked for beside those every profile has: failures
// make the table impossible or its reading hopeless, warnings do not. Login is facebook, instagram, or
// empty if not known yet, which judges no host.
func CheckProfileFields(fields []string, login string) (failures, warnings []Remark) {
	j := profileFields(fields, login)
	return j.failures, j.warnings
}

// AccountProfile returns the layout of the account_profile table with fields beside the defaults; those
// asked twice, or among the defaults, stand once. A field that the catalogue does not have becomes a
// text column and a warning; fields of objects and lists hold JSON text. Failures of
// CheckProfileFields come as the error.
func AccountProfile(fields []string, login string) (l Layout, warnings []Remark, err error) {
	j := profileFields(fields, login)
	if len(j.failures) > 0 {
		return Layout{}, j.warnings, fmt.Errorf("table %s: %s", AccountProfileTable, strings.Join(j.sentences(), " "))
	}
	l.Shape, l.Form, l.Table.Name = Wide, Profile, AccountProfileTable
	l.accountID()
	l.fields(j.asked)
	l.retrievedAt()
	l.key(AccountID)
	return l, j.warnings, l.Table.Check()
}

// profileFields judges the fields of a profile, whose id is account_id.
func profileFields(fields []string, login string) *fieldJudge {
	node, _ := nodes.Lookup(profileNode)
	j := &fieldJudge{
		node: node, login: login, one: "an account", many: "accounts",
		own: []string{"account_id", "retrieved_at"}, columns: true,
	}
	j.defaults(profileDefaults)
	for _, name := range fields {
		j.ask(name)
	}
	return j
}
