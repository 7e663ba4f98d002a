package plugin

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

	mu   sync.Mutex
	made map[string]int // by fileName: the number of the next one
}

func newSpoolPlace(dir, input string, tables []*runTable) *spoolPlace {
	return &spoolPlace{dir: dir, tables: tables, run: KeptRun{Input: input}, made: map[string]int{}}
}

// fileName is what the names of the files of a split begin with. IDs may hold what no file system takes.
func (p *spoolPlace) fileName(split string) string {
	id := identify(KeptRun{Input: p.run.Input}, split, nil)
	return hex.EncodeToString(id[:8])
}

// create makes a spool of split whose first frame follows after.
func (p *spoolPlace) create(split string, after Mark) (*spool, error) {
	name := p.fileName(split)
	p.mu.Lock()
	n := p.made[name]
	p.made[name]++
	p.mu.Unlock()
	var head []byte
	if p.keeps {
		if err := os.MkdirAll(p.dir, 0o700); err != nil {
			return nil, spoolError(err)
		}
		head = spoolHead(identify(p.run, split, p.tables), after)
	}
	return newSpool(filepath.Join(p.dir, fmt.Sprintf("%s.%d%s", name, n, spoolSuffix)), p.tables, head)
}

// leftovers returns, by split, what an earlier part of the run has spooled behind the marks that it committed, and
// removes all other files.
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
	split := make(map[string]string, len(splits))
	for _, s := range splits {
		split[p.fileName(s.ID)] = s.ID
	}
	found := map[string]leftover{}
	used := map[string]bool{}
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".")
		id, planned := split[name]
		if !p.resumes || !planned || !strings.HasSuffix(e.Name(), spoolSuffix) {
			continue
		}
		path := filepath.Join(p.dir, e.Name())
		left, ok, err := findLeftover(path, identify(p.run, id, p.tables), marks[id], p.tables)
		if err != nil {
			return nil, err
		}
		// Of several files of a split one begins where the target's mark is; more would be equal in what they hold.
		if before, twice := found[id]; ok && (!twice || left.frames > before.frames) {
			delete(used, before.path())
			found[id], used[path] = left, true
		}
	}
	for _, e := range entries {
		if path := filepath.Join(p.dir, e.Name()); !used[path] {
			if err := os.Remove(path); err != nil {
				return nil, spoolError(err)
			}
			continue
		}
		var n int
		name, _, _ := strings.Cut(e.Name(), ".")
		_, _ = fmt.Sscanf(e.Name(), name+".%d"+spoolSuffix, &n)
		p.made[name] = n + 1
	}
	return found, nil
}

func (l leftover) path() string {
	if l.spool == nil {
		return ""
	}
	return l.spool.path
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
