//go:build unix

package killtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDiffers(t *testing.T) {
	want := content{"a": {"x | y", "1 | 2"}, "b": {"z"}}
	for _, c := range []struct {
		name string
		got  content
		says string
	}{
		{"the same", content{"b": {"z"}, "a": {"x | y", "1 | 2"}}, ""},
		{"no table", content{"a": {"x | y", "1 | 2"}}, `there are ["a"], and not ["a" "b"]`},
		{"a table more", content{"a": {"x | y", "1 | 2"}, "b": {"z"}, "c": nil}, `there are ["a" "b" "c"], and not ["a" "b"]`},
		{"another cell", content{"a": {"x | y", "1 | 3"}, "b": {"z"}}, "a, line 1, is\n\t\"1 | 3\"\nand not\n\t\"1 | 2\""},
		{"a row twice", content{"a": {"x | y", "1 | 2", "1 | 2"}, "b": {"z"}}, "a has 3 lines, and not 2"},
		{"a row less", content{"a": {"x | y"}, "b": {"z"}}, "a has 1 lines, and not 2"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.says, differs(want, c.got)) })
	}
}
