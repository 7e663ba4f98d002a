package fields_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/fields"
)

// item parses a text of one item.
func item(t *testing.T, text string) fields.Item {
	t.Helper()
	list := parse(t, text)
	if len(list) != 1 {
		t.Fatalf("%q is %d items", text, len(list))
	}
	return list[0]
}

func TestLabelIsTheAliasOrTheName(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"media", "media"},
		{"media.limit(1).as( posts )", "posts"},
		{"media.as()", "media"},
		{"media.as(a).as(b)", "a"},
	} {
		assert.Equal(t, c.want, item(t, c.text).Label(), c.text)
	}
}

func TestModifierGivesTheArguments(t *testing.T) {
	i := item(t, "a.since( 30 days ago ).limit()")
	args, ok := i.Modifier("since")
	assert.Equal(t, "30 days ago", args)
	assert.True(t, ok)
	args, ok = i.Modifier("limit")
	assert.Equal(t, "", args)
	assert.True(t, ok)
	_, ok = i.Modifier("until")
	assert.False(t, ok)
}

func TestArgsSplitsAtCommas(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"reach", []string{"reach"}},
		{" reach , views\t", []string{"reach", "views"}},
		{"reach,\r\n  vie\nws\n", []string{"reach", "views"}},
		{"reach,,views,", []string{"reach", "views"}},
		{"", nil},
		{" , ", nil},
		{"a,[b,(c,d)],'e,f',g", []string{"a", "[b,(c,d)]", "'e,f'", "g"}},
		{`l'oreal,men's,"x\",y"`, []string{"l'oreal", "men's", `"x\",y"`}},
	} {
		assert.Equal(t, c.want, item(t, "insights.period(day).metric("+c.args+")").Args("metric"), c.args)
	}
	assert.Nil(t, item(t, "insights.metric(a)").Args("period"))
	assert.Equal(t, []string{"a)", "b"}, fields.Modifier{Args: "a),b"}.List(), "a made one may be unbalanced")
}

func TestWithAndWithoutLeaveTheItemAsItIs(t *testing.T) {
	const text = "media.limit(1).as(m).limit(2){id}"
	i := item(t, text)
	for _, c := range []struct {
		got  fields.Item
		want string
	}{
		{i.With("limit", " 50 "), "media.limit(50).as(m){id}"},
		{i.With("as", "n"), "media.limit(1).as(n).limit(2){id}"},
		{i.With("after", "QVFI=="), "media.limit(1).as(m).limit(2).after(QVFI==){id}"},
		{i.With("after", "A").With("before", "B").With("after", "C"), "media.limit(1).as(m).limit(2).after(C).before(B){id}"},
		{i.Without("limit"), "media.as(m){id}"},
		{i.Without("limit").Without("as"), "media{id}"},
		{i.Without("after"), text},
		{fields.Item{Name: "id"}.With("as", "x"), "id.as(x)"},
	} {
		assert.Equal(t, c.want, c.got.String())
		assert.Equal(t, text, i.String())
	}
	// Both grow out of one item, and neither may write to what the other has.
	a, b := i.With("x", "1"), i.With("y", "2")
	assert.Equal(t, "media.limit(1).as(m).limit(2).x(1){id}", a.String())
	assert.Equal(t, "media.limit(1).as(m).limit(2).y(2){id}", b.String())

	assert.Equal(t, 7, i.With("limit", "50").Modifiers[0].Column)
	assert.Equal(t, 0, i.With("after", "A").Modifiers[3].Column)
}

func TestMadeItemsPrint(t *testing.T) {
	made := fields.List{
		{Name: "id"},
		{Name: "media", Fields: fields.List{{Name: "id"}}},
		{Name: "tags", Braces: true},
	}
	assert.Equal(t, "id,media{id},tags{}", made.String())
}
