// Package cell writes the values of Arrow columns as text, by appending to a byte slice: what the csv
// and jsonl sinks share. JSON and Plain take a column once and give a function that appends the value of
// a row; nothing is allocated for a cell.
//
//	appendCell, err := cell.JSON(column)
//	line = appendCell(line, row)
//
// The functions may be called from several goroutines at once; each result is for one.
package cell
