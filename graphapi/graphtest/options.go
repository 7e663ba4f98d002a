package graphtest

import "time"

// An Option changes how a server behaves; without any it is graph.facebook.com with the World's token.
type Option func(*Handler)

// WithHost chooses the product to be: Facebook unless set.
func WithHost(host Host) Option { return func(h *Handler) { h.host = host } }

// WithTokens replaces the tokens the server accepts: World.Token, and with Instagram login every account's
// LoginToken. Page tokens stay good with Facebook login.
func WithTokens(tokens ...Token) Option {
	return func(h *Handler) { h.tokens = append([]Token{}, tokens...) }
}

// WithReading sets how since and until are understood.
func WithReading(reading Reading) Option { return func(h *Handler) { h.reading = reading } }

// WithoutHeaderToken makes a host that does not read the Authorization header: such a request is answered
// as one without a token (facts §1.3: the header is not proven for every host).
func WithoutHeaderToken() Option { return func(h *Handler) { h.headerIgnored = true } }

// WithAppSecret gives the app a secret: an appsecret_proof that does not match it is refused, and, when
// required, a call without one too (facts §1.3).
func WithAppSecret(secret string, required bool) Option {
	return func(h *Handler) { h.appSecret, h.proofRequired = secret, required }
}

// WithAppVersion sets the version that was newest when the app was made: what a path without a version
// gets (facts §1.2). v25.0 unless set.
func WithAppVersion(version string) Option { return func(h *Handler) { h.appVersion = version } }

// WithPinnedVersion answers every request as one version, whatever the path says, as one report saw it
// (facts §1.2).
func WithPinnedVersion(version string) Option { return func(h *Handler) { h.pinned = version } }

// WithTodayRefused fails follower_count and online_followers when until reaches into today, the strict
// reading of "excluding the current day"; otherwise today has no point (facts §3.3).
func WithTodayRefused() Option { return func(h *Handler) { h.todayRefused = true } }

// WithRaggedPages gives lists short and empty pages that still have a next (facts §7.1).
func WithRaggedPages() Option { return func(h *Handler) { h.raggedPages = true } }

// WithMissingIDsFailing fails an ids request that names an unknown id with 803; otherwise that id is left
// out of the answer. Both are reported (facts §7.5).
func WithMissingIDsFailing() Option { return func(h *Handler) { h.missingFails = true } }

// WithTextUserIDs writes user_id as text rather than as a number above 2^53 (facts §2.1).
func WithTextUserIDs() Option { return func(h *Handler) { h.textUserIDs = true } }

// WithUpperCaseActions writes the values of the dimensions of media insights in upper case, as the table of
// the reference has them; its samples, and the server otherwise, have them in lower case (facts §4).
func WithUpperCaseActions() Option { return func(h *Handler) { h.upperActions = true } }

// WithPageTokenFor makes edges answer with Facebook login to a Page's token alone: "stories", "insights" (of
// accounts and of media, nested ones too) or both. Another token fails the call with code 190, no subcode, and
// the text "This method must be called with a Page Access Token"; the code is the platform's own, the text alone
// is recorded. Without the option any token that reaches the account will do.
func WithPageTokenFor(edges ...string) Option {
	return func(h *Handler) { h.pageEdges = append([]string{}, edges...) }
}

// WithPageTokensRefused lets me/accounts give Pages' tokens as ever but refuses every call that is made with one;
// with the zero Error as a token whose user has no role on the Page any more: 190/492 (facts §8).
func WithPageTokensRefused(refusal Error) Option {
	return func(h *Handler) {
		if refusal.Code == 0 {
			refusal = *revokedToken(492)
		}
		h.pageRefusal = &refusal
	}
}

// WithPageWeight sets what an answer may weigh: one for each field of each object in its lists, nested ones
// included, and one for each metric. A heavier one fails with "Please reduce the amount of data", code 1 and HTTP status 500
// (facts §8); a page of half the limit weighs half as much.
func WithPageWeight(most int) Option { return func(h *Handler) { h.pageWeight = most } }

// WithLatency lets every HTTP request take d by the World's clock, all of them at once; the items of a
// batch add nothing.
func WithLatency(d time.Duration) Option { return func(h *Handler) { h.latency = d } }

// WithBudget limits calls (facts §9); without one there are no limits and no usage headers.
func WithBudget(budget Budget) Option { return func(h *Handler) { h.meters.budget = &budget } }

// WithRules makes faults happen; SetRules does so later on.
func WithRules(rules ...Rule) Option { return func(h *Handler) { h.SetRules(rules...) } }

// WithObserver calls observe for every call before it is answered, from the goroutine that serves it;
// observe must be safe for concurrent use.
func WithObserver(observe func(Call)) Option { return func(h *Handler) { h.observe = observe } }
