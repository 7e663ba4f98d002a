package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
)

// A layer is the file that an incremental run adds to a table.
type layer struct {
	output   *output
	folder   string // of the table
	manifest *Manifest
	gone     []ManifestFile // no longer listed
}

// layered says whether the run writes files of its own.
func (f *Folder) layered() bool { return f.incremental && f.kept && len(f.runs) > 0 }

// checkManifests refuses tables that do not go with what is there of them.
func (f *Folder) checkManifests() error {
	if !f.incremental {
		return nil
	}
	for _, o := range f.outputs {
		if _, err := f.nextManifest(o); err != nil {
			return err
		}
	}
	return nil
}

// nextManifest is the manifest of o's table with the columns of this run, and without its file.
func (f *Folder) nextManifest(o *output) (*Manifest, error) {
	m, err := f.readManifest(FileName(o.table.Name))
	if errors.Is(err, fs.ErrNotExist) {
		m = &Manifest{Version: manifestVersion, Format: f.format.Extension, Files: []ManifestFile{}}
		return m, m.describe(o.table)
	}
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(f.path, FileName(o.table.Name))
	if slices.Contains(f.whole, o.table.Name) {
		m.Format = f.format.Extension
		return m, m.describe(o.table) // nothing of what is there stays
	}
	if m.Format != f.format.Extension {
		return nil, plugin.Userf("%s holds table %s as %s: go on with that format, or write to another folder", folder, m.Table, m.Format)
	}
	before, err := m.table()
	if err != nil {
		return nil, plugin.Userf("%s cannot be read: %w", filepath.Join(folder, manifestName), err)
	}
	all, err := union(before, o.table)
	if err == nil && m.Table != o.table.Name {
		err = fmt.Errorf("it is called %s there", m.Table)
	}
	if err != nil {
		return nil, plugin.Userf("table %s does not go with what earlier runs wrote to %s: %w: move that away, or write to another folder", o.table.Name, folder, err)
	}
	return m, m.describe(all)
}

// addLayers gives the outputs their places, and lists them.
func (f *Folder) addLayers() ([]*layer, error) {
	var names, ids []string
	for i, l := range f.keptLogs() {
		names, ids = append(names, f.runs[i].Input), append(ids, l.run.ID)
	}
	start := f.runs[0].Start.UTC()
	layers := make([]*layer, 0, len(f.outputs))
	for _, o := range f.outputs {
		m, err := f.nextManifest(o)
		if err != nil {
			return nil, err
		}
		y := &layer{output: o, folder: filepath.Join(f.path, FileName(o.table.Name)), manifest: m}
		file := ManifestFile{Start: start, Rows: o.rows, Runs: 1, Inputs: names, IDs: ids}
		if i := slices.IndexFunc(m.Files, func(e ManifestFile) bool { return slices.Equal(e.IDs, ids) }); i >= 0 {
			file.Path = m.Files[i].Path
			m.Files = slices.Delete(m.Files, i, i+1)
		} else {
			file.Path = m.freePath("run="+runName(start), f.format)
		}
		if slices.Contains(f.whole, o.table.Name) {
			y.gone, m.Files = m.Files, nil
		}
		m.Files = append(m.Files, file)
		o.target = filepath.Join(y.folder, filepath.FromSlash(file.Path))
		layers = append(layers, y)
	}
	return layers, nil
}

// runName is a start time as part of a path: no file system minds it.
func runName(start time.Time) string { return start.UTC().Format("20060102T150405.999999Z") }

// freePath is the path of a part in the folder called name, or name-2 and so on where that is listed.
func (m *Manifest) freePath(name string, format Format) string {
	for n := 1; ; n++ {
		folder := name
		if n > 1 {
			folder = fmt.Sprintf("%s-%d", name, n)
		}
		file := path.Join(folder, "part."+format.Extension)
		if !slices.ContainsFunc(m.Files, func(e ManifestFile) bool { return e.Path == file }) {
			return file
		}
	}
}

// removeLayers removes files that are no longer listed. What resists is part of nothing.
func (f *Folder) removeLayers(table string, gone []ManifestFile, format Format) {
	for _, g := range gone {
		f.removeLayer(filepath.Join(table, filepath.FromSlash(path.Dir(g.Path))), format)
	}
}

// removeLayer removes the folder of a part, if nothing of somebody else's is in it.
func (f *Folder) removeLayer(dir string, format Format) {
	entries, err := f.fs.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), "part."+format.Extension) {
			_ = f.fs.Remove(filepath.Join(dir, e.Name()))
		}
	}
	_ = f.fs.Remove(dir)
}
