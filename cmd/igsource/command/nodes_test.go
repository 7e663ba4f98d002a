package command_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/nodes"
)

func TestNodes(t *testing.T) {
	s := newStage(t)
	r := s.run("nodes")
	assert.Equal(t, result{stdout: r.stdout}, r)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Len(t, lines, 1+len(nodes.All())+2+len(nodes.Roots()))
	for i, root := range nodes.Roots() {
		assert.Regexp(t, `^`+root.Name+` +`+root.Node+` `, lines[len(nodes.All())+3+i])
	}
	for i, n := range nodes.All() {
		words := strings.Fields(lines[i+1])
		assert.Equal(t, []string{n.Name, strconv.Itoa(len(n.Fields)), strconv.Itoa(len(n.Edges))}, words[:3])
		assert.Equal(t, n.Doc, strings.Join(words[3:], " "))
	}

	var got []nodes.Node
	require.NoError(t, json.Unmarshal([]byte(s.run("nodes", "--json").stdout), &got))
	assert.Equal(t, nodes.All(), got)
	assert.Zero(t, s.server.Stats().Requests)
}

func TestNode(t *testing.T) {
	s := newStage(t)
	for _, n := range nodes.All() {
		r := s.run("nodes", strings.ToLower(n.Name))
		require.Equal(t, result{stdout: r.stdout}, r)
		assert.Contains(t, r.stdout, n.Name+": "+n.Doc+"\n")
		for _, f := range n.Fields {
			assert.Regexp(t, `(?m)^`+f.Name+` .*`+f.Doc[:min(10, len(f.Doc))], r.stdout)
		}
		for _, e := range n.Edges {
			assert.Regexp(t, `(?m)^`+e.Name+` +`+e.Node+` `, r.stdout)
		}
		var got nodes.Node
		require.NoError(t, json.Unmarshal([]byte(s.run("nodes", n.Name, "--json").stdout), &got))
		assert.Equal(t, n, got)
	}
	for _, name := range []string{"IGUser", "IGComment", "Page"} {
		golden(t, "nodes/"+name+".txt", s.run("nodes", name).stdout)
	}
}

func TestNodeUnknown(t *testing.T) {
	s := newStage(t)
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: there is no node called IGMedium: did you mean IGMedia?\n"}, s.run("nodes", "IGMedium"))
	assert.Equal(t, result{
		code: command.ExitUser, stderr: "error: there is no node called x: they are " + strings.Join(nodes.Names(), ", ") + "\n",
	}, s.run("nodes", "x", "--json"))
}
