package metrics

// A Group is metrics that one request can ask for.
type Group struct {
	Metrics []string
	Period  Period
	// Type is empty for media, whose requests have no metric_type.
	Type      Type
	Breakdown []string
	// Timeframe is set for demographic metrics alone.
	Timeframe string
	// ReachDays is how far back the API answers these metrics, in days; 0: no limit is known. They may
	// be asked for together with other time series of the Choice in a window that lies within it.
	ReachDays int
}

// Groups returns the fewest requests that cover c, in order of their first metric. A metric that comes
// both ways is read as a time series, or as a total where a breakdown or a range asks for it. Metrics
// that the catalogue does not have, or not any more, are left out: Problems names them.
func (c Choice) Groups() []Group {
	var (
		groups []Group
		dims   = c.dimensions()
		// separate counts metrics that share a request with none.
		separate int
	)
	type key struct {
		t        Type
		reach    int
		frame    string
		separate int
	}
	at := make(map[key]int)
	for _, name := range unique(c.Metrics) {
		m, ok := Lookup(c.Object, name)
		if !ok || m.Status != Current {
			continue
		}
		k := key{t: c.typeOf(m)}
		if k.t == TimeSeries {
			k.reach = m.ReachDays
		}
		if m.Demographic {
			k.frame = c.Timeframe
		}
		if m.apart() {
			separate++
			k.separate = separate
		}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			g := Group{Period: c.Period, Type: k.t, Timeframe: k.frame, ReachDays: k.reach}
			if c.Object == Media {
				g.Period = Lifetime
			}
			if k.t != TimeSeries {
				g.Breakdown = dims
			}
			groups = append(groups, g)
		}
		groups[i].Metrics = append(groups[i].Metrics, name)
	}
	return groups
}

// typeOf returns the way m is read for c.
func (c Choice) typeOf(m Metric) Type {
	switch {
	case len(m.Types) == 0:
		return ""
	case m.Has(TotalValue) && (len(c.Breakdown) > 0 || c.ranged()):
		return TotalValue
	case m.Has(TimeSeries):
		return TimeSeries
	default:
		return TotalValue
	}
}
