//go:build soak && unix

package killtest

import "testing"

func TestSoakKilledAtRandomPoints(t *testing.T) {
	for _, kind := range targets {
		t.Run(kind, func(t *testing.T) { kills(t, 200, 1, []string{kind}) })
	}
}
