//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd && !windows

package lockfile

import (
	"errors"
	"os"
)

const keepsOpenFiles = false

func lock(*os.File) error { return errors.ErrUnsupported }
