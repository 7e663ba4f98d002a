// Package cell writes the values of Arrow columns as text, by appending to a byte slice: what the csv
// and jsonl sinks share. For takes a column once and gives a function that appends the value of a row
// as JSON; nothing is allocated for a cell.
//
//	cell, err := cell.JSON(column)
//	line = cell(line, row)
package cell
