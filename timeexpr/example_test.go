package timeexpr_test

import (
	"fmt"
	"time"

	"github.com/igsource/igsource/timeexpr"
)

func Example() {
	now := time.Date(2026, 3, 31, 18, 30, 0, 0, timeexpr.Pacific)

	from, _ := timeexpr.ParseDay("first day of last month", now, timeexpr.Pacific)
	to, _ := timeexpr.ParseDay("yesterday", now, timeexpr.Pacific)
	fmt.Println(from, "to", to, "is", int(to-from)+1, "days")
	fmt.Println("the first begins at", from.Midnight(timeexpr.Pacific).UTC())

	_, err := timeexpr.ParseDay("30 dys ago", now, timeexpr.Pacific)
	fmt.Println(err)
	// Output:
	// 2026-02-01 to 2026-03-30 is 58 days
	// the first begins at 2026-02-01 08:00:00 +0000 UTC
	// date expression "30 dys ago": "dys" at column 4 is not understood (did you mean "days"?); expected a unit such as day, week, month, year, hour or weekday
}

func ExampleParse() {
	base := time.Date(2026, 3, 31, 18, 30, 0, 0, time.UTC)
	for _, text := range []string{"-1 month", "monday next week", "last friday of january 2026", "yesterday noon EST"} {
		t, err := timeexpr.Parse(text, base)
		fmt.Println(t, err)
	}
	// Output:
	// 2026-03-03 18:30:00 +0000 UTC <nil>
	// 2026-04-06 00:00:00 +0000 UTC <nil>
	// 2026-01-30 00:00:00 +0000 UTC <nil>
	// 2026-03-30 17:00:00 +0000 UTC <nil>
}
