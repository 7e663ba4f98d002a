package cell_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/sink/internal/cell"
)

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                   `""`,
		"plain é 漢字 🦊":       `"plain é 漢字 🦊"`,
		"a\"b\\c/":           `"a\"b\\c/"`,
		"\b\f\n\r\t\x00\x1f": `"\b\f\n\r\t\u0000\u001f"`,
		"<&>\x7f":            "\"<&>\x7f\"",
		"a\u2028b\u2029":     `"a\u2028b\u2029"`,
		"a\xffb\xe2\x80":     "\"a\ufffdb\ufffd\ufffd\"",
	} {
		assert.Equal(t, want, string(cell.AppendString(nil, in)))
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a\"b", "\u2028", "\xff\xe2\x80", "é\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := cell.AppendString([]byte("x"), in)[1:]
		require.True(t, utf8.Valid(out))
		var back, want string
		require.NoError(t, json.Unmarshal(out, &back))
		std, err := json.Marshal(in)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(std, &want))
		require.Equal(t, want, back)
	})
}

func TestFloats(t *testing.T) {
	for _, c := range []struct {
		v           float64
		bits        int
		plain, json string
	}{
		{0, 64, "0", "0"},
		{math.Copysign(0, -1), 64, "-0", "-0"},
		{100, 64, "100", "100"},
		{-0.25, 64, "-0.25", "-0.25"},
		{0.1, 64, "0.1", "0.1"},
		{float64(float32(0.1)), 32, "0.1", "0.1"},
		{1e20, 64, "100000000000000000000", "100000000000000000000"},
		{1e21, 64, "1000000000000000000000", "1e+21"},
		{1.5e-7, 64, "0.00000015", "1.5e-7"},
		{1e-6, 64, "0.000001", "0.000001"},
		{1e-100, 64, "0." + zeros(99) + "1", "1e-100"},
		{math.NaN(), 64, "NaN", "null"},
		{math.Inf(1), 64, "Infinity", "null"},
		{math.Inf(-1), 64, "-Infinity", "null"},
	} {
		assert.Equal(t, c.plain, string(cell.AppendPlainFloat(nil, c.v, c.bits)))
		assert.Equal(t, c.json, string(cell.AppendJSONFloat(nil, c.v, c.bits)))
	}
}

func zeros(n int) string {
	s := ""
	for range n {
		s += "0"
	}
	return s
}

func FuzzAppendJSONFloat(f *testing.F) {
	f.Add(uint64(0))
	f.Add(math.Float64bits(1e-7))
	f.Add(math.Float64bits(math.MaxFloat64))
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		want, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, string(want), string(cell.AppendJSONFloat(nil, v, 64)))
		back, err := strconv.ParseFloat(string(cell.AppendPlainFloat(nil, v, 64)), 64)
		require.NoError(t, err)
		require.Equal(t, v, back)

		narrow := math.Float32frombits(uint32(bits))
		if narrow-narrow != 0 {
			return
		}
		want, err = json.Marshal(narrow)
		require.NoError(t, err)
		require.Equal(t, string(want), string(cell.AppendJSONFloat(nil, float64(narrow), 32)))
	})
}
