package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/igsource/igsource/cmd/igsource/keboola"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// readKeboola makes a run file of a Keboola configuration: its queries, its accounts, and csv files with
// manifests in out/tables beside it.
func readKeboola(path string, text []byte) (*runFile, error) {
	c, err := keboola.Parse(text)
	if err != nil {
		return nil, plugin.Userf("%s: %w", path, err)
	}
	file := &runFile{sink: sinkSpec{
		format: "csv", path: filepath.Join(filepath.Dir(path), "out", "tables"),
		parent: true, incremental: true, whole: []string{keboola.AccountsTable},
	}}
	queries := sourceSpec{plugin: "instagram", line: 1, properties: c.Properties(), idle: c.Queries() == 0}
	token := queries.properties["accessToken"]
	accounts := sourceSpec{name: keboola.SourceName, own: func() plugin.Source {
		return c.Source(queries.properties["accessToken"] != token) // --set may have given another
	}}
	file.sources = []sourceSpec{queries, accounts}
	return file, nil
}

// reading keeps the sources that are read.
func (f *runFile) reading(s sourceSpec) bool { return !s.idle }

// connecting keeps the sources that call the service.
func (f *runFile) connecting(s sourceSpec) bool { return s.own == nil }

// inParent is a sink whose folder stands in one that may have to be made too.
type inParent struct {
	plugin.Sink
	folder string
	made   bool
}

// newInParent returns a sink that makes folder where it is missing.
func newInParent(behind plugin.Sink, folder string) plugin.Sink {
	return keepingThrough(&inParent{Sink: behind, folder: folder}, behind)
}

// Begin implements plugin.Sink.
func (s *inParent) Begin(ctx context.Context, tables []schema.Table) error {
	switch err := os.Mkdir(s.folder, 0o777); {
	case err == nil:
		s.made = true
	case !errors.Is(err, fs.ErrExist):
		return plugin.Userf("the folder %s cannot be made: %w: make it, or name another with --out", s.folder, bare(err))
	}
	return s.Sink.Begin(ctx, tables)
}

// Finish implements plugin.Sink.
func (s *inParent) Finish(ctx context.Context, ok bool) error {
	err := s.Sink.Finish(ctx, ok)
	if s.made && (!ok || err != nil) {
		_ = os.Remove(s.folder) // stays if anything is in it
	}
	return err
}

// WorkDir implements plugin.WorkPlacer.
func (s *inParent) WorkDir() string { return workDir(s.Sink) }
