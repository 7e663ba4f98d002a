package plugin

// An Incremental is a Source whose properties may ask for what is new since earlier runs alone. While Incremental is
// true, its rows are to be merged by key into those that are there, and do not replace them. It answers the same
// each time.
type Incremental interface {
	Incremental() bool
}
