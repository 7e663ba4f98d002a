package tables

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
)

// AllMetrics stands for the metrics that MediaMetrics returns.
const AllMetrics = "all"

// mediaEdges are the edges that media are read from.
var mediaEdges = []string{MediaEdge, StoriesEdge, TagsEdge}

// MediaMetrics returns every current metric that some media of the edge has on login's host, in catalogue
// order, without those that need a breakdown. An empty edge is media of any kind, an empty login any host;
// media of others have none.
func MediaMetrics(edge, login string) []string {
	e := nodes.Edge{}
	if edge != "" {
		var ok bool
		if e, ok = accountEdge(edge); !ok || e.Foreign {
			return nil
		}
	}
	return metrics.Choice{Object: metrics.Media, Login: login, ProductTypes: e.ProductTypes}.Fitting()
}

// accountEdge returns an edge that media are read from.
func accountEdge(name string) (nodes.Edge, bool) {
	if !slices.Contains(mediaEdges, name) {
		return nodes.Edge{}, false
	}
	account, _ := nodes.Lookup(profileNode)
	return account.Edge(name)
}

// edgeName is the edge that counts, or empty where none does or none is known.
func (o MediaOptions) edgeName() string {
	if o.Table == MediaInsightsTable || o.open(metrics.KindProductTypes) {
		return ""
	}
	return o.Edge
}

// login is the login, or empty if not known yet.
func (o MediaOptions) login() string {
	if o.open(metrics.KindLogin) {
		return ""
	}
	return o.Login
}

func (o MediaOptions) edge() nodes.Edge {
	e, _ := accountEdge(o.edgeName())
	return e
}

func (o MediaOptions) open(k metrics.Kind) bool { return slices.Contains(o.Open, k) }

// all says whether all metrics are asked for, and whether something stands beside the word.
func (o MediaOptions) all() (all, beside bool) {
	all = slices.Contains(o.Metrics, AllMetrics)
	return all, all && slices.ContainsFunc(o.Metrics, func(name string) bool { return name != AllMetrics })
}

// Choice returns the choice of metrics that o makes, with AllMetrics written out. Its MediaGroups are the
// requests that a media needs.
func (o MediaOptions) Choice() metrics.Choice {
	c := metrics.Choice{
		Object: metrics.Media, Login: o.login(), ProductTypes: o.edge().ProductTypes, Open: o.Open,
		Metrics: slices.DeleteFunc(slices.Clone(o.Metrics), func(name string) bool { return name == AllMetrics }),
	}
	if all, beside := o.all(); all && !beside {
		c.Metrics = MediaMetrics(o.edgeName(), o.login())
	}
	if len(c.Metrics) > 0 {
		c.Breakdown = o.Breakdown
	}
	return c
}

// Problems returns all that is wrong with the metrics of o and what they are asked with. Whether metrics
// are needed at all is judged for the long layout of AccountMediaTable alone, which has no row without.
func (o MediaOptions) Problems() []metrics.Problem {
	all, beside := o.all()
	choice := o.Choice()
	switch {
	case o.open(metrics.KindMetrics):
		return nil
	case len(o.Metrics) == 0 && o.Table == AccountMediaTable && o.shape() == Long:
		return []metrics.Problem{{
			Kind:    metrics.KindMetrics,
			Message: "The long layout has a row for each value of a metric, and no metric is chosen.",
			Action:  "Choose metrics, or the wide layout.",
		}}
	case len(o.Metrics) > 0 && o.edge().Foreign:
		return []metrics.Problem{{
			Kind:    metrics.KindMetrics,
			Message: fmt.Sprintf("Media of the edge %s belong to other accounts, who alone can read their metrics.", o.Edge),
			Action:  fmt.Sprintf("Leave the metrics out, or read the edge %s or %s.", MediaEdge, StoriesEdge),
		}}
	case beside:
		return append([]metrics.Problem{{
			Kind: metrics.KindMetrics, Element: AllMetrics,
			Message: "all stands among names of metrics.", Action: "Give either all or names.",
		}}, choice.Problems()...)
	case all:
		return allProblems(choice)
	}
	return choice.Problems()
}

// allProblems returns the problems of a choice of all metrics: those of single metrics, which can only lie
// in the breakdown, are one of the word.
func allProblems(c metrics.Choice) []metrics.Problem {
	var problems []metrics.Problem
	whole := true
	for _, p := range c.Problems() {
		if p.Kind != metrics.KindMetrics {
			problems = append(problems, p)
			continue
		}
		if !whole {
			continue
		}
		whole = false
		action := "Leave the breakdown out."
		if fitting := c.Fitting(); len(fitting) > 0 {
			action = fmt.Sprintf("Leave the breakdown out, or choose from %s.", strings.Join(fitting, ", "))
		}
		problems = append(problems, metrics.Problem{
			Kind: metrics.KindMetrics, Element: AllMetrics,
			Message: fmt.Sprintf("all holds metrics that cannot be divided by %s.", strings.Join(c.Breakdown, ", ")),
			Action:  action,
		})
	}
	return problems
}
