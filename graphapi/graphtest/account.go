package graphtest

import (
	"fmt"
	"strings"
	"time"
)

// A Locale decides the language of titles and descriptions, which the API writes in the account's
// (facts §3.4).
type Locale string

// The locales the server can write.
const (
	English  Locale = "en_US"
	Japanese Locale = "ja_JP"
)

// An Account is an Instagram professional account of a World, its Facebook Page, and its peculiarities.
// NewWorld fills it in from the seed; a change passed to WithAccount may set any field. Empty texts are
// unset: the API leaves them out (facts §2.1).
type Account struct {
	ID          string // the 17-digit 1784… id
	AppScopedID string // the id that /me gives with Instagram login (facts §1.5)
	Username    string
	Name        string
	Biography   string
	Website     string
	Type        string // account_type: BUSINESS or MEDIA_CREATOR
	Followers   int64  // below 100, the metrics that need 100 followers come empty (facts §3.3)
	Follows     int64
	Media       int64 // how many posts it has, those yet to come included

	PageID     string // the Facebook Page, and the name it has
	PageName   string
	PageToken  string // the Page's token with Facebook login
	LoginToken string // the account's own token with Instagram login

	Locale             Locale
	Unlinked           bool     // the Page is not linked to the account: the token reaches the Page alone (facts §1.5)
	Unpublished        bool     // is_published is false
	TooFewFails        bool     // below 100 followers the metrics that need them fail with code 10 instead (facts §3.3)
	Absent             []string // metrics whose entry never comes (facts §3.3)
	Refused            []string // metrics that fail the call with code 100
	WithoutData        []Day    // days for which no metric has anything
	EmptyOnline        []Day    // days whose online_followers map is {} (facts §3.4)
	PendingFollows     int      // follows_and_unfollows is not published for today and so many days before; 0: nothing is pending
	TimeframeDimension bool     // demographics come with a leading timeframe dimension (facts §3.4)
	MediaDenied        bool     // its media, stories and tags, and every media of it by id, fail with code 10: the permission is missing
	Undiscoverable     bool     // business_discovery does not find it, as if it were personal (facts §1.6)
	InsightsDenied     bool     // insights fail with code 10: the permission or the Page role is missing (facts §8)

	// Figures, when set, gives every figure in place of the seed: of a metric on one day, for one value of
	// each dimension it has (an hour, "0" to "23", for online_followers); follower_count and metrics without
	// breakdowns have none. Totals and breakdowns add these up. A demographic is asked for day 0 and the
	// dimensions of the request. It must be a pure function, safe for concurrent use.
	Figures func(metric string, day Day, dimensions ...string) int64

	// Of its media. The times are the seed's unless set; posts lie between them, newest and oldest being
	// just there. The clock moves no post, but lets stories expire and posts of the future appear.
	FirstPost, LastPost time.Time
	Converted           time.Time  // when it became professional: what was posted before has no insights (facts §4)
	PersonalPosts       int        // sets Converted, unless it is set, so that the oldest so many posts are from before
	Kinds               []PostKind // the kinds of the posts from the newest on, over and over; nil is the seed's mix
	Stories             int        // how many are live when the World is made; as many have expired by then
	QuietStories        int        // so many of them, the newest, have fewer than five viewers
	Tagged              int        // how many posts of other people it is tagged in
	OddPerMille         int        // of a thousand posts, how many have some peculiarity of the last block of Media's

	// EachMedia, when set, may change any post, story or tagged post after the seed has filled it in,
	// Children and all. It must be a pure function, safe for concurrent use, must leave ID, Account and
	// Index as they are, and must keep the order of time.
	EachMedia func(m *Media)

	// MediaFigures, when set, gives every figure of media in place of the seed: of a metric, and of one
	// value of its dimension where it has one (the undivided figure adds them up). A decimal metric is in
	// tenths. It must be a pure function, safe for concurrent use; the counts of the Media it is given may
	// not be filled in yet.
	MediaFigures func(m Media, metric string, dimensions ...string) int64

	// Of the comments on its posts, and on those it is tagged in. CommentCount and ReplyCount, when set, say how
	// many comments a media has, apart from replies (16,384 at most), and how many replies a comment has (1,023
	// at most); those that come later by the clock are among them. Unset, the comments and replies of a media
	// are as many as its Media.Comments, a quarter of them replies. Neither changes comments_count, which counts
	// what the list leaves out, too (facts §2.3). EachComment, when set, may change any comment or reply after
	// the seed has filled it in; it must leave ID, Account, Media, Parent and Index as they are and must keep the
	// order of time. All three must be pure functions, safe for concurrent use.
	CommentCount func(m Media) int
	ReplyCount   func(c Comment) int
	EachComment  func(c *Comment)

	index       int
	firstNumber uint64 // of its media, among those of the World that can have comments
	origin      int64  // when the World was made, to the hour, in unix seconds
	hash        uint64
	absent      map[string]bool
	refused     map[string]bool
	withoutData map[Day]bool
	emptyOnline map[Day]bool
}

var (
	firstNames = [...]string{"alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper", "larch", "maple", "nutmeg", "oak", "pine", "rowan"}
	trades     = [...]string{"bakery", "cycles", "coffee", "ceramics", "books", "outdoors", "studio", "textiles"}
	// taglines hold what a JSON writer gets wrong: quotes, slashes, line breaks, accents, other scripts, emoji.
	taglines = [...]string{
		"Open daily 9/18, closed on Sundays",
		"\"Slow\" is a feature\nOrders by message",
		"Café & atelier à Montréal",
		"手作りの毎日 🌿",
		"C:\\ drive free since 2019",
	}
)

func newAccount(seed uint64, index int) *Account {
	h := mix(mix(seed) ^ uint64(index)*0xd1342543de82ef95)
	pick := func(n uint64, salt uint64) uint64 { return mix(h+salt) % n }
	first, trade := firstNames[pick(uint64(len(firstNames)), 1)], trades[pick(uint64(len(trades)), 2)]
	a := &Account{
		ID:          "1784140" + digits(mix(h+3), 6) + fmt.Sprintf("%04d", index%10000),
		AppScopedID: "27281" + digits(mix(h+4), 8) + fmt.Sprintf("%04d", index%10000),
		Username:    fmt.Sprintf("%s.%s.%d", first, trade, index+1),
		Name:        strings.ToUpper(first[:1]) + first[1:] + " " + trade,
		Biography:   taglines[index%len(taglines)],
		Type:        "BUSINESS",
		Followers:   1000 + int64(pick(200_000, 5)),
		Follows:     20 + int64(pick(900, 6)),
		Media:       5 + int64(pick(1500, 7)),
		Stories:     int(pick(7, 12)),
		Tagged:      int(pick(9, 13)),
		PageID:      "10" + digits(mix(h+8), 9) + fmt.Sprintf("%04d", index%10000),
		PageToken:   "EAAP" + letters(mix(h+9), 40),
		LoginToken:  "IGAA" + letters(mix(h+10), 40),
		Locale:      English,
		hash:        mix(h + 11),
	}
	a.PageName = a.Name + " Page"
	if index%2 == 0 {
		a.Website = "https://" + first + "-" + trade + ".example/shop?a=1&b=2"
	}
	return a
}

// seal builds what follows from the fields a change may have set.
func (a *Account) seal(index int, now time.Time) {
	a.index = index
	a.settle(now)
	a.absent, a.refused = textSet(a.Absent), textSet(a.Refused)
	a.withoutData, a.emptyOnline = daySet(a.WithoutData), daySet(a.EmptyOnline)
}

func textSet(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

func daySet(list []Day) map[Day]bool {
	set := make(map[Day]bool, len(list))
	for _, d := range list {
		set[d] = true
	}
	return set
}

// minFollowers is how many followers an account needs for the metrics that need any (facts §3.2).
const minFollowers = 100

func (a *Account) tooFew() bool { return a.Followers < minFollowers }
