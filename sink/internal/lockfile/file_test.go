package lockfile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
)

var lockTime = time.Date(2026, 11, 22, 10, 39, 35, 999, time.UTC)

func TestLock(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a.db")
	held, err := Lock(target, "brand", lockTime)
	require.NoError(t, err)
	text, err := os.ReadFile(target + ".brand.lock")
	require.NoError(t, err)
	assert.Equal(t, Self(lockTime).String()+"\n", string(text))

	_, err = Lock(target, "brand", lockTime.Add(time.Hour))
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	by := Self(lockTime)
	require.Equal(t, Busy("brand", target, &by), err)
	again, err := os.ReadFile(target + ".brand.lock")
	require.NoError(t, err)
	assert.Equal(t, text, again, "who is kept out writes nothing")

	other, err := Lock(target, "Brand", lockTime)
	require.NoError(t, err)
	require.NoError(t, other.Unlock())
	require.NoError(t, held.Unlock())
	entries, err := os.ReadDir(filepath.Dir(target))
	require.NoError(t, err)
	assert.Empty(t, entries)

	// A file that somebody left behind locks nothing, whatever it says.
	require.NoError(t, os.WriteFile(target+".brand.lock", []byte(strings.Repeat("process 1 on host elsewhere, since 2020-01-01T00:00:00Z\n", 50)), 0o600))
	held, err = Lock(target, "brand", lockTime)
	require.NoError(t, err)
	text, err = os.ReadFile(target + ".brand.lock")
	require.NoError(t, err)
	assert.Equal(t, Self(lockTime).String()+"\n", string(text))
	require.NoError(t, os.Remove(target+".brand.lock"))
	require.NoError(t, held.Unlock(), "somebody removed it")
}

func TestLockThatCannotBeMade(t *testing.T) {
	target := filepath.Join(t.TempDir(), "no", "a.db")
	_, err := Lock(target, "brand", lockTime)
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "the lock file "+target+".brand.lock cannot be made: ")
}

// Holders that come and go as fast as they can are never two at a time, though each removes the file.
func TestLockIsForOne(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a.db")
	var inside, most, times atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for got := 0; got < 50; {
				l, err := Lock(target, "brand", lockTime)
				if err != nil {
					continue
				}
				got++
				if n := inside.Add(1); n > most.Load() {
					most.Store(n)
				}
				times.Add(1)
				inside.Add(-1)
				if err := l.Unlock(); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	assert.EqualValues(t, 1, most.Load())
	assert.EqualValues(t, 200, times.Load())
}

func TestLockPath(t *testing.T) {
	assert.Equal(t, "x/a.db.brand-1_2.lock", Path("x/a.db", "brand-1_2"))
	assert.Equal(t, "a.db.Brand.090ed431.lock", Path("a.db", "Brand"))
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		pa, pb := Path("a.db", a), Path("a.db", b)
		require.Equal(t, a == b, strings.EqualFold(pa, pb))
		require.Regexp(t, `^a\.db\.[A-Za-z0-9_-]{0,60}(\.[0-9a-f]{8})?\.lock$`, pa)
	})
}

func TestHolder(t *testing.T) {
	h := Holder{Host: "web-1.example", PID: 4711, Since: time.Date(2026, 11, 22, 10, 39, 35, 0, time.UTC)}
	assert.Equal(t, "process 4711 on host web-1.example, since 2026-11-22T10:39:35Z", h.String())
	got, ok := ParseHolder(h.String() + "\n")
	assert.True(t, ok)
	assert.Equal(t, h, got)
	for _, line := range []string{"", "process x on host a, since 2026-11-22T10:39:35Z", "process 1 on host a, since then", "some words that are seven in all"} {
		_, ok := ParseHolder(line)
		assert.False(t, ok, line)
	}
	require.EqualError(t, Busy("brand", "a.db", &h), fmt.Sprintf(`another run (%s) of "brand" is writing to a.db: wait until it has ended, or give one of the two another name`, h))
	require.EqualError(t, Busy("brand", "a.db", nil), `another run of "brand" is writing to a.db: wait until it has ended, or give one of the two another name`)
}

func TestWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := Wait(t.Context(), path, lockTime)
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("enough"))
	_, err = Wait(ctx, path, lockTime)
	require.EqualError(t, err, "enough")

	got := make(chan error)
	go func() {
		l, err := Wait(t.Context(), path, lockTime)
		if err == nil {
			err = l.Unlock()
		}
		got <- err
	}()
	require.NoError(t, held.Unlock())
	require.NoError(t, <-got)
	require.NoFileExists(t, path)
}

func TestLockAtNamesTheTarget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := LockAt(path, "brand", "out", lockTime)
	require.NoError(t, err)
	by := Self(lockTime)
	_, err = LockAt(path, "brand", "out", lockTime)
	require.Equal(t, Busy("brand", "out", &by), err)
	require.NoError(t, held.Unlock())
}
