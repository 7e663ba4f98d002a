package postgres

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// TestErrorsOfTheServer has a trigger that fails in the midst of a run as the server would.
func TestErrorsOfTheServer(t *testing.T) {
	on := `the database "postgres" on `
	for state, want := range map[string]string{
		"53100": " cannot be written, the server's disk is full: free some space there (words)",
		"53200": " cannot be written, the server is out of memory (words)",
		"23514": " refuses a row for a rule that was added to the table by hand: take the rule away, or write to another schema (words)",
		"22P05": " refuses a value (words)",
		"54000": " has a limit that is exceeded (words)",
		"57014": " stopped a statement: raise statement_timeout for this user (words)",
		"40001": " was changed by other programs again and again: let fewer write into the same tables at once (words)",
		"40P01": " was locked by other programs again and again: let fewer write into the same tables at once (words)",
		"P0001": " cannot be written: words (SQLSTATE P0001)",
	} {
		in := freshSchema(t)
		s := begun(t, dsn(t), Options{Schema: in, Clock: newWaker(nil)})
		change(t, in, `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF new.line = '2' THEN RAISE 'words' USING ERRCODE = '`+state+`'; END IF; RETURN new; END $$`,
			"CREATE TRIGGER fails BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION fail()")
		err := lines(s, 0, 4)
		require.EqualError(t, err, on+testServer.Dir()+want)
		require.Equal(t, err, lines(s, 3, 4))
		require.NoError(t, s.Finish(t.Context(), false), "it is told already")
		expectLines(t, in, 2)

		change(t, in, "DROP TRIGGER fails ON logs")
		s = begun(t, dsn(t), Options{Schema: in, Clock: newWaker(nil)})
		require.NoError(t, lines(s, 2, 4))
		require.NoError(t, s.Finish(t.Context(), true))
		expectLines(t, in, 4)
	}
}

func TestAnErrorOfFinishIsTold(t *testing.T) {
	in := freshSchema(t)
	s := begun(t, dsn(t), Options{Schema: in, Clock: &paused{Fake: clock.NewFake(start), wake: make(chan struct{})}})
	s.hook = func(point string) {
		if point == "commit" {
			s.clock.(*paused).Advance(1e9)
		}
	}
	require.NoError(t, lines(s, 0, 2), "the second mark waits")
	change(t, in, "DROP TABLE logs")
	require.ErrorContains(t, s.Finish(t.Context(), true), `relation "`+in+`.logs" does not exist (SQLSTATE 42P01)`)
}

func TestMisuse(t *testing.T) {
	in := freshSchema(t)
	s := New(dsn(t), Options{Schema: in})
	require.Equal(t, errClosed, s.Commit(t.Context(), plugin.Position{}))
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	require.EqualError(t, s.Begin(t.Context(), []schema.Table{logs}), "this sink has had its run: open another")
	rec := plugintest.Record(users, []any{"1", "x"})
	defer rec.Release()
	require.EqualError(t, s.Write(t.Context(), plugin.Batch{Table: "users", Record: rec}), "a batch of table users, which was not announced")
	require.EqualError(t, s.Commit(t.Context(), plugin.Position{}), "a batch of table users, which was not announced")
	require.NoError(t, s.Abort(t.Context()))
	require.EqualError(t, s.Write(t.Context(), plugin.Batch{Table: "logs", Record: rec}), "table logs: a batch has 2 columns, want 1")
	require.NoError(t, s.Abort(t.Context()))
	require.NoError(t, lines(s, 0, 1))
	require.EqualError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in"}}), "the state of a run is kept from its begin on, before anything is written")
	require.NoError(t, s.Finish(t.Context(), true))
	require.Equal(t, errClosed, s.Finish(t.Context(), true))
	require.NoError(t, s.Finish(t.Context(), false))
}

// TestRunsSideBySide has several runs write the same rows of one table in opposite orders, which deadlocks
// now and then.
func TestRunsSideBySide(t *testing.T) {
	in := freshSchema(t)
	var group errgroup.Group
	for i := range 3 {
		var all [][]any
		for n := range 300 {
			all = append(all, []any{fmt.Sprint(n), nil, n})
		}
		if i%2 == 1 {
			slices.Reverse(all)
		}
		rec := plugintest.Record(posts, all...)
		defer rec.Release()
		group.Go(func() error {
			ctx := context.Background()
			s := New(dsn(t), Options{Schema: in})
			if err := s.Begin(ctx, []schema.Table{posts}); err != nil {
				return err
			}
			if err := s.Keep(ctx, []plugin.KeptRun{{Input: fmt.Sprint(i)}}); err != nil {
				return err
			}
			for range 4 {
				if err := s.Write(ctx, plugin.Batch{Table: "posts", Record: rec}); err != nil {
					return err
				}
				if err := s.Commit(ctx, plugin.Position{Source: fmt.Sprint(i), Split: "s", Mark: "1"}); err != nil {
					return err
				}
			}
			return s.Finish(ctx, true)
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, [][]string{{"300", "300", "44850"}}, query(t, in, "SELECT count(*), count(DISTINCT id), sum(likes) FROM posts"))
}
