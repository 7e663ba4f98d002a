package templates_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/templates"
)

// Every file of the folder is a template, and every template a file.
func TestFiles(t *testing.T) {
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var files []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			files = append(files, name)
		}
	}
	names := templates.Names()
	assert.Len(t, names, 10)
	slices.Sort(names)
	slices.Sort(files)
	assert.Equal(t, files, names)
	for _, one := range templates.All() {
		text, err := os.ReadFile(one.Name + ".yaml")
		require.NoError(t, err)
		assert.Equal(t, string(text), one.Text)
		assert.Contains(t, one.Text, "\n  accessToken: ${secure(instagram)} ")
		assert.Contains(t, one.Text, "\n  referenceName: "+one.Name+"\n")
		assert.Regexp(t, regexp.MustCompile(`^[A-Z][^.]{20,110}$`), one.Doc)
		for line := range strings.Lines(one.Text) {
			assert.LessOrEqual(t, len(line), 142, "%s: %s", one.Name, line)
			assert.NotRegexp(t, `\s\n$`, line)
		}
	}
}

func TestLookup(t *testing.T) {
	one, ok := templates.Lookup("hashtag-top-media")
	require.True(t, ok)
	assert.Equal(t, []string{"hashtag"}, one.Arguments)
	assert.Equal(t, "The most popular posts under a hashtag, whoever wrote them", one.Doc)
	one, _ = templates.Lookup("competitor-profile")
	assert.Equal(t, []string{"competitor"}, one.Arguments)
	one, _ = templates.Lookup("media")
	assert.Empty(t, one.Arguments)
	_, ok = templates.Lookup("nothing")
	assert.False(t, ok)
}

func ExampleLookup() {
	t, ok := templates.Lookup("media-comments")
	fmt.Println(ok, t.Doc)
	// Output: true The posts of your accounts, their comments, and the replies to those
}
