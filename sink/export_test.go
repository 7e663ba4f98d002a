package sink

import (
	"context"
	"io/fs"
)

// KillAt has f call kill before its step number at on the disk, and before every step where at is 0; of what
// it is about to write then, half is written.
func KillAt(f *Folder, at int, kill func()) { f.fs = &killing{at: at, kill: kill} }

// Unsynced spares f the waiting for the disk, for tests that are about something else.
func Unsynced(f *Folder) { f.fs = &faulty{} }

type killing struct {
	system
	at, steps int
	kill      func()
}

func (k *killing) next() bool {
	k.steps++
	return k.at == 0 || k.steps == k.at
}

func (k *killing) step() {
	if k.next() {
		k.kill()
	}
}

func (k *killing) Mkdir(name string) error { k.step(); return k.system.Mkdir(name) }
func (k *killing) MkdirTemp(dir, pattern string) (string, error) {
	k.step()
	return k.system.MkdirTemp(dir, pattern)
}
func (k *killing) Rename(from, to string) error { k.step(); return k.system.Rename(from, to) }
func (k *killing) Link(from, to string) error   { k.step(); return k.system.Link(from, to) }
func (k *killing) Remove(name string) error     { k.step(); return k.system.Remove(name) }
func (k *killing) RemoveAll(name string) error  { k.step(); return k.system.RemoveAll(name) }

func (k *killing) Create(name string) (file, error) {
	k.step()
	f, err := k.system.Create(name)
	return killingFile{f, k}, err
}

func (k *killing) Extend(name string, size int64) (file, error) {
	k.step()
	f, err := k.system.Extend(name, size)
	return killingFile{f, k}, err
}

func (k *killing) ReadDir(name string) ([]fs.DirEntry, error) { return k.system.ReadDir(name) }

type killingFile struct {
	file
	k *killing
}

func (f killingFile) Write(p []byte) (int, error) {
	if !f.k.next() {
		return f.file.Write(p)
	}
	half := len(p) / 2
	n, err := f.file.Write(p[:half])
	if err != nil {
		return n, err
	}
	f.k.kill()
	n, err = f.file.Write(p[half:])
	return half + n, err
}

// CompactFailing is Compact on a disk whose operations fail as fail says, with little memory. It returns the
// operations too.
func CompactFailing(ctx context.Context, dir string, opts CompactOptions, fail func(op, base string, n int) error) ([]Compacted, []string, error) {
	f := NewFolder(dir, Format{})
	disk := &faulty{fail: fail}
	f.fs, f.sort = disk, 500
	done, err := compact(ctx, f, opts)
	return done, disk.ops, err
}
