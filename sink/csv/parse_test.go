package csv_test

import "fmt"

// parse reads a file as its contract has it, which Go's own reader cannot: an empty field is nil, an
// empty string in quotes is not.
func parse(text string) ([][]*string, error) {
	var rows [][]*string
	var row []*string
	for i := 0; i < len(text); {
		var field *string
		if text[i] == '"' {
			value, next, err := parseQuoted(text, i+1)
			if err != nil {
				return nil, err
			}
			field, i = &value, next
		} else {
			start := i
			for i < len(text) && text[i] != ',' && text[i] != '\n' {
				if text[i] == '"' || text[i] == '\r' {
					return nil, fmt.Errorf("byte %d: %q in a field without quotes", i, text[i])
				}
				i++
			}
			if value := text[start:i]; value != "" {
				field = &value
			}
		}
		row = append(row, field)
		switch {
		case i == len(text):
			return nil, fmt.Errorf("the last line has no end")
		case text[i] == '\n':
			rows, row = append(rows, row), nil
		case text[i] != ',':
			return nil, fmt.Errorf("byte %d: %q after a quote", i, text[i])
		case i+1 < len(text) && text[i+1] == '\n': // an empty field at the end of a line
			rows, row = append(rows, append(row, nil)), nil
			i++
		}
		i++
	}
	return rows, nil
}

func parseQuoted(text string, i int) (value string, next int, err error) {
	var b []byte
	for ; i < len(text); i++ {
		if text[i] != '"' {
			b = append(b, text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b = append(b, '"')
			i++
			continue
		}
		return string(b), i + 1, nil
	}
	return "", 0, fmt.Errorf("a quote is not closed")
}
