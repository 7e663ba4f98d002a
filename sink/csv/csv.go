package csv

import (
	"slices"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

func init() {
	sink.Register("csv", func(o sink.Options) (plugin.Sink, error) {
		return New(o.Path, Options{Incremental: o.Incremental, Whole: o.Whole}), nil
	})
}

// Options are how the files are written.
type Options struct {
	// Incremental is what the manifests of tables with a key say under that name; those of tables without
	// one say false, because their rows could only be added a second time.
	Incremental bool
	// Whole names tables whose manifests say false all the same.
	Whole []string
}

// New returns a sink that writes into the folder path.
func New(path string, opts Options) *sink.Folder {
	layout := sink.Options{Incremental: opts.Incremental, Whole: opts.Whole}.FolderOptions()
	return sink.NewFolder(path, sink.Format{
		Extension:  "csv",
		Check:      cell.CheckTable,
		NewEncoder: NewEncoder,
		Beside: func(t schema.Table) ([]sink.BesideFile, error) {
			m, err := Manifest(t, opts.Incremental && !slices.Contains(opts.Whole, t.Name))
			return []sink.BesideFile{{Suffix: ".manifest", Content: m}}, err
		},
		Merging: &sink.Merging{Text: true, NewDecoder: newDecoder, NewEncoder: newRewriter},
	}, layout...)
}
