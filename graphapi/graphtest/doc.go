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
// # What it is as strict as
//
// Every rule cites, as (facts §n), the section of the project's Graph API fact sheet it is taken from. The
// package states these rules on its own: it shares no code and no tables with the client it tests, so that
// the two cannot share a misreading. Where the sheet knows of two behaviours an Option chooses; where it
// knows of none, the comment at the rule says what was chosen.
//
// It reads: accounts, their insights and their media, stories and tags; media, their insights and children;
// the Pages and permissions of a token, ids lists, batches with independent items, field expansion. Writing
// and any other object are refused as the API refuses an object that does not exist.
//
// One media without insights fails the page it is listed on when their insights are asked for inside the
// page's fields, with that media's error, the first one in the order of the page (facts §5). What a media
// may be is in Media, what all those of an account are in Account; without either they have no
// peculiarities, and every metric their product type has is answered.
//
// Everything exported is safe for concurrent use.
package graphtest
