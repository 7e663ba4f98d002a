package sink

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/igsource/igsource/sink/internal/lockfile"
)

// publishKept puts the files of a run whose state is kept in place, and with them, all or none, the manifests
// of an incremental one and what it has reached. What several inputs have in common is locked meanwhile.
func (f *Folder) publishKept(ctx context.Context) (err error) {
	if f.layered() || f.reachedSomething() {
		lock, err := lockfile.Wait(ctx, f.sharedLock(), f.clock.Now())
		if err != nil {
			return err
		}
		defer func() { _ = lock.Unlock() }() // its file, should it resist, locks nothing
	}
	var layers []*layer
	if f.layered() {
		if layers, err = f.addLayers(); err != nil {
			return err
		}
	}
	moves := f.fileMoves()
	for _, y := range layers {
		m, err := f.stage(y.output.work+manifestName, filepath.Join(y.folder, manifestName), y.manifest.content)
		if err != nil {
			return err
		}
		moves = append(moves, m)
	}
	s, err := f.readState()
	if err != nil {
		return err
	}
	// With files of their own all inputs' runs end at once, lest one of them adds its rows again.
	noted := s.advance(f.keptLogs(), f.layered())
	if noted {
		m, err := f.stage(filepath.Join(f.work, stateName), filepath.Join(f.path, stateName), s.content)
		if err != nil {
			return err
		}
		moves = append(moves, m)
	}
	made, err := f.makeParents(moves)
	if err == nil {
		err = f.replace(moves)
	}
	if err != nil {
		f.unmake(made)
		return err
	}
	f.noted = noted
	for _, y := range layers {
		f.removeLayers(y.folder, y.gone, f.format)
	}
	return nil
}

// stage writes a file that is to be moved.
func (f *Folder) stage(work, to string, content func() ([]byte, error)) (*move, error) {
	text, err := content()
	if err != nil {
		return nil, err
	}
	if err := f.writeFile(work, text); err != nil {
		return nil, writeError(to, err)
	}
	return &move{from: work, to: to}, nil
}

// reachedSomething says whether the runs change the state file.
func (f *Folder) reachedSomething() bool {
	for _, l := range f.keptLogs() {
		for key := range l.coming {
			if key != "" {
				return true
			}
		}
	}
	return false
}

// makeParents makes the folders that files are moved to, and returns those that were not there.
func (f *Folder) makeParents(moves []*move) (made []string, err error) {
	var missing func(dir string) error
	missing = func(dir string) error {
		if len(dir) <= len(f.path) {
			return nil
		}
		if _, err := f.fs.Stat(dir); err == nil {
			return nil // what is no folder is said by the move
		}
		if err := missing(filepath.Dir(dir)); err != nil {
			return err
		}
		switch err := f.fs.Mkdir(dir); {
		case err == nil:
			made = append(made, dir)
		case !errors.Is(err, fs.ErrExist):
			return writeError("the folder "+dir, err)
		}
		return nil
	}
	for _, m := range moves {
		if err := missing(filepath.Dir(m.to)); err != nil {
			return made, err
		}
	}
	return made, nil
}

// unmake removes empty folders that were made, the last first.
func (f *Folder) unmake(made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		_ = f.fs.Remove(made[i]) // somebody's, if anything is in it
	}
}
