package postgres

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// Looking after states makes neither a table nor a schema, whoever asks.
func TestStoreMakesNothing(t *testing.T) {
	in := freshSchema(t)
	for _, name := range []string{in, "no_such_schema"} {
		s := New(dsn(t), Options{Schema: name})
		state, err := s.State(t.Context(), "in")
		require.NoError(t, err)
		assert.Equal(t, plugin.State{}, state)
		states, err := s.States(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string]plugin.State{}, states)
		require.NoError(t, s.ResetState(t.Context(), "in"))
	}
	assert.Empty(t, layout(t, in))
	assert.Empty(t, query(t, in, "SELECT 1 FROM pg_namespace WHERE nspname = 'no_such_schema'"))
}

func TestResetUnderWayNamesTheRun(t *testing.T) {
	in := freshSchema(t)
	run := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	require.NoError(t, lines(run, 0, 1))
	host, err := os.Hostname()
	require.NoError(t, err)
	fake := clock.NewFake(start)
	err = New(dsn(t), Options{Schema: in, Clock: fake}).ResetState(t.Context(), "in")
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.EqualError(t, err, fmt.Sprintf("another run (process %d on host %s, since 2026-10-15T06:00:00Z) of \"in\" is writing to %s: "+
		"wait until it has ended, or give one of the two another name", os.Getpid(), host, place(in)))
	assert.Equal(t, lockGrace, fake.Now().Sub(start), "the server may just be letting go of a killed run's")
	require.NoError(t, lines(run, 1, 2), "the run is not disturbed")
	require.NoError(t, run.Finish(t.Context(), false))

	states, err := New(dsn(t), Options{Schema: in}).States(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"in": {Start: start, Marks: map[string]plugin.Mark{"s": "1"}}, "two": {Start: start}}, states)
	require.NoError(t, New(dsn(t), Options{Schema: in}).ResetState(t.Context(), "in"))
	assert.Empty(t, query(t, in, "SELECT kind FROM igsource_state WHERE input = 'in'"), "nor is anything of the run itself left")
	assert.Len(t, query(t, in, "SELECT line FROM logs"), 2)
	assert.Empty(t, query(t, in, "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"))
}

// A run that has ended keeps rows of its own, which are no state.
func TestEndedRunsAreNotListed(t *testing.T) {
	in := freshSchema(t)
	run := begun(t, dsn(t), Options{Schema: in})
	require.NoError(t, lines(run, 0, 1))
	require.NoError(t, run.Finish(t.Context(), true))
	require.NotEmpty(t, query(t, in, "SELECT kind FROM igsource_state WHERE input = 'in'"))
	states, err := New(dsn(t), Options{Schema: in}).States(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{}, states)
}

// What cannot be understood can be forgotten, and so can no more than that.
func TestResetOfWhatCannotBeUnderstood(t *testing.T) {
	in := freshSchema(t)
	run := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	require.NoError(t, lines(run, 0, 1))
	require.NoError(t, run.Finish(t.Context(), false))
	change(t, in, "UPDATE igsource_state SET value = 'yesterday' WHERE kind = 'start' AND input = 'in'")
	s := New(dsn(t), Options{Schema: in})
	var user *plugin.UserError
	_, err := s.States(t.Context())
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, `has a row of input "in" that cannot be understood`)
	for _, input := range []string{"", "in"} {
		require.NoError(t, s.ResetState(t.Context(), input))
	}
	states, err := s.States(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"two": {Start: start}}, states)

	change(t, in, "UPDATE igsource_state SET value = '2' WHERE kind = 'version'")
	err = s.ResetState(t.Context(), "two")
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "comes from a newer program")
	assert.NotEmpty(t, query(t, in, "SELECT 1 FROM igsource_state WHERE input = 'two'"))
}

// A sink that has forgotten a state goes on with that.
func TestResetBeforeItsOwnRun(t *testing.T) {
	in := freshSchema(t)
	run := begun(t, dsn(t), Options{Schema: in})
	require.NoError(t, lines(run, 0, 1))
	require.NoError(t, run.Finish(t.Context(), false))
	s := New(dsn(t), Options{Schema: in})
	_, err := s.State(t.Context(), "in")
	require.NoError(t, err)
	require.NoError(t, s.ResetState(t.Context(), "in"))
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	_, err = s.States(t.Context())
	require.EqualError(t, err, "the state is looked at before Begin")
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: start}}))
	require.NoError(t, lines(s, 1, 2))
	require.NoError(t, s.Finish(t.Context(), true))
}

// Who may only read sees states, and forgets none.
func TestReadersOfStates(t *testing.T) {
	in := freshSchema(t)
	run := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	require.NoError(t, run.Finish(t.Context(), false))
	role(t, "reader", "")
	change(t, in, "GRANT USAGE ON SCHEMA "+in+" TO reader", "GRANT SELECT ON "+in+".igsource_state TO reader")
	s := New(dsn(t, "user=reader"), Options{Schema: in})
	states, err := s.States(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"in": {Start: start}, "two": {Start: start}}, states)
	var user *plugin.UserError
	err = s.ResetState(t.Context(), "in")
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "lacks a privilege that is needed: have it granted, or use another user (permission denied for table igsource_state)")
	err = New(dsn(t, "options='-c default_transaction_read_only=on'"), Options{Schema: in}).ResetState(t.Context(), "in")
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, " is read-only: write to the primary server, or make the database writable")
}
