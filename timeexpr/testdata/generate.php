<?php
// Writes the table that strtotime_test.go holds Parse to, as PHP itself answers it (PHP 8.2, timelib 2022.12):
//
//     php generate.php > strtotime.tsv                  the table that is kept beside this file
//     php generate.php random SEED COUNT > /tmp/r.tsv   expressions made at random, for a longer comparison:
//                                                       go test ./timeexpr -run Table -table /tmp/r.tsv
//
// Results beyond the years -9999 to 9999 are written as false, since Parse refuses them.
//
// A line that begins with "base" names the base times of the lines below it, a column each, as unix seconds
// and zone. Every other line is an expression, as a JSON string, and what strtotime makes of it at each base:
// unix seconds, or false. Tests read the table only; PHP is needed for nothing but making it anew.

ini_set('date.timezone', 'UTC');

$bases = [
    ['2025-03-09 01:30:00', 'America/Los_Angeles'], // half an hour before the clocks go forward, a Sunday
    ['2025-11-02 01:30:00', 'America/Los_Angeles'], // the first 01:30 of the two that day
    ['2024-02-29 12:34:56', 'UTC'],                 // a leap day, a Thursday
    ['2025-03-31 23:59:59', 'Europe/Prague'],       // a month's end, the day after the clocks went forward
    ['2026-01-31 08:15:00', 'America/Los_Angeles'], // a month's end, a Saturday
    ['2026-11-23 00:00:00', 'Asia/Kolkata'],        // midnight of a Monday
];

$units = ['ms', 'msec', 'millisecond', 'usec', 'sec', 'secs', 'second', 'seconds', 'min', 'minutes', 'hour', 'hours', 'day', 'days',
    'week', 'weeks', 'fortnight', 'fortnights', 'month', 'months', 'year', 'years', 'weekday', 'weekdays'];
$daynames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
$dayshort = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
$ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'];
$which = ['last', 'previous', 'this', 'next'];
$monthnames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function table(array $bases, array $expressions): void
{
    echo 'base';
    foreach ($bases as [$unix, $zone]) {
        echo "\t$unix $zone";
    }
    echo "\n";
    foreach ($expressions as $expression) {
        echo json_encode((string) $expression, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        foreach ($bases as [$unix, $zone]) {
            date_default_timezone_set($zone);
            $result = strtotime((string) $expression, $unix);
            $year = $result === false ? PHP_INT_MAX : (int) date('Y', $result);
            echo "\t", abs($year) > 9999 ? 'false' : $result;
        }
        echo "\n";
    }
}

/** The expressions of the table: every form of the language, and how they meet. */
function expressions(): array
{
    global $units, $daynames, $dayshort, $ordinals, $which, $monthnames;
    $all = [
        // words that stand for a time
        'now', 'NOW', 'today', 'midnight', 'noon', 'tomorrow', 'yesterday', 'yesterday noon', 'noon yesterday', 'tomorrow noon', 'tomorrow 14:00',
        '14:00 tomorrow', 'today 23:59', 'midnight tomorrow', 'yesterday midnight', 'now noon', 'today noon', 'noon noon', 'yesterday yesterday', 'tomorrow yesterday',
        'now + 1 day', '  now  ', "now\n", "\tnow", 'now,', 'now.', 'today,noon', 'Today', 'TOMORROW', 'day after tomorrow', 'tonight', 'weekend', 'back of 7pm', 'front of 7pm',
        'back of 19', 'front of 0', 'back of 12am', 'Back of 7', 'front of 5am tomorrow', 'back of 25',

        // unix times
        '@0', '@1', '@-1', '@1764000000', '@1764000000.5', '@1764000000.123456', '@-86400', '@-1.5', '@86400 +1 day', '@1764000000 noon', '@1764000000 UTC', '@', '@-', '@1.', '@x',
        '@1e5', '1764000000', '86400', '@1764000000 Europe/Prague', 'Europe/Prague @1764000000', '@1764000000 @1', '@253402214399', '@-62135596800', '@+5', '+1 day @1764000000',

        // dates
        '2024-01-02', '2024-1-2', '2024-02-29', '2024-02-30', '2025-02-29', '2025-02-31', '2025-04-31', '2025-13-01', '2025-00-00', '0000-00-00', '0000-01-01', '2025-01-00', '2025-00-10', '2025-01-32',
        '24-01-02', '70-01-02', '69-12-31', '99-12-31', '4-1-2', '204-01-02', '2024/01/02', '2024/1/2', '2024/01/02/', '1/2/2024', '01/02/2024', '1/2/24', '12/31', '13/1', '2/30', '1/2', '02/30/2025',
        '2.1.2024', '02.01.2024', '2.1.24', '31.12.99', '02-01-2024', '2-1-2024', '31-12-2025', '30.2.2025', "2\t1.2024", '2024-01', '2024-12', '2024-13', '2024-1', '202401', '20240102', '20241301', '20240230',
        '+2024-01-02', '-0044-03-15', '-2024-01-02', '2024 01 02', '2024.01.02', '2024-001', '2024.060', '2024366', '2025366', '2024060', '2024-366', '2024-367', '2025-060',
        '2024W01', '2024-W01', '2024W05-3', '2024-W05-3', '2024W053', '2024-W53-7', '2020W53', '2020W537', '2021W01', '2024W00', '2024W54', '2024W05-0', '2024W05-8', '2024w05', '2026-W01-1', '2027W01', '2009-W01-1', '2010W527',
        '2024-W10 +1 day', '+1 day 2024-W10', '2024W10 14:00', 'monday 2024W10', '2024', '1999', '2460', '2359', '0000', '2400', '10:00 2024', '2024 10:00', '10:00 1999', '1530 1999', '1530 2024 2025', '1999 May 5', 'May 5 1999',

        // dates with names
        'January', 'jan', 'sept', 'Sep', 'MAY', 'june 2024', 'June, 2024', 'jun-2024', 'june.2024', '2024 june', '2024-june', '2024.jun', 'june 5', 'June 5th', 'june 5, 2024', 'June 5th, 2024', 'june 5 24', 'jun 05 2024', 'jun-05-2024',
        'jun-05-24', '2024-jun-05', '24-jun-05', '5 june', '5th june', '5 june 2024', '5th of june', '05-jun-2024', '5jun2024', '5jun', '5.jun.2024', '5 jun 24', '1st jan 2024', '2nd feb 2024', '3rd mar 2024', '31st apr 2024', '31 february 2025',
        '29 february', 'feb 29', 'feb 30 2025', '5 VI 2024', '5.XII.2024', '1-I-2024', '2024-IV', 'XI 2024', 'VIII-2024', '5 IX', 'june 31', 'june 31 2024', 'june 5 14:30', 'june 5, 14:30', 'june 5 2024 14:30', 'june 5 2:30pm', 'june 5 2:30:15 pm',
        'june 5 14:30:15', 'june 5 14:30:15 UTC', 'june 5 14:30:15+02:00', 'june 5 14.30', 'june 5 14:30.15', 'june 5 14:30:15 Europe/Prague', 'Jun 5th 14:30', 'Wed, 05 Jun 2024 14:30:00 +0200', 'Wed, 05 Jun 2024 14:30:00 GMT', 'Wednesday, 05-Jun-24 14:30:00 UTC',
        'Sat Jun  1 10:00:00 2024', 'Sat Jun  1 10:00:00 UTC 2024', 'June', 'june june', 'may may', '5 june 6 june', 'juni', 'junee 5', '32 june', '0 june', 'june 0', 'june 32', 'first june', 'Januar 2024', 'december 31 2025 23:59:59', 'Dec 25', '25 Dec', 'sept 5',

        // times
        '14:30', '14:30:15', '14:30:15.5', '14:30:15.999999', '14:30:15.1234567', 'T14:30', 't14:30:15', 't14', 'T1430', 't143015', '1430', '143015', '0930', '093015', '9:30', '09:30', '9.30', '14.30.15', '24:00', '24:30', '25:00', '23:60', '14:60', '14:30:60', '14:30:61',
        '0:00', '00:00:00', '3pm', '3 pm', '3PM', '3 p.m.', '3p.m', '3am', '12am', '12pm', '12:30am', '12:30 pm', '13pm', '0am', '00:30am', '3:30pm', '3:30:15 pm', '03:30:15pm', '3:5pm', '3:05:15:500pm', '3:05:15.5 am', '3pm,', '3pm tomorrow', 'tomorrow 3pm', '3 pm yesterday', '3pmx', '3 o\'clock',
        '14:30 15:30', 'noon 14:30', '14:30 noon', '14:30 3pm', '2 30', '2:30:', ':30', '14:', '02:30', '01:30', '02:00', '03:00', '00:30', '10:00 PM', '10 PM',

        // dates and times in one
        '2024-01-02 03:04', '2024-01-02 03:04:05', '2024-01-02T03:04', '2024-01-02T03:04:05', '2024-01-02T03:04:05Z', '2024-01-02T03:04:05+0200', '2024-01-02T03:04:05+02:00', '2024-01-02T03:04:05.678Z', '2024-01-02T03:04:05.678+02:00', '2024-01-02T03:04:05.678901234-0730',
        '2024-01-02t03:04:05z', '2024-1-2T3:4:5', '20240102T030405', '20240102t030405', '20240102T030405Z', '20240102T03:04:05', '20240102T3:04:05', '20240102030405', '2024:01:02 03:04:05', '2024-01-02 3pm', '3pm 2024-01-02', '03:04 2024-01-02', '2024-01-02 03:04:05 PM',
        '2024-01-02 03:04:05.5', '2024-01-02 24:00:00', '2024-01-02 24:00', '2024-01-02 noon', 'noon 2024-01-02', '2024-01-02 midnight', '2024-01-02 today', '2024-01-02 tomorrow', 'tomorrow 2024-01-02', '2024-01-02 2024-01-03', '2024-01-02 1/2/2024', '2024-01-02 14:00 15:00',
        '10/Oct/2000:13:55:36 -0700', '1/Jan/2024:00:00:00 +0000', '10/Oct/2000:13:55:36', '2024-01-02 03:04:05 America/New_York', '2024-07-02 03:04:05 America/New_York', '2024-01-02-03:00', '2024-01-02 -03:00', '2024-01-02 +3', '2024-01-02+03', '2019-09-26T22:36:43+0000', '2025-03-09 02:30',
        '2025-03-09 02:30:00', '2025-03-09 03:00', '2025-11-02 01:30', '2025-11-02 00:59:59', '2025-11-02 02:00', '2025-11-02 01:30 America/Los_Angeles', '2025-03-09 02:30 America/Los_Angeles', '2025-11-02 01:30 PST', '2025-11-02 01:30 PDT', '2025-03-30 02:30', '2025-10-26 02:30', '2025-10-26 02:30 Europe/Prague',
        '2025-03-30 02:30 Europe/Prague', '2018-11-04 00:00 America/Sao_Paulo', '2011-12-30 12:00 Pacific/Apia', '1900-01-01', '1900-01-01 Europe/Prague', '9999-12-31 23:59:59', '1970-01-01', '1969-12-31 23:59:59', '2038-01-19 03:14:08', '2100-02-29',

        // zones
        'UTC', 'utc', 'Z', 'z', 'GMT', 'EST', 'EDT', 'PST', 'PDT', 'CET', 'CEST', 'IST', 'BST', 'JST', 'MSK', 'A', 'noon UTC', 'noon EST', 'noon EDT', 'noon PST', 'noon PDT', 'noon Z', 'noon z', 'noon GMT', 'noon GMT+2', 'noon GMT-0330', 'noon +02:00', 'noon +2', 'noon +0200', 'noon +020030', 'noon +02:00:30', 'noon -08', 'noon -8:30', 'noon +24:00', 'noon +25',
        'noon +123', 'noon (EST)', 'noon (UTC)', 'noon Europe/Prague', 'noon Europe/prague', 'noon America/New_York', 'noon America/Argentina/Buenos_Aires', 'noon America/Port-au-Prince', 'noon Asia/Kolkata', 'noon Asia/Ho_Chi_Minh', 'noon Australia/Sydney', 'noon Etc/UTC', 'noon Etc/GMT+5', 'noon US/Pacific', 'noon Cuba', 'noon Japan', 'noon JAPAN', 'noon nz', 'noon Foo/Bar', 'noon XYZ', 'noon Local',
        'Europe/Prague', 'Europe/Prague noon', 'tomorrow UTC', 'UTC tomorrow', 'noon EST PST', 'noon EST PST CET', 'noon UTC+3', '14:30 UTC', '14:30UTC', '14:30Z', '14:30 +0530', '14:30+0530', 'UTC 14:30', '+1 day UTC', 'UTC +1 day', 'yesterday noon Europe/London', '2024-07-01 EST', '2024-07-01 CET', '2024-07-01 Europe/Prague', 'first day of next month UTC', 'europe/prague', 'EUROPE/PRAGUE', 'utc+1', 'noon CEST', 'noon AEDT', 'noon HST',

        // adding and taking away
        '14 days ago', '30 days ago', '1 day ago', '1 month ago', '1 year ago', '2 weeks ago', '3 hours ago', '90 minutes ago', '1500 ms ago', '+1500 ms', '-1500 ms', '+1 µs', '+1 µsec', '+1 week 2 days', '+1 week 2 days 4 hours 2 seconds', '-1 week -2 days', '+1 day -1 week', '1 week 2 days ago', '+2 days ago', '-2 days ago', '--2 days', '+-2 days', '-+2 days', '++2 days',
        '- 2 days', '+ 2 days', '+  2   days', '2days', '+2days', '2 days 3 days', '-1 month', '+1 month', '+2 months', '-2 months', '-12 months', '+13 months', '-1 year', '+1 year', '+4 years', '+100 years', '+0 days', '-0 days', '0 day', '+1 month -1 day', '+1 month -1 month', '-1 month +1 month', '+24 hours', '+25 hours', '-24 hours', '+1 hour', '+2 hours', '-1 hour', '+30 minutes', '+45 min', '+3600 sec',
        '-1 day 14:00', '14:00 -1 day', '-1 day noon', '1 day 2 hours ago 3 minutes', '3 days ago noon', 'noon 3 days ago', '3 days ago 14:30', '14 days ago UTC', '14 days ago midnight', '+1 fortnight', '+1 forthnight', '1 fortnight ago', '+1 sat', '+1 saturday', '+2 monday', '-1 monday', '-2 friday', '+0 sunday', '3 mondays', '3 mondays ago', '1 monday ago', '2 sunday ago', 'monday ago', 'tuesday ago', 'sunday ago',
        '+1 weekday', '+2 weekdays', '+3 weekdays', '+4 weekdays', '+5 weekdays', '+6 weekdays', '+7 weekdays', '+10 weekdays', '-1 weekday', '-2 weekdays', '-3 weekdays', '-5 weekdays', '-6 weekdays', '-11 weekdays', '0 weekdays', '3 weekdays ago', '5 weekdays ago', '+3 weekdays 14:00', '+3 weekdays noon', 'noon +3 weekdays', '+1 weekday +1 day', '+1 month +2 weekdays', 'next weekday', 'last weekday', 'weekday', 'weekdays',
        '+1', '1', '30', '5 dys', '+1 dayz', 'days', 'ago', 'ago ago', '1 day ago ago', 'five days ago', '1.5 days', '1,5 days', '+1.5 hours', 'in 5 days', 'an hour ago', 'a week ago', '+99999 days', '-99999 days', '+123456789 seconds', '+10 decades', '1 quarter', 'next quarter', '+1 hour 2025-03-09 01:30', '2025-03-09 01:30 +1 hour', '2025-11-02 00:30 +1 hour', '2025-11-02 00:30 +2 hours', '2025-03-09 +1 day', '2025-03-08 02:30 +1 day',
        '2025-01-31 +1 month', '2024-01-31 +1 month', '2025-03-31 -1 month', '2025-05-31 -1 month', '2024-02-29 -1 year', '2024-02-29 +1 year', '2025-12-31 +2 months', '2025-10-31 +4 months',

        // which month, which week, which day
        'first day of', 'last day of', 'first day of this month', 'last day of this month', 'first day of last month', 'last day of last month', 'first day of next month', 'last day of next month', 'first day of previous month', 'first day of january', 'last day of february', 'last day of february 2024', 'first day of january 2025', 'last day of february noon', 'first day of last month midnight',
        'midnight first day of last month', 'first day of last month noon', 'first day of next year', 'first day of january next year', 'last day of december last year', 'first day of -3 months', 'last day of -1 month', 'first day of +1 month', 'last day of +1 month', 'first day of 2 months ago', 'last day of 3 months ago', 'First Day Of Next Month', 'LAST DAY OF', 'last day of previous month 23:59:59', 'first day of 2025-05-15', 'last day of 2025-02', '2025-02-10 last day of', 'first day', 'last day', 'last day of week',
        'first day of next week', 'first day of this week', 'first day of tomorrow', 'last day of yesterday', 'first day of monday', 'first day of first day of', 'first day of last day of', 'first day of next month -1 day', 'last day of next month +1 week', 'first day of march 2025 00:00', 'first dayof', 'first day of the month', 'first monday of', 'first monday of january 2025', 'last friday of january 2025', 'last friday of next month', 'last friday of this month', 'last friday of',
        'second tuesday of next month', 'third wednesday of march 2026', 'fourth thursday of november 2025', 'fifth friday of january 2025', 'last sunday of march 2025', 'last sunday of october 2025 02:30', 'first monday of january 2025 noon', 'first monday of next month 14:00', 'first sat of July 2008', 'last mon of june', 'next monday of', 'this monday of', 'previous friday of', 'first weekday of', 'last day of february 2025 +1 day', 'last monday of february 2024 -1 week', 'twelfth monday of january 2025', 'first mondays of',
        'monday', 'Monday', 'mon', 'sundays', 'monday noon', 'noon monday', 'monday 14:30', '14:30 monday', 'monday next week', 'monday last week', 'monday this week', 'sunday next week', 'sunday last week', 'sunday this week', 'next week monday', 'last week friday', 'this week sunday', 'this week', 'last week', 'next week', 'previous week', 'last week noon', 'this week midnight', 'next weeks', 'this weeks', 'first week', 'second week', 'third weeks', 'last week +1 day', '+1 week monday', 'monday +1 week',
        'monday -1 week', 'monday 2 weeks ago', '2 weeks ago monday', 'last monday -7 days', 'next monday +7 days', 'last monday noon', 'noon last monday', 'next friday 14:00', '14:00 next friday', 'last day', 'next day', 'this day', 'previous day', 'last month', 'this month', 'next month', 'last year', 'this year', 'next year', 'last hour', 'next hour', 'next minute', 'last fortnight', 'next second', 'sixth month', 'eight days', 'eighth day', 'twelfth month', 'second', 'second day', 'second month', 'third', 'last', 'next', 'this',
        'monday tuesday', 'monday monday', 'monday, tuesday', 'sat', 'sat sun', 'sunday', 'saturday this week', 'saturday next week', 'friday last week noon', 'thursday 2025-01-01', '2025-01-01 thursday', 'wed 2025-01-01', 'monday january 2025', 'monday 5 january 2026', 'monday first day of next month', 'first day of next month monday', 'last monday of next month', 'monday ago', 'last monday ago', 'next month ago', '+1 month first day of', 'last friday', 'previous monday', 'this friday', 'next sat', 'last fooday', 'next foo', 'last', 'thurs', 'tues',
        'last month noon', 'last month first day of', 'last year january', 'january last year', 'next month 2025-01-31', '2025-01-31 next month', 'last week of', 'last day of last year', 'yesterday +1 month', 'tomorrow -1 month', 'yesterday last month', 'last month yesterday', 'tomorrow +2 days', '+2 days tomorrow', 'yesterday 2 days ago', '2 days ago yesterday', 'last week yesterday', 'yesterday last week',

        // what no one understands
        '', ' ', 'foo', 'foo bar', 'next', 'the day before', '2024-01-02x', 'x2024-01-02', '2024--01-02', '2024-01-02T', '2024-01-02T25:00', '#', '!', '$5', '2024-01-02;', 'now()', 'null', 'false', '0', '00', '000', '5', '12345', '123456', '1234567', '123456789', '-', '+', ',', '.', '..', ', .', '30 days from now', 'days ago 3', 'monday morning', '１ day', 'žádné datum', "now\0", "a\tb", '%%days:-5%%', '${today}',
        "+1\u{a0}day", "now\u{202f}", "2024-01-02\u{a0}14:00", "3\u{202f}pm", "first\u{a0}monday of",
    ];
    foreach ($units as $unit) {
        array_push($all, "+3 $unit", "3 $unit ago", "next $unit", "last $unit", "this $unit");
    }
    foreach ($daynames as $i => $day) {
        array_push($all, $day, $dayshort[$i], "next $day", "last $day", "this $day", "$day next week", "$day this week", "last $day of february 2025", "first $day of march 2026", "+1 $day");
    }
    foreach ($ordinals as $ordinal) {
        array_push($all, "$ordinal day", "$ordinal monday", "$ordinal month", "$ordinal friday of march 2025");
    }
    foreach ($monthnames as $month) {
        array_push($all, $month, "31 $month", "last day of $month", "$month 2024", substr($month, 0, 3).' 7th');
    }
    return array_values(array_unique($all));
}

/** A piece of an expression, made at random. */
function piece(): string
{
    global $units, $daynames, $dayshort, $ordinals, $which, $monthnames;
    static $zones = ['UTC', 'Z', 'EST', 'EDT', 'PST', 'PDT', 'CET', 'CEST', 'GMT', '+02:00', '-0330', '+5', 'GMT+2', 'Europe/Prague', 'America/New_York', 'America/Los_Angeles', 'Asia/Tokyo', 'Australia/Lord_Howe', '(PST)', 'Foo/Bar', 'America/Sao_Paulo'];
    $any = fn (array $of) => $of[mt_rand(0, count($of) - 1)];
    $n = fn (int $from, int $to) => mt_rand($from, $to);
    $pad = fn (int $value) => mt_rand(0, 1) ? (string) $value : sprintf('%02d', $value);
    $year = $any([(string) $n(1900, 2100), (string) $n(2020, 2030), sprintf('%02d', $n(0, 99)), (string) $n(2023, 2026)]);
    $month = $any([$any($monthnames), substr($any($monthnames), 0, 3), strtolower($any($monthnames)), $any(['I', 'IV', 'VIII', 'XII', 'sept'])]);
    $sep = $any([' ', '-', '.', '', ', ', '/', "\t", '  ']);
    $clock = $any([
        $pad($n(0, 24)).':'.$pad($n(0, 60)), $pad($n(0, 24)).':'.$pad($n(0, 60)).':'.$pad($n(0, 60)), $n(0, 13).$any(['am', 'pm', ' pm', ' a.m.', 'PM']), $n(1, 12).':'.$pad($n(0, 59)).$any([' am', 'pm', ' p.m.']),
        sprintf('%02d%02d', $n(0, 24), $n(0, 60)), sprintf('T%02d:%02d:%02d.%d', $n(0, 23), $n(0, 59), $n(0, 59), $n(0, 9999999)), sprintf('%02d%02d%02d', $n(0, 24), $n(0, 59), $n(0, 60)), $n(0, 24).'.'.$n(0, 60),
    ]);
    return match ($n(0, 32)) {
        0 => $any(['now', 'today', 'midnight', 'noon', 'tomorrow', 'yesterday']),
        1, 2, 3 => $any(['+', '-', '', '', '--', '+ ', '-  ']).$n(0, 400).$any([' ', '', '  ']).$any($units),
        4, 5 => $any($which).' '.$any($units),
        6 => $any($ordinals).' '.$any($units),
        7, 8 => $any([$any($which), $any($ordinals)]).' '.$any([$any($daynames), $any($dayshort)]),
        9 => $any($which).' week',
        10, 11 => $any([$any($daynames), $any($dayshort), $any($daynames).'s']),
        12 => $any(['first', 'last']).' day of',
        13 => $any([$any($which), $any($ordinals)]).' '.$any([$any($daynames), $any($dayshort)]).' of',
        14, 15 => $clock,
        16 => $any($zones),
        17 => $year.'-'.$pad($n(0, 13)).'-'.$pad($n(0, 32)),
        18 => $pad($n(0, 13)).'/'.$pad($n(0, 32)).$any(['', '/'.$year]),
        19 => $pad($n(0, 32)).$any(['.', '-', "\t"]).$pad($n(0, 13)).$any(['.', '-']).$year,
        20 => $n(0, 32).$any(['', 'th', 'st', 'nd']).$sep.$month.$any(['', $sep.$year]),
        21 => $month.$sep.$n(0, 32).$any(['', 'th', 'rd']).$any(['', ', '.$year, ' '.$year]),
        22 => $any([$month.$sep.$year, $year.$sep.$month, $month]),
        23 => $any(['back of ', 'front of ']).$n(0, 25).$any(['', 'am', ' pm']),
        24 => '@'.$any(['', '-']).$n(0, 2000000000).$any(['', '', '.'.$n(0, 999999)]),
        25 => sprintf('%04d%sW%02d%s', $n(1970, 2040), $any(['', '-']), $n(0, 54), $any(['', '-'.$n(0, 8), (string) $n(0, 7)])),
        26 => sprintf('%04d%s%03d', $n(1970, 2040), $any(['', '-', '.']), $n(0, 367)),
        27 => sprintf('%04d-%02d-%02dT%02d:%02d:%02d', $n(1970, 2040), $n(1, 12), $n(1, 31), $n(0, 24), $n(0, 59), $n(0, 60)).$any(['', 'Z', '+0200', '.5', '.123456789-08:00', ' EST']),
        28 => sprintf($any(['%04d%02d%02d', '%04d%02d%02dT%02d%02d%02d', '%04d%02d%02dT%02d:%02d:%02d', '%04d:%02d:%02d %02d:%02d:%02d']), $n(1970, 2040), $n(0, 13), $n(0, 32), $n(0, 24), $n(0, 59), $n(0, 59)),
        29 => $any(['ago', 'ago', (string) $n(0, 99999), $year, 'of', 'foo', ',']),
        30 => $month.' '.$n(1, 31).$sep.$clock.$any(['', ' '.$any($zones)]),
        31 => sprintf('%d/%s/%04d:%02d:%02d:%02d %s', $n(0, 31), substr($any($monthnames), 0, 3), $n(1970, 2040), $n(0, 24), $n(0, 59), $n(0, 60), $any(['+0200', '-0700', '+1', 'UTC'])),
        32 => $any(['2025-03-09', '2025-11-02', '2025-03-30', '2025-10-26', '2024-02-29']).' '.sprintf('%02d:%02d', $n(0, 4), $n(0, 59)),
    };
}

/** An expression made at random: a few pieces, now and then with a character changed. */
function random(): string
{
    $text = piece();
    for ($more = mt_rand(0, 3); $more > 0; --$more) {
        $text .= [' ', ' ', ' ', '', ', ', "\t", '  '][mt_rand(0, 6)].piece();
    }
    if (mt_rand(0, 7) === 0) {
        $at = mt_rand(0, strlen($text) - 1);
        $characters = " -+.,:/0123456789aTWZmnpst()@\n;";
        $with = $characters[mt_rand(0, strlen($characters) - 1)];
        $text = substr($text, 0, $at).(mt_rand(0, 1) ? $with : '').substr($text, $at + mt_rand(0, 1));
    }
    return $text;
}

if (($argv[1] ?? '') !== 'random') {
    table(array_map(fn ($base) => [(new DateTime($base[0], new DateTimeZone($base[1])))->getTimestamp(), $base[1]], $bases), expressions());
    exit;
}
mt_srand((int) $argv[2]);
$places = ['America/Los_Angeles', 'UTC', 'Europe/Prague', 'Asia/Kolkata', 'Australia/Sydney', 'America/Sao_Paulo', 'America/St_Johns', 'Pacific/Auckland'];
for ($left = (int) $argv[3]; $left > 0; $left -= 50) {
    $at = [];
    for ($i = 0; $i < 4; ++$i) {
        $zone = $places[mt_rand(0, count($places) - 1)];
        $unix = mt_rand(1577836800, 1861920000);
        if (mt_rand(0, 2) === 0) { // near a change of the clocks, where there is one
            $changes = (new DateTimeZone($zone))->getTransitions(1577836800, 1861920000);
            $unix = $changes[mt_rand(0, count($changes) - 1)]['ts'] + mt_rand(-90000, 90000);
        }
        $at[] = [$unix, $zone];
    }
    table($at, array_map(fn () => random(), range(1, min(50, $left))));
}
