package sink_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/sink"
)

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"account_insights": "account_insights",
		"A-1.b_2":          "A-1.b_2",
		"a b/c\\d:e":       "a_b_c_d_e",
		"día🦊":             "d_a_",
		"..":               "..",
		"con":              "con_",
		"NUL.old":          "NUL_.old",
		"com1":             "com1_",
		"lpt9":             "lpt9_",
		"com0":             "com0",
		"comx":             "comx",
		"console":          "console",
	} {
		assert.Equal(t, want, sink.FileName(in), in)
	}
}
