package plugin_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

func TestFailureJSON(t *testing.T) {
	fail := plugin.Fail("Bad.", "Do better.")
	for name, c := range map[string]struct {
		failure plugin.Failure
		want    string
	}{
		"bare":     {plugin.Fail("Bad.", ""), `{"message":"Bad.","correctiveAction":null,"causes":[]}`},
		"property": {fail.On("period"), `{"message":"Bad.","correctiveAction":"Do better.","causes":[{"attributes":{"stageConfig":"period"}}]}`},
		"element": {
			fail.OnElement("accountMetrics", `re"ach`).AtStage("src"),
			`{"message":"Bad.","correctiveAction":"Do better.","causes":[{"attributes":{"stageConfig":"accountMetrics","configElement":"re\"ach","stage":"src"}}]}`,
		},
		"two causes": {
			plugin.Fail("Bad.", "").On("fromDate").On("toDate").AtStage("src"),
			`{"message":"Bad.","correctiveAction":null,"causes":[{"attributes":{"stageConfig":"fromDate","stage":"src"}},{"attributes":{"stageConfig":"toDate","stage":"src"}}]}`,
		},
		"stage alone": {plugin.Fail("Bad.", "").AtStage("src"), `{"message":"Bad.","correctiveAction":null,"causes":[{"attributes":{"stage":"src"}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(c.failure)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
		})
	}
}

func TestFailureIsAValue(t *testing.T) {
	base := plugin.Fail("Bad.", "").On("a")
	one, two := base.On("b"), base.OnElement("c", "x")
	staged := one.AtStage("s")
	assert.Len(t, base.Causes, 1)
	assert.Equal(t, "b", one.Causes[1].Attributes[0].Value)
	assert.Equal(t, "c", two.Causes[1].Attributes[0].Value)
	assert.Len(t, one.Causes[0].Attributes, 1)
	assert.Len(t, staged.Causes[0].Attributes, 2)
}

func TestFailureProperty(t *testing.T) {
	name, element := plugin.Fail("Bad.", "").Property()
	assert.Equal(t, [2]string{}, [2]string{name, element})
	name, element = plugin.Fail("Bad.", "").AtStage("s").OnElement("m", "x").On("n").Property()
	assert.Equal(t, [2]string{"m", "x"}, [2]string{name, element})
}

func TestFailureString(t *testing.T) {
	assert.Equal(t, "Bad.", plugin.Fail("Bad.", "").String())
	assert.Equal(t, "period: Bad. Do better.", plugin.Fail("Bad.", "Do better.").On("period").String())
	err := &plugin.InvalidError{Failures: []plugin.Failure{plugin.Fail("One.", ""), plugin.Fail("Two.", "").On("p")}}
	assert.EqualError(t, err, "One.\np: Two.")
}
