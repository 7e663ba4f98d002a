// Package csv writes tables as comma-separated values, <table>.csv, each with a manifest beside it,
// <table>.csv.manifest. Importing it makes the format csv known to sink.Open.
//
//	to := csv.New("out", csv.Options{})
//	report, err := plugin.Run(ctx, sources, to, plugin.RunOptions{})
//
// # Cells
//
// A file has a header, commas, and a \n after each line. Fields are quoted as RFC 4180 has it, and only
// where they hold a comma, a quote or the end of a line.
//
//   - null is an empty field, an empty string is "". (A table of one column writes null as an empty
//     line, which is what RFC 4180 makes of it and many readers skip.)
//   - true and false; integers and decimals with all their digits.
//   - floats with the fewest digits that read back the same, without an exponent; NaN, Infinity, -Infinity.
//   - dates as 2026-10-01, times as 22:36:43.
//   - timestamps as the Graph API writes them, 2019-09-26T22:36:43+0000, always in UTC. Digits below the
//     second appear only where they are not zero: 2019-09-26T22:36:43.25+0000. A timestamp whose type
//     has no zone ends without the offset.
//   - maps, structs and lists as JSON without spaces, a map's keys in the order in which they came.
//   - bytes in base64.
//
// # Manifest
//
// A JSON object: columns, their names in order; types, theirs, of STRING, INTEGER, FLOAT, BOOLEAN, DATE,
// TIMESTAMP and JSON; primary_key, the names of the key columns; and incremental, which says whether the
// rows are meant to be merged by key into those that are there. It is false for a table without a key:
// its rows could only be added a second time.
package csv
