package lockfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// keepsOpenFiles says that a file which is open cannot be removed; it then stays, unlocked and empty of
// meaning.
const keepsOpenFiles = true

// lock takes the lock on f, or answers errLocked at once. It locks a byte far behind the content, because
// nobody else may read what is locked.
func lock(f *os.File) error {
	behind := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, behind)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
