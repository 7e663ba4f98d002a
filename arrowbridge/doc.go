// Package arrowbridge gives our batches, which are records of Arrow v15, as record batches of arrow-go
// v18, over the same memory. No value is copied: what is made anew are the few small headers that say
// which bytes are which column.
//
//	batch, err := arrowbridge.Record(record)
//	if err != nil {
//		return err
//	}
//	defer batch.Release()
//
// # Who releases what
//
// What the package returns belongs to the caller, who releases it as any arrow-go value. It holds on to
// each buffer of the v15 value by itself, and lets go of it when the last v18 array that uses that
// buffer is released. So both sides are released on their own, in any order: the v15 record may go
// first, and of a v18 record one column may be kept while the rest is released, which frees the rest.
//
// The bytes are shared, so neither side may change them. An arrow-go function that tries to grow one of
// these buffers panics.
//
// # What it carries
//
// Every type of Arrow v15, nested to any depth, with field and schema metadata, nullability, slices
// and null counts, but no extension type: those would need a twin registered in arrow-go, and are
// refused by the name of their column. So is a schema of another byte order than the machine's.
//
// The functions may be called from several goroutines at once, and the values that they return are as
// safe as any of arrow-go's.
package arrowbridge
