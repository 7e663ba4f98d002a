// Package shred turns pages of JSON, as the Graph API writes them, into Arrow columns.
//
// What to take from a page is compiled once: CompileInsights for insights answers, Compile for objects and the lists
// nested in them. Plans do not change and may be shared. What reads by them, Facts and Decoder, belongs to one
// goroutine; it keeps its memory and learns what the next page will look like, so it is kept for all pages of a kind.
//
// Insights answers become Facts, one a value, whatever shape they came in: time series, totals, breakdowns, maps.
// Facts gather over any number of answers, and one pivot makes records of them, wide (a column for each metric) or
// long (a row for each value).
//
//	plan, err := shred.CompileInsights([]shred.Measure{{Name: "reach"}, {Name: "views"}}, nil)
//	facts := plan.NewFacts()
//	answer, err := facts.Decode(page, shred.Scope{Object: accountID, Location: pacific, From: first, To: last, Day: first})
//	record, err := facts.Wide(layout) // the caller's to release
//
// A page of objects gives a record for each table of the tree, one page a batch, with the page's cursor and every
// nested edge that it does not hold to its end. Insights nested in its objects become Facts by row, which
// Layout.Base joins to the rows. Insights whose metrics nobody knows beforehand are a table themselves: a Node with
// Values has a row for each value of its entries, at the root and nested alike.
//
//	plan, err := shred.Compile(shred.RootList, tree)
//	decoder := plan.NewDecoder()
//	page, err := decoder.Decode(body)
//
// A page is read whole or not at all: after an error nothing of it is kept, and Facts and Decoder go on as if it had
// not been. Pages are not kept and not changed; records do not point into them. Records live in Go memory: they need
// no allocator, and releasing them is only for the sake of those who count. The columns of one record share their
// memory, so keeping one keeps all.
//
// # What is accepted
//
// Pages are strict JSON in UTF-8, and less than 2 GiB. The last column says what encoding/json does where it differs.
//
//	bytes that are not UTF-8                 an error                             U+FFFD
//	half a surrogate pair in \u escapes      U+FFFD, as there
//	a bad escape, a raw control byte         an error, as there
//	text behind the document, a bare comma   an error, as there
//	a key twice in one object                an error, in what is skipped too     the last one counts
//	more than 1,000 open objects and arrays  an error                             10,000
//	keys                                     exactly as asked, escapes undone     either case
//	an unknown field                         checked, skipped, counted by name    skipped
//	null                                     as if the field were absent, as there
//
// Every error about a page is an *Error with the byte and the path at which it became clear.
//
// # What columns take
//
//	int64                integers of 64 bits; numbers with an integral value (1.0, 1e3); strings that hold such a number
//	                     and nothing else. A fraction or a larger number is an error
//	float64              numbers, and strings that hold one, as the nearest float. What is too large is an error
//	utf8                 strings; numbers and booleans by their text, so that a bare id keeps every digit. Objects and
//	                     arrays are an error
//	utf8, FormJSON       anything, as JSON: as it stands but for white space between tokens
//	utf8, FormLoose      strings, numbers and booleans as utf8 does; objects and arrays as FormJSON does
//	bool                 true and false only
//	timestamp[us, UTC]   2019-09-26T22:36:43+0000 and RFC 3339, digits beyond the microsecond cut off; whole numbers as
//	                     Unix seconds
//	date32               2019-09-26; times, which give their day in UTC
//	list<utf8>           arrays of what utf8 takes; null items stay null
//	map<utf8, int64>     objects of what int64 takes, in the page's order; keys with null are left out
//
// # What insights become
//
//	values with end_time            a fact a point, on the day that ends then: the day of half a day earlier, so an
//	                                end_time an hour off after a clock change means the same day. Points of days outside
//	                                Scope.From to To are dropped
//	values without end_time         a fact on Scope.Day
//	total_value.value               a fact on Scope.Day; in its entry, values are then not looked at
//	total_value.breakdowns          with dimensions asked, a fact for each result; dimensions are found by name. One that
//	                                was asked for and is not there is an error, and so is one that was not asked for and
//	                                has more than one value; one with the same value throughout, as timeframe, is ignored
//	a breakdown without results     Outcome.Pending
//	the same fact again             the last one counts. An empty map never takes the place of another
//	a map                           its keys in order: by number when all are numbers, as hours are, else bytewise
//	a metric that was not compiled  Answer.Unknown
//
// # What the rows of a Node with Values are
//
// Every entry gives one row at least. Rows stand in the order of the page, those of an entry's total before those of
// its points.
//
//	values, each one                a row; null or no value gives a row with a null. Keys beside it that are called as a
//	                                dimension are its dimensions
//	total_value.breakdowns          a row for each result; dimensions are found by name, and one that the breakdown does
//	                                not have is null. One that the table does not have is ignored while it has the same
//	                                value throughout, as timeframe, else an error
//	total_value.value               a row, unless a breakdown gave one
//	values beside such a row        not those without a time, a map and a dimension: media insights repeat the total so
//	a map                           a row for each key, for each key of a map inside it, and none for an empty one; what
//	                                is deeper is a value, and its column decides
//	no value in all that            one row with a null: an empty list, empty maps, no results, null, nothing
//	name, period, title,            the same in all rows of the entry, as any other field of it. No surprise where they
//	description, id                 are not asked for
package shred
