// Package jsonl writes tables as JSON Lines, <table>.jsonl: one object a row, one row a line. Importing
// it makes the format jsonl known to sink.Open.
//
//	to := jsonl.New("out")
//	report, err := plugin.Run(ctx, sources, to, plugin.RunOptions{})
//
// Every object has every column, in their order, without spaces.
//
//   - null is null; true and false.
//   - Integers and decimals are numbers with all their digits: read them as such, past 2^53 too.
//   - Floats are numbers with the fewest digits that read back the same. JSON has no not-a-number and no
//     infinities: they are null.
//   - Text is text, ids among it. What is not UTF-8 becomes U+FFFD; U+2028 and U+2029 are escaped.
//   - Timestamps are RFC 3339 in UTC, 2019-09-26T22:36:43Z, with digits below the second only where they
//     are not zero; without the Z where the type has no zone. Dates are 2026-10-01, times 22:36:43.
//   - Maps are objects with their keys in the order in which they came (a key that is no text becomes
//     it), structs are objects, lists arrays.
//   - Bytes are text in base64.
package jsonl
