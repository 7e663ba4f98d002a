package graphtest

// mix is the finaliser of splitmix64: cheap, and good enough that neighbouring days look unrelated.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// mixText folds a text into h.
func mixText(h uint64, text string) uint64 {
	const prime = 0x100000001b3
	f := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		f = (f ^ uint64(text[i])) * prime
	}
	return mix(h ^ f)
}

// digits returns n decimal digits drawn from h.
func digits(h uint64, n int) string {
	b := make([]byte, n)
	for i := range b {
		h = mix(h)
		b[i] = '0' + byte(h%10)
	}
	return string(b)
}

// letters returns n letters and digits drawn from h, as tokens and trace ids are made of.
func letters(h uint64, n int) string {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		h = mix(h)
		b[i] = set[h%uint64(len(set))]
	}
	return string(b)
}
