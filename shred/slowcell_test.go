package shred

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

var slowNumbers = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$`)

// slowCell is what a column makes of v.
func slowCell(dt arrow.DataType, form Form, v jsonTree) (any, error) {
	if v.kind == 'n' {
		return nil, nil
	}
	isBracket := v.kind == '{' || v.kind == '['
	number := v.text
	if v.kind != '0' && (v.kind != '"' || !slowNumbers.MatchString(number)) {
		number = ""
	}
	switch dt.ID() {
	case arrow.STRING:
		if form == FormJSON || form == FormLoose && isBracket {
			return v.raw, nil
		}
		if isBracket {
			return nil, refuse("text")
		}
		return v.text, nil
	case arrow.INT64:
		exponent := number[strings.LastIndexAny(number, "eE")+1:]
		if exponent != number && len(strings.TrimLeft(exponent, "+-0")) > 5 {
			// big.Rat would take for ever: of such exponents only zero is an integer of 64 bits.
			if strings.Trim(number[:strings.IndexAny(number, "eE")], "-0.") == "" {
				return int64(0), nil
			}
			return nil, refuse("integer")
		}
		n, ok := new(big.Rat).SetString(number)
		if !ok || !n.IsInt() || !n.Num().IsInt64() {
			return nil, refuse("integer")
		}
		return n.Num().Int64(), nil
	case arrow.FLOAT64:
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, refuse("float")
		}
		return f, nil
	case arrow.TIMESTAMP:
		return slowTime(v)
	}
	panic("no such column")
}

var slowTimes = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([zZ]|[-+]\d\d:?\d\d)$`)

// slowTime is a timestamp in microseconds.
func slowTime(v jsonTree) (any, error) {
	if v.kind == '0' {
		n, err := slowCell(arrow.PrimitiveTypes.Int64, FormText, v)
		if err != nil {
			return nil, err
		}
		t := time.Unix(n.(int64), 0).UTC()
		if s := n.(int64); s < -1e12 || s > 1e12 || t.Year() < 0 || t.Year() > 9999 {
			return nil, refuse("time")
		}
		return t.UnixMicro(), nil
	}
	m := slowTimes.FindStringSubmatch(v.text)
	if v.kind != '"' || m == nil {
		return nil, refuse("time")
	}
	zone := strings.ToUpper(strings.ReplaceAll(m[4], ":", ""))
	if zone == "Z" {
		zone = "+0000"
	}
	if zone[1:3] > "23" || zone[3:] > "59" {
		return nil, refuse("time")
	}
	t, err := time.Parse("2006-01-02 15:04:05 -0700", m[1]+" "+m[2]+" "+zone)
	if err != nil {
		return nil, refuse("time")
	}
	micros := t.UnixMicro()
	if m[3] != "" {
		n, _ := strconv.Atoi((m[3] + "000000")[1:7])
		micros += int64(n)
	}
	return micros, nil
}

// plainCell is a param as cells have it.
func plainCell(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UnixMicro()
	}
	return v
}
