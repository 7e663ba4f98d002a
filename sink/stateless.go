package sink

import "github.com/igsource/igsource/plugin"

// Stateless returns s as a sink that keeps no state: a run begins anew each time, and a file sink leaves
// nothing but its files, one a table, whether it is incremental or not.
func Stateless(s plugin.Sink) plugin.Sink { return stateless{s} }

type stateless struct{ plugin.Sink }

// WorkDir implements plugin.WorkPlacer where the sink behind does.
func (s stateless) WorkDir() string {
	if w, ok := s.Sink.(plugin.WorkPlacer); ok {
		return w.WorkDir()
	}
	return ""
}
