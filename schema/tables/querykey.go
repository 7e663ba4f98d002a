package tables

import (
	"slices"
)

// The columns that the keys of queries have where a table has them, in this order.
var (
	keyColumns = []string{
		"parent_id", "id", "key1", "key2", "end_time", "account_id", "campaign_id", "date_start", "date_stop",
		"ads_action_name", "action_type", "action_reaction",
	}
	// insightsKeyColumns are those of the part insights beside them, ratingsKeyColumns those of ratings.
	insightsKeyColumns = []string{
		"age", "country", "dma", "gender", "frequency_value", "hourly_stats_aggregated_by_advertiser_time_zone",
		"hourly_stats_aggregated_by_audience_time_zone", "impression_device", "place_page_id", "placement",
		"publisher_platform", "platform_position", "device_platform", "product_id", "region",
	}
	ratingsKeyColumns = []string{"reviewer_id"}
)

// key is the key of g's table: the columns that always were in it, and those without which two rows of the query
// could have one key.
func (b *queryBuilder) key(g *queryTable) []string {
	var key []string
	add := func(name string) {
		if !slices.Contains(key, name) {
			key = append(key, name)
		}
	}
	names := keyColumns
	switch g.label {
	case insightsEdge:
		names = append(slices.Clip(names), insightsKeyColumns...)
	case "ratings":
		names = append(slices.Clip(names), ratingsKeyColumns...)
	}
	for _, name := range names {
		if g.has(name) {
			add(name)
		}
	}
	if b.path == "" {
		for _, name := range []string{"ad_id", "adset_id"} {
			if g.has(name) {
				add(name)
				break
			}
		}
	}
	for _, p := range g.parts {
		for _, name := range p.identities() {
			add(name)
		}
	}
	if len(g.parts) > 1 || g.parts[0].Kind == SummaryPosition {
		add("fb_graph_node")
	}
	if g.any(func(p *queryPart) bool { return p.Kind == InsightsPosition && len(p.Metrics) != 1 }) {
		add("name")
	}
	if g.any(func(p *queryPart) bool { return p.periods > 1 }) {
		add("period")
	}
	for _, p := range g.parts {
		for _, d := range p.Dimensions {
			add(d)
		}
	}
	if g.any(func(p *queryPart) bool { return p.windowed }) {
		add("start_time")
	}
	if b.o.Accounts && b.o.Several && g.any(func(p *queryPart) bool { return p.shared }) {
		add("ex_account_id")
	}
	return key
}

func (g *queryTable) any(is func(*queryPart) bool) bool { return slices.ContainsFunc(g.parts, is) }

// has says whether the rows of any part have something in the column called name.
func (g *queryTable) has(name string) bool {
	switch name {
	case "parent_id":
		return true
	case "id":
		return g.any(func(p *queryPart) bool { return !p.idless() })
	}
	return g.any(func(p *queryPart) bool { return p.index(name) >= 0 })
}

// identities are the columns that tell the objects of a list apart that have no id: those known to, or else all.
func (p *queryPart) identities() []string {
	if p.Kind != ListPosition || !p.idless() || p.Edge.Single {
		return nil
	}
	if len(p.identity) > 0 {
		return p.identity
	}
	var names []string
	for _, c := range p.own {
		names = append(names, c.Name)
	}
	return names
}
