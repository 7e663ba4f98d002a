package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/igsource/igsource/plugin"
)

// A move is one file on its way from the hidden folder to where it will stand.
type move struct {
	from, to, old string

	existed bool
	linked  bool // old is a second name of what stands at to
	parked  bool // what stood at to was moved to old
	moved   bool
}

// fileMoves are the moves of all outputs' files.
func (f *Folder) fileMoves() []*move {
	var moves []*move
	for _, o := range f.outputs {
		for i, to := range o.targets() {
			m := &move{from: o.work, to: to}
			if i > 0 {
				m.from += o.beside[i-1].Suffix
			}
			moves = append(moves, m)
		}
	}
	return moves
}

// oldName is the name, among those moved aside, of the file at path in the folder; fromOldName is its way
// back. No name that is written here holds the sign.
func (f *Folder) oldName(path string) string {
	rel, err := filepath.Rel(f.path, path)
	if err != nil {
		rel = filepath.Base(path)
	}
	return strings.ReplaceAll(filepath.ToSlash(rel), "/", "~")
}

func fromOldName(name string) string { return filepath.FromSlash(strings.ReplaceAll(name, "~", "/")) }

// replace moves all files into place, or none. What stood there gets a second name in the hidden folder
// first, so that at any moment each path has either its old file or its new one; only where the file
// system knows no second names is there an instant between the two.
func (f *Folder) replace(moves []*move) error {
	for _, m := range moves {
		m.old = filepath.Join(f.work, oldFolder, f.oldName(m.to))
	}
	for _, m := range moves {
		if err := f.secure(m); err != nil {
			return err
		}
	}
	for i, m := range moves {
		if err := f.move(m); err != nil {
			err = plugin.Userf("%s cannot be put in place: %w: close what has it open, or write to another folder", m.to, bare(err))
			return errors.Join(err, f.moveBack(moves[:i+1]))
		}
	}
	folders := map[string]bool{f.path: true}
	for _, m := range moves {
		folders[filepath.Dir(m.to)] = true
	}
	for path := range folders {
		f.fs.SyncFolder(path)
	}
	return nil
}

// secure gives what stands at m.to a second name.
func (f *Folder) secure(m *move) error {
	info, err := f.fs.Lstat(m.to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s cannot be looked at: %w", m.to, bare(err))
	}
	if info.IsDir() {
		return fmt.Errorf("%s has become a folder: move it away", m.to)
	}
	m.existed = true
	// A second name of a symbolic link is one of its target on some systems.
	m.linked = info.Mode()&fs.ModeSymlink == 0 && f.fs.Link(m.to, m.old) == nil
	return nil
}

func (f *Folder) move(m *move) error {
	if m.existed && !m.linked {
		if err := f.fs.Rename(m.to, m.old); err != nil {
			return err
		}
		m.parked = true
	}
	if err := f.fs.Rename(m.from, m.to); err != nil {
		return err
	}
	m.moved = true
	return nil
}

// moveBack undoes moves, the last first. What it cannot undo stays in the hidden folder, which is then
// kept, and the error says where.
func (f *Folder) moveBack(moves []*move) error {
	var errs []error
	for i := len(moves) - 1; i >= 0; i-- {
		m := moves[i]
		switch {
		case m.parked, m.moved && m.linked:
			if err := f.fs.Rename(m.old, m.to); err != nil {
				f.keep = true
				errs = append(errs, fmt.Errorf("%s cannot be put back: its former content is in %s: %w", m.to, m.old, bare(err)))
			}
		case m.moved:
			if err := f.fs.Remove(m.to); err != nil {
				errs = append(errs, fmt.Errorf("%s cannot be removed again: %w", m.to, bare(err)))
			}
		}
	}
	return errors.Join(errs...)
}
