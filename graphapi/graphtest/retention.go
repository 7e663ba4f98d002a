package graphtest

import "time"

// keptDays is how far back the API answers: in 2026 several public projects measured that a since 729 days back is
// answered and one of 730 is refused, and extractors know the refusal by its text. The sheet leaves the matter
// open (facts §3.3); whether a leap day makes it a day more is not known.
const keptDays = 730

// WithRetention sets how long insights of accounts are kept: a since that far back or further is refused (code 100,
// "Metrics data is available for the last 2 years", whatever kept is), by the World's clock. 730 days of 24 hours
// unless set; 0 refuses nothing for its age. Whether there is anything in what is kept, WithHistory says.
func WithRetention(kept time.Duration) WorldOption { return func(p *worldPlan) { p.kept = kept } }

// checkKept refuses a since, in unix seconds, that is older than what is kept, or later than now: for both the API
// has the same words. Of a refused future, too, projects told in 2026; so the links to the next window end there
// in a refusal. A since that follows from until alone is held to the same, which nobody has measured.
func checkKept(since int64, now time.Time, kept time.Duration) *Error {
	old := kept > 0 && since <= now.Add(-kept).Unix()
	if old || since > now.Unix() {
		return badParameter("since param is not valid. Metrics data is available for the last 2 years")
	}
	return nil
}
