package graphtest

import (
	"slices"
	"strings"
)

// topTuples is how many tuples a demographic comes with at most (facts §3.3).
const topTuples = 45

var (
	ages      = []string{"25-34", "18-24", "35-44", "45-54", "13-17", "55-64", "65+"}
	genders   = []string{"F", "M", "U"}
	countries = strings.Fields("US BR IN GB DE FR JP MX ES IT CA AU NL SE PT AR CO CL PE TR PL UA RO GR CZ HU AT CH BE DK NO FI IE IL AE SA EG MA NG KE ZA ID MY SG TH VN PH KR TW NZ LK PK")
	cities    = []string{
		"London, England", "São Paulo, São Paulo (state)", "Mumbai, Maharashtra", "New York, New York", "Los Angeles, California",
		"Berlin, Berlin", "München, Bayern", "Paris, Île-de-France", "Lyon, Auvergne-Rhône-Alpes", "Tokyo, Tokyo", "Osaka, Osaka",
		"Mexico City, Distrito Federal", "Guadalajara, Jalisco", "Madrid, Comunidad de Madrid", "Barcelona, Cataluña", "Roma, Lazio",
		"Milano, Lombardia", "Toronto, Ontario", "Montréal, Quebec", "Sydney, New South Wales", "Melbourne, Victoria",
		"Amsterdam, Noord-Holland", "Stockholm, Stockholms län", "Lisboa, Lisboa", "Porto, Porto", "Buenos Aires, Ciudad Autónoma de Buenos Aires",
		"Bogotá, Distrito Especial", "Santiago, Santiago Metropolitan Region", "Lima, Lima Region", "Istanbul, İstanbul", "Warsaw, Masovian Voivodeship",
		"Kyiv, Kyiv", "Bucharest, Bucharest", "Athens, Attica (region)", "Prague, Prague", "Budapest, Budapest", "Vienna, Vienna", "Zürich, Zürich",
		"Brussels, Brussels", "København, Region Hovedstaden", "Oslo, Oslo", "Helsinki, Uusimaa", "Dublin, Leinster", "Tel Aviv, Tel Aviv District",
		"Dubai, Dubai", "Cairo, Cairo Governorate", "Casablanca, Grand Casablanca", "Lagos, Lagos State", "Nairobi, Nairobi", "Cape Town, Western Cape",
	}
)

// frameDays says how many days a timeframe covers, which only makes the figures of one larger than
// another's.
var frameDays = map[string]int64{"last_14_days": 14, "last_30_days": 30, "last_90_days": 90, "prev_month": 31, "this_month": 30, "this_week": 7}

// defaultFrame is answered when no timeframe was asked for; nothing says what the API takes then.
const defaultFrame = "this_month"

// Demographics returns the tuples of a demographic metric over a timeframe ("" for none asked), the
// largest 45 of them (facts §3.3), without the timeframe dimension that the answer may lead with. It is
// false when the API gives none.
func (w *World) Demographics(account, metric, timeframe string, dims ...string) ([]Tuple, bool) {
	a, m := w.byID[account], metricByName[metric]
	if a == nil || m == nil || !m.demographic() || len(dims) == 0 {
		return nil, false
	}
	for _, d := range dims {
		if !contains(m.breakdowns, d) {
			return nil, false
		}
	}
	if timeframe != "" && !contains(m.timeframes, timeframe) {
		return nil, false
	}
	return w.demographics(a, m, timeframe, dims)
}

func (w *World) demographics(a *Account, m *metric, timeframe string, dims []string) ([]Tuple, bool) {
	if a.tooFew() || a.absent[m.name] {
		return nil, false
	}
	if timeframe == "" {
		timeframe = defaultFrame
	}
	whole := min(a.Followers, 100_000_000) * m.perMille / 1000
	if m.name != "follower_demographics" { // who follows does not depend on how far one looks back
		whole = whole * (30 + frameDays[timeframe]) / 120
	}
	out := []Tuple{{Value: whole}}
	for _, d := range dims {
		out = split(out, d, mix(a.hash^m.index<<32))
	}
	if a.Figures != nil {
		for i := range out {
			out[i].Value = a.Figures(m.name, 0, out[i].Dimensions...)
		}
	}
	out = slices.DeleteFunc(out, func(t Tuple) bool { return t.Value == 0 })
	slices.SortStableFunc(out, func(x, y Tuple) int {
		if x.Value != y.Value {
			return int(min(max(y.Value-x.Value, -1), 1))
		}
		return slices.Compare(x.Dimensions, y.Dimensions)
	})
	return out[:min(len(out), topTuples)], true
}

// split divides every tuple among the values of one more dimension, the first ones getting the most, in
// an order that differs from account to account.
func split(tuples []Tuple, dim string, seed uint64) []Tuple {
	values := map[string][]string{byAge: ages, byGender: genders, byCountry: countries, byCity: cities}[dim]
	weights, sum := make([]int64, len(values)), int64(0)
	for i := range values {
		rank := (uint64(i) + mix(seed)%3) % uint64(len(values))
		weights[i] = int64(10_000/(rank+2)) + int64(mix(seed+rank)%200)
		sum += weights[i]
	}
	out := make([]Tuple, 0, len(tuples)*len(values))
	for _, t := range tuples {
		for i, v := range values {
			out = append(out, Tuple{
				Dimensions: append(slices.Clone(t.Dimensions), v),
				Value:      t.Value * weights[i] / sum,
			})
		}
	}
	return out
}
