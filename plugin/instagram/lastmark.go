package instagram

import "github.com/igsource/igsource/plugin"

// IsLast says whether a mark of this source is the last one of its split: nothing follows it. It is for those
// who tell people how far a run has come.
func (s *Source) IsLast(m plugin.Mark) bool { return m == markDone }
