package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// targets are the final paths of an output's files.
func (o *output) targets() []string {
	all := []string{o.target}
	for _, b := range o.beside {
		all = append(all, o.target+b.Suffix)
	}
	return all
}

// makeFolder makes sure that the folder is there. It makes the last part of the path only: a path that
// is missing further up is more likely mistyped.
func (f *Folder) makeFolder() error {
	info, err := f.fs.Stat(f.path)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fmt.Errorf("%s is a file, not a folder: give another folder to write to", f.path)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s cannot be looked into (%w): give another folder to write to", f.path, bare(err))
	}
	parent := filepath.Dir(filepath.Clean(f.path))
	info, err = f.fs.Stat(parent)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s cannot be made in %s, which does not exist: create that first, or give another folder to write to", f.path, parent)
	case err != nil:
		return fmt.Errorf("the folder %s cannot be looked into (%w): give another folder to write to", parent, bare(err))
	case !info.IsDir():
		return fmt.Errorf("the folder %s cannot be made in %s, which is a file: give another folder to write to", f.path, parent)
	}
	if err := f.fs.Mkdir(f.path); err != nil {
		if isFull(err) {
			return writeError("the folder "+f.path, err)
		}
		return fmt.Errorf("the folder %s cannot be made (%w): give another folder to write to", f.path, bare(err))
	}
	f.created = true
	return nil
}

// checkTarget refuses what stands where a file will go and could not be put back if the run fails. A
// link is replaced, not followed.
func (f *Folder) checkTarget(path string) error {
	info, err := f.fs.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s cannot be looked at: %w", path, bare(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is there and is no file: move it away, or give another folder to write to", path)
	}
	r, err := f.fs.Open(path)
	if err != nil {
		return fmt.Errorf("%s is there and cannot be read: %w: move it away, or give another folder to write to", path, bare(err))
	}
	return r.Close()
}
