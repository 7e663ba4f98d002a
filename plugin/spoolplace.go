package plugin

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

const spoolSuffix = ".spool"

// A spoolPlace is the folder that the splits of an input are spooled in. Without keeps inputs share it, and it goes
// with the run.
type spoolPlace struct {
	dir    string
	tables []*runTable
	run    KeptRun
	// keeps says that what is spooled is left to the run that goes on with this one, and resumes that this one
	// goes on with another.
	keeps, resumes bool
	// settler is not nil where the sink may still lose what it was given: a spool is then needed a while longer.
	settler *settler
}

// path is that of the spool of a split. IDs may hold what no file system takes.
func (p *spoolPlace) path(split string) string {
	id := identify(KeptRun{Input: p.run.Input}, split, nil)
	return filepath.Join(p.dir, hex.EncodeToString(id[:12])+spoolSuffix)
}

// create makes a spool of split whose first frame follows after.
func (p *spoolPlace) create(split string, after Mark) (*spool, error) {
	var head []byte
	if p.keeps {
		if err := os.MkdirAll(p.dir, 0o700); err != nil {
			return nil, spoolError(err)
		}
		head = spoolHead(identify(p.run, split, p.tables), after)
	}
	return newSpool(p.path(split), p.tables, head)
}

// leftovers returns, by split, what an earlier part of the run has spooled behind the marks that it committed, and
// removes all other spools.
func (p *spoolPlace) leftovers(splits []Split, marks map[string]Mark) (map[string]leftover, error) {
	if !p.keeps {
		return nil, nil
	}
	entries, err := os.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, spoolError(err)
	}
	planned := make(map[string]string, len(splits))
	for _, s := range splits {
		planned[p.path(s.ID)] = s.ID
	}
	found := map[string]leftover{}
	for _, e := range entries {
		path := filepath.Join(p.dir, e.Name())
		if filepath.Ext(path) != spoolSuffix {
			continue
		}
		if id, ok := planned[path]; ok && p.resumes {
			left, ok, err := findLeftover(path, identify(p.run, id, p.tables), marks[id], p.tables)
			if err != nil {
				return nil, err
			}
			if ok {
				found[id] = left
				continue
			}
		}
		if err := os.Remove(path); err != nil {
			return nil, spoolError(err)
		}
	}
	return found, nil
}

// remove removes a spool of which everything was given to the sink, or is not wanted.
func (p *spoolPlace) remove(s *spool) error {
	if p.settler == nil {
		return s.remove()
	}
	p.settler.retire(s.path)
	return s.close()
}

// close removes the folder where nobody goes on with it.
func (p *spoolPlace) close(succeeded bool) error {
	if !p.keeps {
		return nil // it goes with the run's work folder
	}
	if !succeeded {
		_ = os.Remove(p.dir) // stays where something is in it
		return nil
	}
	if err := os.RemoveAll(p.dir); err != nil {
		return spoolError(err)
	}
	return nil
}

// spooled says whether something is left in the folder of an unfinished run.
func spooled(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) > 0
}
