package plugin

// SetKeyProofLimit sets how many rows are proved in memory and returns what sets it back.
func SetKeyProofLimit(n int) (restore func()) {
	old := keyProofLimit
	keyProofLimit = n
	return func() { keyProofLimit = old }
}
