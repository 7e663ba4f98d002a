package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/igsource/igsource/plugin"
)

// bare drops the operation and path that the os package puts before a cause: ours are in the sentence
// already, and the path it knows is that of a hidden file.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// writeError says that path could not be written. That the disk is full is for the user to mend, also in
// the middle of a run.
func writeError(path string, err error) error {
	if isFull(err) {
		return plugin.Userf("%s cannot be written, the disk is full: free some space, or write to another disk (%w)", path, bare(err))
	}
	return fmt.Errorf("%s cannot be written: %w", path, bare(err))
}
