package igsource_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A program that embeds the source pays for neither Parquet nor gRPC.
func TestEmbeddingStaysLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, heavy := range []string{"parquet", "google.golang.org/grpc", "apache/thrift", "apache/arrow-go", "arrow/flight"} {
		require.NotContains(t, string(out), heavy)
	}
	require.Contains(t, strings.Fields(string(out)), "github.com/igsource/igsource/plugin/instagram")
}
