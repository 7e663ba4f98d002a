package sink

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// A faulty file system is the real one, but for the operation that it is told to fail.
type faulty struct {
	system
	// fail is asked before each operation, with its name, the base name of the file and how many
	// operations there were before; an error is what the operation gives.
	fail func(op, base string, n int) error
	ops  []string
	open int
}

func (f *faulty) at(op, name string) error {
	f.ops = append(f.ops, op+" "+filepath.Base(name))
	if f.fail == nil {
		return nil
	}
	return f.fail(op, filepath.Base(name), len(f.ops)-1)
}

func (f *faulty) Stat(name string) (fs.FileInfo, error) {
	if err := f.at("stat", name); err != nil {
		return nil, err
	}
	return f.system.Stat(name)
}

func (f *faulty) Lstat(name string) (fs.FileInfo, error) {
	if err := f.at("lstat", name); err != nil {
		return nil, err
	}
	return f.system.Lstat(name)
}

func (f *faulty) Mkdir(name string) error {
	if err := f.at("mkdir", name); err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	return f.system.Mkdir(name)
}

func (f *faulty) MkdirTemp(dir, pattern string) (string, error) {
	if err := f.at("mkdirtemp", dir); err != nil {
		return "", &fs.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	return f.system.MkdirTemp(dir, pattern)
}

func (f *faulty) Create(name string) (file, error) {
	if err := f.at("create", name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	inner, err := f.system.Create(name)
	if err != nil {
		return nil, err
	}
	f.open++
	return &faultyFile{f, inner, name}, nil
}

func (f *faulty) Extend(name string, size int64) (file, error) {
	if err := f.at("extend", name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	inner, err := f.system.Extend(name, size)
	if err != nil {
		return nil, err
	}
	f.open++
	return &faultyFile{f, inner, name}, nil
}

func (f *faulty) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.at("readdir", name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return f.system.ReadDir(name)
}

func (f *faulty) Open(name string) (ReadFile, error) {
	if err := f.at("open", name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return f.system.Open(name)
}

func (f *faulty) Rename(from, to string) error {
	if err := f.at("rename", to); err != nil {
		return err
	}
	return f.system.Rename(from, to)
}

func (f *faulty) Link(from, to string) error {
	if err := f.at("link", to); err != nil {
		return err
	}
	return f.system.Link(from, to)
}

// Remove and RemoveAll do not fail on their own account: a disk that is full can be cleared.
func (f *faulty) Remove(name string) error    { return f.system.Remove(name) }
func (f *faulty) RemoveAll(name string) error { return f.system.RemoveAll(name) }

func (f *faulty) SyncFolder(string) {}

type faultyFile struct {
	fs    *faulty
	inner file
	name  string
}

// Write writes half of what it is given before it fails, as a full disk does.
func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.fs.at("write", f.name); err != nil {
		n, _ := f.inner.Write(p[:len(p)/2])
		return n, &fs.PathError{Op: "write", Path: f.name, Err: err}
	}
	return f.inner.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.fs.at("sync", f.name); err != nil {
		return &fs.PathError{Op: "sync", Path: f.name, Err: err}
	}
	return nil // the disk itself is not what is tested
}

func (f *faultyFile) Close() error {
	f.fs.open--
	err := f.inner.Close()
	if e := f.fs.at("close", f.name); e != nil {
		return &fs.PathError{Op: "close", Path: f.name, Err: e}
	}
	return err
}

var errBroken = errors.New("input/output error")

// on fails the operations called op on files whose base name ends with suffix.
func on(op, suffix string, err error) func(string, string, int) error {
	return func(o, base string, _ int) error {
		if o == op && strings.HasSuffix(base, suffix) {
			return err
		}
		return nil
	}
}
