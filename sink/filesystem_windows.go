package sink

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// Windows' own numbers for what can pass: a virus scanner or an indexer that looks at a new file.
const (
	errAccessDenied     = syscall.Errno(5)
	errSharingViolation = syscall.Errno(32)
)

// rename tries again for about two seconds while another program has one of the files open.
func rename(from, to string) error {
	wait := time.Millisecond
	for {
		err := os.Rename(from, to)
		if err == nil || wait > time.Second || !errors.Is(err, errAccessDenied) && !errors.Is(err, errSharingViolation) {
			return err
		}
		time.Sleep(wait)
		wait *= 2
	}
}

// isFull says whether err is a disk, or a user's share of it, that has no room left:
// ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED.
func isFull(err error) bool {
	return errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112)) || errors.Is(err, syscall.Errno(1295))
}
