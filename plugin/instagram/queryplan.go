package instagram

import (
	"context"
	"slices"
	"strconv"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
)

// together says whether several accounts are read in one split, and so in one request where the host has
// batches: objects alone, because below them each account may have a token of its own and much to read.
func (q *querySpec) together() bool {
	root := q.layout.Root
	return !q.none && !q.runByID && root.Kind == tables.ObjectPosition && len(root.Children) == 0
}

// planQueries plans a split for each query and account, in the order of the queries; for objects alone one for
// up to fifty accounts. The only request finds out what all is, once for all queries.
func (s *Source) planQueries(ctx context.Context, p *planning, req plugin.PlanRequest) (plugin.Plan, error) {
	set := s.queries()
	var all []target
	for _, q := range set.specs {
		if q.disabled {
			continue
		}
		base := work{Query: &q.index}
		if q.none {
			p.add(p.free(q.name), base)
			continue
		}
		targets := make([]target, len(q.accounts))
		for i, id := range q.accounts {
			targets[i].ID = id
		}
		if q.all {
			if all == nil {
				var err error
				if all, err = s.queryTargets(ctx, q, req.Notes); err != nil {
					return plugin.Plan{}, err
				}
			}
			targets = all
		}
		size := 1
		if q.together() {
			size = objectsPerSplit
		}
		for some := range slices.Chunk(targets, size) {
			base.Accounts = some
			id := p.free(q.name + "/" + between(some[0].ID, some[len(some)-1].ID))
			if err := s.planQuery(p, q, id, base, req.State); err != nil {
				return plugin.Plan{}, err
			}
		}
	}
	return p.plan, p.err
}

// free returns an id that no split has yet: two queries may have one name.
func (p *planning) free(id string) string {
	free := id
	for n := 2; p.taken[free]; n++ {
		free = id + "#" + strconv.Itoa(n)
	}
	return free
}

// queryTargets asks which accounts the token reaches, and for their Pages' tokens where a query wants them.
func (s *Source) queryTargets(ctx context.Context, q *querySpec, notes func(plugin.Note)) ([]target, error) {
	fields := accountFields
	wanted := s.config.Login == loginFacebook && slices.ContainsFunc(s.queries().specs, func(q *querySpec) bool {
		return !q.disabled && !q.none && q.wantsPageToken()
	})
	if wanted {
		fields += "," + tokenField
	}
	accounts, tokens, err := s.discover(ctx, fields, notes)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, plugin.Userf("query '%s' reads all accounts, but the token reaches no Instagram professional account; "+
			"link one to a Page that the user has a role on, or tick the Page when the token is made", q.name)
	}
	if wanted {
		if err := s.keepPageTokens(ctx, tokens); err != nil {
			return nil, err
		}
	}
	return targetsOf(accounts), nil
}
