// Package plugintest holds what tests of sources, sinks and hosts need.
//
// TestSource and TestSink are conformance suites: a source or sink that passes keeps the promises of
// package plugin's interfaces. Memory is a sink that keeps all rows, for the tests of programs that
// embed a source, and Keeper one that keeps rows and state from run to run. Source is a source that follows a
// script, faults included, for the tests of hosts and sinks.
//
//	func TestConformance(t *testing.T) {
//		plugintest.TestSource(t, func(t testing.TB) plugin.Source { return open(t, server(t)) })
//	}
package plugintest
