package timeexpr

// A form is one way to write a part of an expression: its pattern, and what to take from the text it matched.
// In a pattern <name> stands for the fragment of that name.
type form struct {
	pattern string
	take    func(*parts, *reader) *fault
}

// fragments are what patterns are made of, each a group or a sequence; a fragment may use those above it. NUL, which stands for the end of
// the expression, is part of a few forms: it keeps "May 5" apart from "May 50".
var fragments = [...]struct{ name, pattern string }{
	{"space", `(?:[ \t]+|\x{a0}+|\x{202f}+)`},
	{"gaps", `[ \t.-]*`},

	{"hour24", `(?:[01]?[0-9]|2[0-4])`},
	{"hour24lz", `(?:[01][0-9]|2[0-4])`},
	{"hour12", `(?:0?[1-9]|1[0-2])`},
	{"minute", `[0-5]?[0-9]`},
	{"minutelz", `[0-5][0-9]`},
	{"second", `(?:[0-5]?[0-9]|60)`},
	{"secondlz", `(?:[0-5][0-9]|60)`},
	{"meridian", `[AaPp]\.?[Mm]\.?[\x00\t ]`},
	{"zone", `(?:\(?[A-Za-z]{1,6}\)?|[A-Z][a-z]+(?:[_/-][A-Za-z]+)+)`},
	{"offset", `(?:(?:GMT)?[+-](?:<hour24>(?::?<minute>)?|<hour24lz><minutelz><secondlz>|<hour24lz>:<minutelz>:<secondlz>))`},

	{"year", `[0-9]{1,4}`},
	{"year4", `[0-9]{4}`},
	{"month", `(?:0?[0-9]|1[0-2])`},
	{"monthlz", `(?:0[0-9]|1[0-2])`},
	{"day", `(?:[0-2]?[0-9]|3[01])(?:st|nd|rd|th)?`},
	{"daylz", `(?:[0-2][0-9]|3[01])`},
	{"dayofyear", `(?:00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])`},
	{"week", `(?:0[1-9]|[1-4][0-9]|5[0-3])`},
	{"monthabbr", `(?i:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)`},
	{"monthname", `(?i:january|february|march|april|june|july|august|september|october|november|december|<monthabbr>)`},
	{"monthtext", `(?:<monthname>|I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})`},
	{"monthday", `<monthtext><gaps><day>(?:[,.stndrh\t ]+|\x00)`},

	{"shorttime", `[tT]?<hour24>[:.]<minute>`},
	{"longtime", `[tT]?<hour24>[:.]<minute>[:.]<second>`},

	{"dayname", `(?i:(?:sun|mon|tues|wednes|thurs|fri|satur)days?|sun|mon|tue|wed|thu|fri|sat)`},
	{"daytext", `(?:<dayname>|(?i:weekdays?))`},
	{"unit", `(?:(?i:ms|(?:msec|millisecond|microsecond|usec|sec|second|min|minute|hour|day|forth?night|month|year)s?|` +
		`weeks)|µ[sS]|µ(?i:secs?)|<daytext>)`},
	{"number", `(?i:first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth|tenth|eleventh|twelfth)`},
	{"which", `(?i:next|last|previous|this)`},
}

// forms are the language. Of those that match where the scanner stands the longest counts; of equally long ones the first.
var forms = [...]form{
	{`(?i:yesterday)`, takeYesterday},
	{`(?i:now)`, takeNow},
	{`(?i:noon)`, takeNoon},
	{`(?i:midnight|today)`, takeToday},
	{`(?i:tomorrow)`, takeTomorrow},
	{`@-?[0-9]+`, takeUnix},
	{`@-?[0-9]+\.[0-9]{0,6}`, takeUnixFraction},
	{`(?i:first day of|last day of)`, takeDayOf},
	{`(?i:back of |front of )<hour24>(?:<space>?<meridian>)?`, takeAroundHour},
	{`(?:<number>|<which>)<space><dayname><space>(?i:of)`, takeWeekdayOf},

	{`<hour12>(?:[:.]<minutelz>|[:.]<minute>[:.]<secondlz>)?<space>?<meridian>`, takeTime12},
	{`<hour12>:<minutelz>:<secondlz>[:.][0-9]+<meridian>`, takeTime12Fraction},
	{`[tT]<hour24>|<shorttime>|<longtime>(?:\.[0-9]+)?`, takeTime24},
	{`[tT]?<hour24lz><minutelz>`, takeFourDigits},
	{`[tT]?<hour24lz><minutelz><secondlz>`, takeSixDigits},

	{`<month>/<day>(?:/<year>)?`, takeAmerican},
	{`[+-]?<year4>-<monthlz>-<daylz>|<year4>/<monthlz>/<daylz>/?|<year4>/<month>/<day>`, takeISODate},
	{`[0-9]{2}-<monthlz>-<daylz>`, takeYearMonthDay},
	{`[+-][0-9]{5,19}-<monthlz>-<daylz>`, takeLongYearDate},
	{`<year4>-<month>`, takeYearMonth},
	{`<year>-<month>-<day>`, takeYearMonthDay},
	{`<day><gaps><monthtext><gaps><year>`, takeDayMonthNameYear},
	{`<day>[.\t-]<month>[.-]<year4>`, takeDayMonthYear},
	{`<day>[.\t]<month>\.[0-9]{2}`, takeDayMonthShortYear},
	{`<monthtext><gaps><year4>`, takeMonthNameYear},
	{`<year4><gaps><monthtext>`, takeYearMonthName},
	{`<monthtext><gaps><day>[,.stndrh\t ]+<year>|<monthday>`, takeMonthNameDay},
	{`<day><gaps><monthtext>`, takeDayMonthName},
	{`<year4><monthlz><daylz>`, takeEightDigits},

	{`<year4><monthlz><daylz>T<hour24>:<minutelz>:<secondlz>|<year4><monthlz><daylz>[tT]<hour24><minutelz><secondlz>|` +
		`<year4>-<monthlz>-<daylz>T<hour24lz>:<minutelz>:<secondlz>\.[0-9]+<offset>?|` +
		`<year4>-<month>-<day>T<hour24>:<minute>:<second>|` +
		`<year4>:<monthlz>:<daylz> <hour24lz>:<minutelz>:<secondlz>`, takeDateTime},
	{`<year4>[.-]?<dayofyear>`, takeDayOfYear},
	{`<year4>-?W<week>-?[0-7]`, takeISOWeekDay},
	{`<year4>-?W<week>`, takeISOWeek},
	{`<monthabbr>-<daylz>-<year>`, takeMonthNameDay},
	{`<year>-<monthabbr>-<daylz>`, takeYearMonthNameDay},
	{`<day>/<monthabbr>/<year4>:<hour24lz>:<minutelz>:<secondlz><space><offset>`, takeLogTime},
	{`<year4>`, takeYear},

	{`(?i:ago)`, takeAgo},
	{`<daytext>`, takeDayText},
	{`<which><space>(?i:week)`, takeWhichWeek},
	{`(?:<number>|<which>)<space><unit>`, takeOrdinalUnit},
	{`<monthname>`, takeMonthName},
	{`<offset>|<zone>`, takeZoneWord},
	{`<monthday><hour12>[:.]<minutelz>(?:[:.]<secondlz>)?<space>?<meridian>|` +
		`<monthday><hour12>[:.]<minute>[:.]<secondlz><space>?<meridian>`, takeMonthDayTime12},
	{`<monthday><shorttime>|<monthday><longtime>|` +
		`<monthday>[tT]?<hour24>[:.]<minute>[:.]<secondlz><space>?(?:<offset>|<zone>)`, takeMonthDayTime24},
	{`[+-]*[ \t]*[0-9]{1,13}<space>?(?:<unit>|(?i:week))`, takeNumberUnit},
	{`[.,]|<space>|\x00|\n`, takeNothing},
}
