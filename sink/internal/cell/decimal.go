package cell

import "math/big"

// AppendDecimal appends v with its last scale digits behind the point: all digits, none rounded. Arrow's
// own text goes through a float and loses some.
func AppendDecimal(dst []byte, v *big.Int, scale int) []byte {
	if v.Sign() < 0 {
		dst = append(dst, '-')
	}
	start := len(dst)
	dst = new(big.Int).Abs(v).Append(dst, 10)
	if scale <= 0 {
		if v.Sign() != 0 {
			for range -scale {
				dst = append(dst, '0')
			}
		}
		return dst
	}
	for len(dst)-start <= scale { // at least one digit before the point
		dst = append(dst, 0)
		copy(dst[start+1:], dst[start:])
		dst[start] = '0'
	}
	point := len(dst) - scale
	dst = append(dst, 0)
	copy(dst[point+1:], dst[point:])
	dst[point] = '.'
	return dst
}
