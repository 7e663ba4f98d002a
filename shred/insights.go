package shred

import "fmt"

// A ValueType says what the values of a measure are.
type ValueType uint8

const (
	// Integer values are int64.
	Integer ValueType = iota
	// Decimal values are float64.
	Decimal
	// Map values are objects of integers, as online_followers has them; map<utf8,int64>.
	Map
)

// String returns integer, decimal or map.
func (t ValueType) String() string {
	switch t {
	case Integer:
		return "integer"
	case Decimal:
		return "decimal"
	case Map:
		return "map"
	}
	return fmt.Sprintf("ValueType(%d)", uint8(t))
}

// A Measure is a metric whose values are taken.
type Measure struct {
	Name string
	Type ValueType
}

// Insights is a plan to read insights answers: which metrics, divided by which dimensions. It does not change
// and is safe for concurrent use; each goroutine takes Facts of its own from it.
type Insights struct {
	measures   []Measure
	dimensions []string
}

// maxMeasures is how many measures a plan may have.
const maxMeasures = 1 << 12

// CompileInsights returns the plan for measures and dimensions, either in the order in which pivots and Answers
// count them from 0. With dimensions, values are taken from breakdowns only, and each must be divided by all of
// them; without, breakdowns are not looked at.
func CompileInsights(measures []Measure, dimensions []string) (*Insights, error) {
	if len(measures) == 0 {
		return nil, fmt.Errorf("insights without a measure: name at least one")
	}
	if len(measures) > maxMeasures {
		return nil, fmt.Errorf("%d measures in one insights plan: at most %d fit", len(measures), maxMeasures)
	}
	p := &Insights{}
	seen := map[string]bool{}
	for i, m := range measures {
		switch {
		case m.Name == "":
			return nil, fmt.Errorf("measure %d has no name", i+1)
		case seen[m.Name]:
			return nil, fmt.Errorf("measure %s stands twice", m.Name)
		case m.Type > Map:
			return nil, fmt.Errorf("measure %s: %v is no value type", m.Name, m.Type)
		case m.Type == Map && len(dimensions) > 0:
			return nil, fmt.Errorf("measure %s: a map is not divided by dimensions", m.Name)
		}
		seen[m.Name] = true
		p.measures = append(p.measures, m)
	}
	clear(seen)
	for i, d := range dimensions {
		if d == "" {
			return nil, fmt.Errorf("dimension %d has no name", i+1)
		}
		if seen[d] {
			return nil, fmt.Errorf("dimension %s stands twice", d)
		}
		seen[d] = true
		p.dimensions = append(p.dimensions, d)
	}
	return p, nil
}

// Measures returns the measures of the plan. Do not change them.
func (p *Insights) Measures() []Measure { return p.measures }

// Dimensions returns the dimensions of the plan. Do not change them.
func (p *Insights) Dimensions() []string { return p.dimensions }

// NewFacts returns empty Facts of the plan.
func (p *Insights) NewFacts() *Facts {
	f := &Facts{plan: p}
	f.reader.init(f)
	return f
}
