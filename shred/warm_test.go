package shred_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

// warmPages are what the tests below damage.
func warmPages() []string {
	entry := func(name, id string, value string) string {
		return fmt.Sprintf(`{"name":"%s","period":"lifetime","values":[{"value":%s}],"title":"T \u0c95","description":"D","id":"%s\/insights\/%s\/lifetime"}`, name, value, id, name)
	}
	total := func(name, value string) string {
		return fmt.Sprintf(`{"id":"17\/x","name":"%s","title":"T","total_value":{"value":%s},"period":"day"}`, name, value)
	}
	return []string{
		`{"data":[` + entry("m", "178", "12") + `,` + entry("d", "178", "0.25") + `]}`,
		`{"data":[` + entry("m", "9", "-3") + `,` + entry("d", "", "7") + `,` + entry("m", "", "1234567890123456789") + `]}`,
		`{"data":[` + total("m", "1") + `,` + total("d", "-0.5") + `]}`,
		`{"data":[` + total("m", "1.0") + `,` + total("d", "1e3") + `,` + total("m", `"5"`) + `,` + total("m", "null") + `]}`,
	}
}

// damage changes a few bytes of page.
func damage(r *rand.Rand, page string) string {
	b := []byte(page)
	for range 1 + r.IntN(2) {
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = `0123456789-.eE"{}[],:\ aundm`[r.IntN(28)]
		case 1:
			b = append(b[:at], b[at+1:]...)
		case 2:
			b = append(b[:at], append([]byte{`0123456789-.e"{},`[r.IntN(17)]}, b[at:]...)...)
		default:
			to := min(len(b), at+r.IntN(40))
			b = append(b[:to], append(bytes.Clone(b[at:to]), b[to:]...)...)
		}
	}
	return string(b)
}

// What was read before makes reading faster, and must not change what is read: Facts that have learned say the same of
// any page, good or bad, as new ones.
func TestFactsThatLearned(t *testing.T) {
	t.Parallel()
	p := compile(t, []shred.Measure{{Name: "m"}, {Name: "d", Type: shred.Decimal}})
	r := rand.New(rand.NewPCG(3, 3))
	warm, l, good := p.NewFacts(), daily(p), 0
	scope := shred.Scope{Object: account, Day: 4}
	for range 6_000 {
		pages := warmPages()
		decode(t, warm, pages[r.IntN(len(pages))], scope)
		warm.Reset()
		page := pages[r.IntN(len(pages))]
		if r.IntN(10) > 0 {
			page = damage(r, page)
		}
		cold := p.NewFacts()
		a, err := warm.Decode([]byte(page), scope)
		b, want := cold.Decode([]byte(page), scope)
		require.Equal(t, want, err, page)
		require.Equal(t, b, a, page)
		if err == nil {
			good++
			require.Equal(t, wide(t, cold, l), wide(t, warm, l), page)
		}
		warm.Reset()
	}
	require.Greater(t, good, 1200)
}

func TestDecodersThatLearned(t *testing.T) {
	t.Parallel()
	pages := []string{
		`{"data":` + postsData + `}`,
		`{"data":[{"id":"1","timestamp":"2019-09-26T22:36:43+0000","owner":{"id":"5"},"comments":{"data":[{"id":1,"text":"a","x":"same"},{"id":2,"text":"b","x":"same"}]},"more":"same","insights":` + warmPagesOf("reach") + `},` +
			`{"id":"2","owner":{"id":"5"},"comments":{"data":[{"id":3,"text":"c","x":"same"}]},"more":"same","insights":` + warmPagesOf("views") + `}]}`,
	}
	p := posts(t, shred.RootList)
	r := rand.New(rand.NewPCG(4, 4))
	warm, good := p.NewDecoder(), 0
	for range 3_000 {
		page := pages[r.IntN(len(pages))]
		if r.IntN(10) > 0 {
			page = damage(r, page)
		}
		got, err := warm.Decode([]byte(page))
		cold := p.NewDecoder()
		want, wantErr := cold.Decode([]byte(page))
		require.Equal(t, wantErr, err, page)
		if err != nil {
			continue
		}
		good++
		require.Equal(t, want.Open, got.Open)
		for i := range want.Records {
			require.True(t, array.RecordEqual(want.Records[i], got.Records[i]), page)
		}
		require.Equal(t, want.Facts[0].Len(), got.Facts[0].Len())
		for row := range 4 {
			for m := range 2 {
				require.Equal(t, want.Facts[0].HasRow(row, m), got.Facts[0].HasRow(row, m))
			}
		}
		want.Release()
		got.Release()
	}
	require.Greater(t, good, 400)
}

// warmPagesOf is an insights answer with one entry of metric.
func warmPagesOf(metric string) string {
	return strings.ReplaceAll(warmPages()[0], `"m"`, `"`+metric+`"`)
}
