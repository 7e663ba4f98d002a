package sink

import (
	"io"
	"io/fs"
	"os"
)

// fileSystem is what a Folder asks of the system; tests put a failing one in its place.
type fileSystem interface {
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	Mkdir(name string) error
	// MkdirTemp makes a new folder in dir, the last * of pattern replaced, and returns its path.
	MkdirTemp(dir, pattern string) (string, error)
	// Create makes a file that is not there yet.
	Create(name string) (file, error)
	// Extend opens a file to write on behind its first size bytes, and cuts off the rest. It makes a file
	// that is not there.
	Extend(name string, size int64) (file, error)
	Open(name string) (ReadFile, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	// Rename moves a file, over one that is there.
	Rename(from, to string) error
	Link(from, to string) error
	Remove(name string) error
	RemoveAll(name string) error
	// SyncFolder makes the names in a folder durable where the system can.
	SyncFolder(name string)
}

// A ReadFile is a file that is read, from anywhere in it.
type ReadFile interface {
	io.ReadCloser
	io.ReaderAt
	io.Seeker
}

type file interface {
	io.WriteCloser
	Sync() error
}

// system is the machine's own file system.
type system struct{}

func (system) Stat(name string) (fs.FileInfo, error)  { return os.Stat(name) }
func (system) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) }
func (system) Mkdir(name string) error                { return os.Mkdir(name, 0o777) }
func (system) MkdirTemp(dir, pattern string) (string, error) {
	return os.MkdirTemp(dir, pattern)
}

func (system) Create(name string) (file, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (system) Extend(name string, size int64) (file, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err = f.Truncate(size); err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (system) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

func (system) Open(name string) (ReadFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (system) Rename(from, to string) error { return rename(from, to) }
func (system) Link(from, to string) error   { return os.Link(from, to) }
func (system) Remove(name string) error     { return os.Remove(name) }
func (system) RemoveAll(name string) error  { return os.RemoveAll(name) }

// SyncFolder keeps quiet about a failure: many file systems, and Windows, cannot do it.
func (system) SyncFolder(name string) {
	if d, err := os.Open(name); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
