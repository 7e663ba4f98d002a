package csv

import (
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

func init() {
	sink.Register("csv", func(o sink.Options) (plugin.Sink, error) {
		return New(o.Path, Options{Incremental: o.Incremental}), nil
	})
}

// Options are how the files are written.
type Options struct {
	// Incremental is what the manifests say under that name.
	Incremental bool
}

// New returns a sink that writes into the folder path.
func New(path string, opts Options) *sink.Folder {
	return sink.NewFolder(path, sink.Format{
		Extension:  "csv",
		Check:      cell.CheckTable,
		NewEncoder: NewEncoder,
		Beside: func(t schema.Table) ([]sink.BesideFile, error) {
			m, err := Manifest(t, opts.Incremental)
			return []sink.BesideFile{{Suffix: ".manifest", Content: m}}, err
		},
	})
}
