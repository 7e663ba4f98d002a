// Package lockfile keeps two runs of one input out of one target on a disk: a lock on a file that says who
// holds it. The system lets go of the lock when a process ends, however that happens, so that a file which a
// killed run left behind locks nothing.
package lockfile
