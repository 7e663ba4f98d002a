package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	array18 "github.com/apache/arrow-go/v18/arrow/array"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	memory18 "github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin/plugintest"
)

// readBack returns the columns and rows of an Arrow stream, or of a Parquet file by way of one.
func readBack(t testing.TB, path string) (names []string, rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	if filepath.Ext(path) == ".parquet" {
		text = parquetToStream(t, text)
	}
	r, err := ipc.NewReader(bytes.NewReader(text))
	require.NoError(t, err)
	defer r.Release()
	for _, f := range r.Schema().Fields() {
		names = append(names, f.Name)
	}
	for r.Next() {
		rows = append(rows, plugintest.Cells(r.Record())...)
	}
	require.NoError(t, r.Err())
	return names, rows
}

func parquetToStream(t testing.TB, text []byte) []byte {
	t.Helper()
	table, err := pqarrow.ReadTable(t.Context(), bytes.NewReader(text), nil, pqarrow.ArrowReadProperties{}, memory18.DefaultAllocator)
	require.NoError(t, err)
	defer table.Release()
	var stream bytes.Buffer
	w := ipc18.NewWriter(&stream, ipc18.WithSchema(table.Schema()))
	batches := array18.NewTableReader(table, -1)
	defer batches.Release()
	for batches.Next() {
		require.NoError(t, w.Write(batches.RecordBatch()))
	}
	require.NoError(t, w.Close())
	return stream.Bytes()
}
