package sink

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// manifestName is the file in a table's folder that lists what is current.
const manifestName = "_manifest.json"

// manifestVersion is the version of its layout.
const manifestVersion = 1

// A Manifest lists the files that together are a table which runs add to: <table>/_manifest.json. Who reads
// the table reads all of them; of several rows with one key, equal nulls being equal, the one in the last file
// of the list counts. A file that is not listed is not part of the table.
type Manifest struct {
	Version int    `json:"version"`
	Table   string `json:"table"`
	// Format is the name of the files' format.
	Format string `json:"format"`
	// Key are the columns of the table's key. Without one, all rows of all files count.
	Key []string `json:"key"`
	// Columns are those of all files, in the order in which they came; a file that lacks one has null there.
	Columns []ManifestColumn `json:"columns"`
	// Schema is the same for programs: an Arrow IPC stream without rows, in base64.
	Schema string `json:"schema"`
	// Files are in the order in which they were written.
	Files []ManifestFile `json:"files"`
}

// A ManifestColumn is a column of a table; Type is as Arrow writes it.
type ManifestColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
}

// A ManifestFile is what one run has written, or what Compact has made of several.
type ManifestFile struct {
	// Path is that of the file, from the manifest's folder on, with slashes.
	Path string `json:"path"`
	// Start is the logical start time of the run, or of the last of those that Runs counts.
	Start time.Time `json:"start"`
	Rows  int64     `json:"rows"`
	// Runs is how many runs' rows are in it: 1 unless Compact made it.
	Runs int `json:"runs"`
	// Inputs are the names of the run's inputs; none where Compact made the file.
	Inputs []string `json:"inputs,omitempty"`
	// IDs are those of the run, by its inputs; the file of an interrupted run that is gone on with replaces
	// the one that may already be listed.
	IDs []string `json:"ids,omitempty"`
}

// ReadManifest reads the manifest of a table in the folder dir that a sink has written to. The error is one of
// fs.ErrNotExist where the table has none.
func ReadManifest(dir, table string) (*Manifest, error) {
	return NewFolder(dir, Format{}).readManifest(FileName(table))
}

// readManifest reads the manifest in the table's folder, which is inside f's.
func (f *Folder) readManifest(folder string) (*Manifest, error) {
	path := filepath.Join(f.path, folder, manifestName)
	text, err := f.readWhole(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, plugin.Userf("%s cannot be read: %w: make it readable, or write to another folder", path, bare(err))
	}
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, plugin.Userf("%s is damaged (%w): restore it, or move the folder away to begin anew", path, err)
	}
	if m.Version != manifestVersion {
		return nil, plugin.Userf("%s is of version %d, this program knows %d: use a newer program, or write to another folder", path, m.Version, manifestVersion)
	}
	return m, nil
}

// content is m as it stands in the file.
func (m *Manifest) content() ([]byte, error) { return indented(m) }

// table is what all files of m are made of.
func (m *Manifest) table() (schema.Table, error) {
	text, err := base64.StdEncoding.DecodeString(m.Schema)
	if err != nil {
		return schema.Table{}, fmt.Errorf("the manifest of table %s holds no schema: %w", m.Table, err)
	}
	r, err := ipc.NewReader(bytes.NewReader(text))
	if err != nil {
		return schema.Table{}, fmt.Errorf("the manifest of table %s holds no schema: %w", m.Table, err)
	}
	defer r.Release()
	return schema.FromArrow(m.Table, r.Schema())
}

// describe puts t's columns and key into m.
func (m *Manifest) describe(t schema.Table) error {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(t.Arrow()))
	if err := w.Close(); err != nil {
		return err
	}
	m.Table, m.Key, m.Schema = t.Name, append([]string{}, t.Key...), base64.StdEncoding.EncodeToString(b.Bytes())
	m.Columns = nil
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, ManifestColumn{Name: c.Name, Type: c.Type.String(), Nullable: c.Nullable})
	}
	return nil
}

// union is what files of both tables are made of: the columns of a and then those that only b has. The error
// says why there is no such table.
func union(a, b schema.Table) (schema.Table, error) {
	if !slices.Equal(a.Key, b.Key) {
		return a, fmt.Errorf("its key is %q there and %q now", a.Key, b.Key)
	}
	all := schema.Table{Name: b.Name, Key: b.Key}
	for _, c := range a.Columns {
		now, i := b.Column(c.Name)
		switch {
		case i < 0:
			c.Nullable = true
		case !arrow.TypeEqual(c.Type, now.Type):
			return a, fmt.Errorf("column %s is %s there and %s now", c.Name, c.Type, now.Type)
		default:
			c.Nullable, c.Doc = c.Nullable || now.Nullable, now.Doc
		}
		all.Columns = append(all.Columns, c)
	}
	for _, c := range b.Columns {
		if _, i := a.Column(c.Name); i < 0 {
			c.Nullable = true
			all.Columns = append(all.Columns, c)
		}
	}
	return all, nil
}
