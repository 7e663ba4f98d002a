// Package instagram is the Instagram batch source: account insights, media, account profiles and queries of
// any depth, read through the Graph API as typed Arrow batches.
//
// The way of the data, a file a step:
//
//	config.go      the properties, bound to a struct
//	rules*.go      what is wrong with them: every failure at once, without a request
//	source.go      tables before calls, and the door to reading
//	plan.go        accounts × windows of days become splits
//	window.go      Pacific days become since and until
//	call.go        a split becomes the fewest calls
//	spare.go       days that the API keeps no more are not asked for one by one
//	progress.go    what earlier runs have completed is not read again; mediaprogress.go for posts, queryprogress.go for queries
//	snapshots.go   the day that a row is a snapshot of
//	insights.go    the calls of a split are made, and their answers decoded
//	isolate.go     one refused metric does not take the others with it
//	gaps.go        why a value is absent
//	pivot.go       the values become rows
//	profile.go     profiles become rows
//	media*.go      media and their insights become rows
//	query*.go      queries: read from JSON, judged, planned; their pages, nested ones too, become rows
//	pagetokens.go  the Pages' tokens, which read stories and insights
//	hashtags.go    the ids of hashtags
//
// Days are those of Los Angeles, as Instagram counts them: the bucket of a day is from its midnight to
// the next.
package instagram
