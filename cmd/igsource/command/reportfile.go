package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/igsource/igsource/plugin"
)

// A reportFile is where the report of a run goes. Its place is made sure of before anything is read;
// the file itself appears, or is replaced, whole.
type reportFile struct {
	path string
	temp *os.File
	made string // the folder, where it was made for the report
}

// reserveReport makes sure that a report can be written to path. The folder must exist, unless it is out,
// which the run is about to make.
func reserveReport(path, out string) (*reportFile, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, plugin.Userf("--report %s is a folder: name a file", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, plugin.Userf("--report %s is no ordinary file, which could be replaced: name another", path)
	case err == nil:
		if path, err = filepath.EvalSymlinks(path); err != nil { // a link is to stay one
			return nil, plugin.Userf("--report %s cannot be written: %w: name another file", path, bare(err))
		}
	}
	r := &reportFile{path: path}
	folder := filepath.Dir(path)
	info, err = os.Stat(folder)
	switch {
	case err == nil && !info.IsDir():
		return nil, plugin.Userf("--report %s: %s is a file, not a folder", path, folder)
	case errors.Is(err, fs.ErrNotExist) && samePath(folder, out):
		if err := os.Mkdir(folder, 0o777); err != nil {
			return nil, plugin.Userf("the folder %s cannot be made: %w: give another with --out", out, bare(err))
		}
		r.made = folder
	case errors.Is(err, fs.ErrNotExist):
		return nil, plugin.Userf("--report %s: the folder %s does not exist: make it first, or name another", path, folder)
	}
	// Not os.CreateTemp, whose files nobody else may read.
	name := "." + filepath.Base(path) + "." + strconv.FormatUint(rand.Uint64(), 36)
	r.temp, err = os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		r.discard()
		return nil, plugin.Userf("--report %s cannot be written: %w: name another file", path, bare(err))
	}
	return r, nil
}

func samePath(a, b string) bool {
	a, errA := filepath.Abs(a)
	b, errB := filepath.Abs(b)
	return errA == nil && errB == nil && a == b
}

// write writes the report and puts it in place.
func (r *reportFile) write(sys *System, report *plugin.Report) error {
	defer r.discard()
	var text bytes.Buffer
	err := printJSON(&text, report)
	if err == nil {
		_, err = r.temp.Write(sys.scrubbed(text.Bytes()))
	}
	if err == nil {
		err = r.temp.Sync()
	}
	name := r.temp.Name()
	err = errors.Join(err, r.temp.Close())
	r.temp = nil
	if err == nil {
		if err = os.Rename(name, r.path); err == nil {
			return nil
		}
	}
	_ = os.Remove(name)
	return fmt.Errorf("the report %s cannot be written: %w", r.path, bare(err))
}

// discard removes what was made, unless the report stands there.
func (r *reportFile) discard() {
	if r.temp != nil {
		_ = r.temp.Close()
		_ = os.Remove(r.temp.Name())
		r.temp = nil
	}
	if r.made != "" {
		_ = os.Remove(r.made) // stays if anything is in it
	}
}
