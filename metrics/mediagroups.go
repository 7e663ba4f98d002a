package metrics

// MediaGroups are the requests that cover a Choice of media metrics: which of them a media gets depends on
// its product type.
type MediaGroups struct {
	// Metrics are all that the requests can ask for or a type lacks: the current ones of the Choice, in
	// its order.
	Metrics []string
	// Common are the metrics that every product type of the Choice has, without those that fail the
	// request of a media they do not suit. It can be asked for of a media whose type is not known yet. It
	// has no metrics when the types have none in common.
	Common Group
	// Types are the product types of the Choice, in catalogue order.
	Types []TypeGroups
}

// TypeGroups are the requests that media of one product type need beside the common one.
type TypeGroups struct {
	ProductType string
	// Groups are the rest of what the type has: first all that one request can ask for, then each metric
	// that shares a request with none.
	Groups []Group
	// Lacks are the metrics of the Choice that the type does not have: nothing asks for them.
	Lacks []string
}

// MediaGroups returns the requests that cover c, a Choice of media metrics; accounts have no product type
// and so no such request. Metrics that the catalogue
// does not have, or not any more, are left out: Problems names them.
func (c Choice) MediaGroups() MediaGroups {
	var (
		types = c.productTypes()
		g     = MediaGroups{Common: c.mediaGroup(nil)}
		rest  []Metric
	)
	for _, name := range unique(c.Metrics) {
		m, ok := Lookup(c.Object, name)
		if !ok || m.Status != Current {
			continue
		}
		g.Metrics = append(g.Metrics, name)
		if len(types) > 0 && !m.apart() && m.forAll(types) {
			g.Common.Metrics = append(g.Common.Metrics, name)
		} else {
			rest = append(rest, m)
		}
	}
	for _, t := range types {
		g.Types = append(g.Types, c.typeGroups(t, rest))
	}
	return g
}

// Of returns what a media of productType needs. A type that the Choice is not about, or that nothing is
// known of, needs nothing and lacks every metric.
func (g MediaGroups) Of(productType string) TypeGroups {
	for _, t := range g.Types {
		if t.ProductType == productType {
			return t
		}
	}
	return TypeGroups{ProductType: productType, Lacks: g.Metrics}
}

// typeGroups divides the metrics that are not common.
func (c Choice) typeGroups(productType string, rest []Metric) TypeGroups {
	t := TypeGroups{ProductType: productType}
	var together []string
	var alone []Group
	for _, m := range rest {
		switch {
		case !m.For(productType):
			t.Lacks = append(t.Lacks, m.Name)
		case m.apart():
			alone = append(alone, c.mediaGroup([]string{m.Name}))
		default:
			together = append(together, m.Name)
		}
	}
	if len(together) > 0 {
		t.Groups = append(t.Groups, c.mediaGroup(together))
	}
	t.Groups = append(t.Groups, alone...)
	return t
}

func (c Choice) mediaGroup(names []string) Group {
	return Group{Metrics: names, Period: Lifetime, Breakdown: c.dimensions()}
}

// apart says whether m shares a request with no other metric.
func (m Metric) apart() bool { return m.Separate || m.Alone }

func (m Metric) forAll(productTypes []string) bool {
	for _, t := range productTypes {
		if !m.For(t) {
			return false
		}
	}
	return true
}
