package metrics

import "slices"

// A Kind is the part of a Choice that a Problem lies in. The caller knows what its users call it.
type Kind string

// The parts of a Choice.
const (
	KindMetrics   Kind = "metrics"
	KindPeriod    Kind = "period"
	KindBreakdown Kind = "breakdown"
	KindTimeframe Kind = "timeframe"
	KindRange     Kind = "range"
	KindLogin     Kind = "login"
	// KindProductTypes is never that of a Problem, which lies in the metric; it stands among Open.
	KindProductTypes Kind = "product_types"
)

// A Choice is what a user asks for. Repeated metrics and dimensions count once.
type Choice struct {
	Object  Object
	Metrics []string
	// Period is not judged when empty, as is Login.
	Period    Period
	Breakdown []string
	// Timeframe counts for demographic metrics alone, and is not judged when empty.
	Timeframe string
	// Range asks for one value over the whole range of dates instead of one a day. It counts for dated
	// periods alone.
	Range bool
	// Login is facebook or instagram.
	Login string
	// ProductTypes are the media_product_types of the media read, and any when empty. They count for media
	// alone; those that no metric is known of play no part.
	ProductTypes []string
	// Open are the parts that are not known yet: nothing is judged that hangs on them.
	Open []Kind
}

// ranged says whether c asks for totals over a range.
func (c Choice) ranged() bool { return c.Range && c.Period.Dated() && !c.open(KindRange) }

func (c Choice) open(k Kind) bool { return slices.Contains(c.Open, k) }

// dimensions returns the breakdown without repeats.
func (c Choice) dimensions() []string { return unique(c.Breakdown) }

// Fitting returns the names of the metrics that could stand in c: current, of its object, with its
// period, dimensions, range, login and one of its product types. They are in catalogue order.
func (c Choice) Fitting() []string {
	var names []string
	for _, m := range All(c.Object) {
		if m.Status == Current && c.fits(m) {
			names = append(names, m.Name)
		}
	}
	return names
}

// fits says whether a current metric can stand in c by its own properties.
func (c Choice) fits(m Metric) bool {
	dims := c.dimensions()
	return c.fitsPeriod(m) && c.fitsLogin(m) && c.fitsRange(m) && c.fitsProductTypes(m) &&
		(c.open(KindBreakdown) || m.Takes(dims...) && (!m.BreakdownRequired || len(dims) > 0))
}

func (c Choice) fitsPeriod(m Metric) bool {
	return c.Period == "" || c.open(KindPeriod) || slices.Contains(m.Periods, c.Period)
}

func (c Choice) fitsLogin(m Metric) bool {
	return m.Login == "" || c.Login == "" || c.open(KindLogin) || m.Login == c.Login
}

func (c Choice) fitsRange(m Metric) bool { return !c.ranged() || m.Has(TotalValue) }

// unique returns s without repeats, in order.
func unique[T comparable](s []T) []T {
	var u []T
	for _, v := range s {
		if !slices.Contains(u, v) {
			u = append(u, v)
		}
	}
	return u
}
