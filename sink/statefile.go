package sink

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/igsource/igsource/plugin"
)

// stateName is the file that keeps, beside the files, what finished runs have reached.
const stateName = "_state.json"

// stateVersion is the version of its layout.
const stateVersion = 1

// A stateFile is the content of _state.json.
type stateFile struct {
	Version int `json:"version"`
	// Inputs are the inputs by name.
	Inputs map[string]inputState `json:"inputs"`
}

type inputState struct {
	// Run is the ID of the last run that was noted here, and Reached what all runs have.
	Run     string                     `json:"run,omitempty"`
	Reached map[string]json.RawMessage `json:"reached"`
}

// readState reads the state file; one that is not there says nothing.
func (f *Folder) readState() (stateFile, error) {
	s := stateFile{Version: stateVersion, Inputs: map[string]inputState{}}
	path := filepath.Join(f.path, stateName)
	text, err := f.readWhole(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, plugin.Userf("%s cannot be read: %w: make it readable, or write to another folder", path, bare(err))
	}
	s.Version = 0
	if err := json.Unmarshal(text, &s); err != nil {
		return s, plugin.Userf("%s is damaged (%w): restore it, or delete it to begin anew", path, err)
	}
	if s.Version != stateVersion {
		return s, plugin.Userf("%s is of version %d, this program knows %d: use a newer program, or write to another folder", path, s.Version, stateVersion)
	}
	if s.Inputs == nil {
		s.Inputs = map[string]inputState{}
	}
	for name, in := range s.Inputs {
		for key, value := range in.Reached {
			var tight bytes.Buffer // it is indented in the file
			if err := json.Compact(&tight, value); err != nil {
				return s, plugin.Userf("%s is damaged (%s, %s: %w): restore it, or delete it to begin anew", path, name, key, err)
			}
			in.Reached[key] = tight.Bytes()
		}
	}
	return s, nil
}

func (f *Folder) readWhole(path string) ([]byte, error) {
	r, err := f.fs.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	return text, errors.Join(err, r.Close())
}

// advance notes in s that the runs of logs have finished and what they have reached, and says whether that
// changes it. Runs that reached nothing are noted with all.
func (s stateFile) advance(logs []*keptLog, all bool) (changed bool) {
	for _, l := range logs {
		in := s.Inputs[l.run.Input]
		reached := maps.Clone(l.coming)
		delete(reached, "") // the runner's own says nothing of a run that has ended
		if len(reached) == 0 && !all {
			continue
		}
		if in.Reached == nil {
			in.Reached = map[string]json.RawMessage{}
		}
		maps.Copy(in.Reached, reached)
		in.Run = l.run.ID
		s.Inputs[l.run.Input] = in
		changed = true
	}
	return changed
}

// content is s as it stands in the file.
func (s stateFile) content() ([]byte, error) { return indented(s) }

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// names are the inputs of which something is kept, sorted.
func (s stateFile) names() []string { return slices.Sorted(maps.Keys(s.Inputs)) }

// unreadable says that what an unfinished run left cannot be read.
func (f *Folder) unreadable(name string, err error) error {
	return &plugin.UserError{Err: fmt.Errorf("what the unfinished run of %q has left in %s cannot be read: %w", name, f.path, bare(err))}
}
