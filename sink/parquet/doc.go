// Package parquet writes tables as Parquet, <table>.parquet. Importing it makes the format parquet
// known to sink.Open, and brings arrow-go's Parquet and all it needs into the program.
//
//	to := parquet.New("out")
//	report, err := plugin.Run(ctx, sources, to, plugin.RunOptions{})
//
// Files are zstd-compressed, with statistics. The Arrow schema lies in the file, so that Arrow readers
// get the types and the metadata back: the table's name and key, as schema.FromArrow reads them, but for
// the elements of lists, which Parquet calls element. The table's name is a key-value pair of the file
// as well, igsource.table.
//
// A row group holds up to 32,768 rows and about 4 MiB before compression, cut by the rows alone: the
// same rows give the same bytes, and no more than a row group is in memory. The rows reach arrow-go over
// the same memory, through arrowbridge.
package parquet
