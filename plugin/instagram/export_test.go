package instagram

import (
	"context"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// PageClient is pageClient for tests.
func PageClient(ctx context.Context, source plugin.Source, account string, notes func(plugin.Note)) (*graphapi.Client, bool, error) {
	return source.(*Source).pageClient(ctx, account, notes)
}

// HashtagID is hashtagID for tests.
func HashtagID(ctx context.Context, source plugin.Source, account, name string) (string, error) {
	return source.(*Source).hashtagID(ctx, account, name, nil)
}
