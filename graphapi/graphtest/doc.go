// Package graphtest is a Graph API server for tests and demonstrations: accounts of a made-up World and
// their media, served with the rules, the texts and the shapes of the real thing, and with its faults when
// asked for.
//
// A World is a pure function of its seed. Whatever the server would say of a metric and a day can be
// computed beside it (World.Daily, Total, Tuples, Demographics, OnlineFollowers), so a test states each cell
// it expects without a recorded answer; so can whatever it would say of a post, a story or an album's child
// (World.Media, Stories, Tagged, MediaInsight, MediaTuples, MediaRefusal). Which day is today comes from the
// World's Clock, as does every wait; a fake clock makes rate limits and slowness pass at once.
//
// Start serves a World until a test ends, Listen until Close, NewHandler in an HTTP server of the caller's
// own. Options choose the login, the way an undocumented edge is read, what a token may do, how many calls
// an account takes, how long an answer takes; Rules make faults happen to the calls they match; Stats says
// what was asked of the server, and whether anybody called while told to wait.
//
// # Queries
//
// Everything the server knows can be asked inside the fields of what leads to it, at any depth, with the
// modifiers the reference has: limit, after, before, since, until, as, order, summary, those of insights, and
// the arguments of business_discovery, mentioned_media and mentioned_comment (facts §6). Each list inside an
// object has data and paging of its own; the link to its next page leads to the edge itself. What is asked is
// judged whole before any of it is answered: an unknown field is code 100 and a list that cannot be read, or
// that names a field twice, code 2500, also below a list that is empty. A list inside an object is left out when
// it is empty and has no summary, insights excepted; on a path of its own it is {"data":[]}.
//
// Comments and replies come from the seed, or as many as Account.CommentCount and ReplyCount say, newest first
// and at most 50 a page (facts §2.3); Comments, Replies and CommentByID of the World say what the server will.
// Every list with pages can be counted by summary(true) or summary(total_count), beside its data, even with limit(0); those
// of comments name their order, too. The sheet knows of no summary, and has this from other parts of the
// platform.
//
// What belongs to others shows its public fields: business_discovery finds every account of the World by its
// name, whether the token reaches it or not, and lists its media by cursors alone (facts §1.6; World.Discovery);
// hashtags have media of strangers (World.HashtagID, TopMedia, RecentMedia), and 30 of them a week may be asked
// for (facts §2.4); an account is mentioned in the posts it is tagged in, and in the comments under them.
//
// A post or a comment that is Deleted is still in its list. By id it fails with 100/33, and so does every page
// that asks for what hangs on it: one bad object in a good list. Account.MediaDenied makes an account whose media
// the token may not read. WithPageTokenFor and WithPageTokensRefused say what a Page's token is needed for, and
// whether it is any good; Call.Token says which kind a call came with. Rows of nested lists weigh like any
// others (WithPageWeight).
//
// # What it is as strict as
//
// Every rule cites, as (facts §n), the section of the project's Graph API fact sheet it is taken from. The
// package states these rules on its own: it shares no code and no tables with the client it tests, so that
// the two cannot share a misreading. Where the sheet knows of two behaviours an Option chooses; where it
// knows of none, the comment at the rule says what was chosen. One rule is younger than the sheet: insights are
// kept for two years, and a since before that is refused (WithRetention).
//
// It reads: accounts, their insights and their media, stories and tags, what they are mentioned in and what they
// may still publish; media, their insights, children, comments and collaborators; comments and their replies;
// hashtags and their media; other accounts by their name; the Pages and permissions of a token, ids lists, batches
// with independent items. Nothing is being broadcast and nothing is for sale. Writing and any other object are
// refused as the API refuses an object that does not exist.
//
// One media without insights fails the page it is listed on when their insights are asked for inside the
// page's fields, with that media's error, the first one in the order of the page (facts §5). What a media
// may be is in Media, what all those of an account are in Account; without either they have no
// peculiarities, and every metric their product type has is answered.
//
// Everything exported is safe for concurrent use.
package graphtest
