// Package timeexpr reads dates as people and pipelines write them: the language of PHP's strtotime, the days of a
// report, and CDAP's logicalStartTime.
//
// [Parse] takes strtotime's language as PHP 8.2 has it, with the base time passed in:
//
//	2026-10-01   10/1/2026   1 Oct 2026   2026-W40-4   2026-274   @1790000000
//	14:30   3pm   noon   2026-10-01T14:30:15.5+02:00   10:00 Europe/Prague
//	14 days ago   +1 week 2 days   last month   next friday   3 weekdays ago
//	first day of last month   last friday of january 2026   monday next week   yesterday noon
//
// It gives PHP's results, also where they surprise: -1 month from 31 March is 3 March; "last week" is last week's
// Monday; "today" and weekdays go to midnight, "first day of" and "3 days ago" keep the time of day; 2026-02-30 is
// 2 March; a bare 2026 is 20:26; and "a week ago" is no week ago, because a is a military zone and week is passed over, as
// any second zone is. What PHP refuses is refused, with a [SyntaxError] that points at the word and says what would do.
// testdata holds a table of PHP's own results that the tests compare with.
//
// It differs in four things. Results beyond the years -9999 to 9999 are errors, and so are expressions of more than 500
// bytes. Fractions of a second are kept, to the microsecond. And the names of zones (America/New_York) are found whatever their case in the tz database of the host,
// or in the one that is linked in; abbreviations (EST) are a fixed table.
//
// [ParseDay] is the stricter reading that a day wants: yyyy-mm-dd must be in the calendar, and a bare number is unix
// seconds. A [Day] is a calendar day without a zone, as Arrow's date32; Instagram's days are those of [Pacific].
//
// All functions are pure and safe for concurrent use: none looks at the machine's clock or zone.
package timeexpr
