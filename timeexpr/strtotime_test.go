package timeexpr_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var table = flag.String("table", "testdata/strtotime.tsv", "the table of PHP's results that Parse is held to")

// TestStrtotimeTable holds Parse to PHP's own results. testdata/generate.php says what the table's lines are.
func TestStrtotimeTable(t *testing.T) {
	file, err := os.Open(*table)
	require.NoError(t, err)
	defer file.Close()

	var bases []time.Time
	expressions, results := 0, 0
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		columns := strings.Split(lines.Text(), "\t")
		if columns[0] == "base" {
			bases = basesOf(t, columns[1:])
			continue
		}
		var expression string
		require.NoError(t, json.Unmarshal([]byte(columns[0]), &expression), columns[0])
		require.Len(t, columns[1:], len(bases), columns[0])
		expressions++
		for i, want := range columns[1:] {
			results++
			got := "false"
			if parsed, err := timeexpr.Parse(expression, bases[i]); err == nil {
				got = strconv.FormatInt(parsed.Unix(), 10)
				assert.Equal(t, bases[i].Location(), parsed.Location(), expression)
			}
			if got != want {
				t.Errorf("%s at %s %s\n  is   %s\n  PHP: %s", columns[0],
					bases[i].Format(time.RFC3339), bases[i].Location(), show(got, bases[i]), show(want, bases[i]))
			}
		}
	}
	require.NoError(t, lines.Err())
	t.Logf("%d expressions, %d results", expressions, results)
	require.GreaterOrEqual(t, expressions, 50)
}

func basesOf(t *testing.T, columns []string) []time.Time {
	t.Helper()
	bases := make([]time.Time, len(columns))
	for i, column := range columns {
		unix, zone, _ := strings.Cut(column, " ")
		seconds, err := strconv.ParseInt(unix, 10, 64)
		require.NoError(t, err)
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		bases[i] = time.Unix(seconds, 0).In(loc)
	}
	return bases
}

func show(result string, base time.Time) string {
	seconds, err := strconv.ParseInt(result, 10, 64)
	if err != nil {
		return "refused"
	}
	return time.Unix(seconds, 0).In(base.Location()).Format(time.RFC3339) + " (" + result + ")"
}
