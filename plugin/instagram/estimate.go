package instagram

import (
	"encoding/json"
	"fmt"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// batchSize is how many calls the API takes in one request.
const batchSize = 50

// Estimate implements plugin.Estimator.
func (s *Source) Estimate(split plugin.Split) (plugin.Estimate, error) {
	var w work
	if err := json.Unmarshal(split.Payload, &w); err != nil {
		return plugin.Estimate{}, fmt.Errorf("the payload of split %s was not written by this source", split.ID)
	}
	calls := int64(len(w.Accounts))
	if s.config.RequestType == AccountInsights {
		calls = int64(len(s.calls(w)))
	}
	e := plugin.Estimate{Requests: calls, Counted: calls, Chain: min(calls, 1)}
	if graphapi.Login(s.config.Login).HasBatch() {
		e.Requests = (calls + batchSize - 1) / batchSize
	}
	return e, nil
}

var _ plugin.Estimator = (*Source)(nil)
