package arrowbridge_test

import (
	"reflect"
	"testing"

	v18 "github.com/apache/arrow-go/v18/arrow"
	v15 "github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/arrowbridge"
)

func TestSchemaKeepsMetadata(t *testing.T) {
	meta := v15.NewMetadata([]string{"igsource.table", "z", "a"}, []string{"account_insights", "1", "2"})
	got, err := arrowbridge.Schema(v15.NewSchema([]v15.Field{
		{Name: "account_id", Type: v15.BinaryTypes.String, Metadata: v15.NewMetadata([]string{"igsource.primary_key"}, []string{"1"})},
		{Name: "reach", Type: v15.PrimitiveTypes.Int64, Nullable: true},
	}, &meta))
	require.NoError(t, err)
	require.Equal(t, []string{"igsource.table", "z", "a"}, got.Metadata().Keys())
	require.Equal(t, []string{"account_insights", "1", "2"}, got.Metadata().Values())
	require.Equal(t, []string{"igsource.primary_key"}, got.Field(0).Metadata.Keys())
	require.False(t, got.Field(0).Nullable)
	require.True(t, got.Field(1).Nullable)
}

func TestUnitsCountAlike(t *testing.T) {
	for from, want := range map[v15.TimeUnit]v18.TimeUnit{
		v15.Second: v18.Second, v15.Millisecond: v18.Millisecond, v15.Microsecond: v18.Microsecond, v15.Nanosecond: v18.Nanosecond,
	} {
		got, err := arrowbridge.Type(&v15.TimestampType{Unit: from, TimeZone: "UTC"})
		require.NoError(t, err)
		require.True(t, v18.TypeEqual(&v18.TimestampType{Unit: want, TimeZone: "UTC"}, got))
	}
}

type point struct{ v15.ExtensionBase }

func (*point) ArrayType() reflect.Type                  { return nil }
func (*point) ExtensionName() string                    { return "test.point" }
func (*point) ExtensionEquals(o v15.ExtensionType) bool { return o.ExtensionName() == "test.point" }
func (*point) Serialize() string                        { return "" }
func (p *point) Deserialize(v15.DataType, string) (v15.ExtensionType, error) {
	return p, nil
}

func TestExtensionIsRefusedByName(t *testing.T) {
	ext := &point{v15.ExtensionBase{Storage: v15.PrimitiveTypes.Int64}}
	for _, dt := range []v15.DataType{ext, v15.ListOf(ext), v15.StructOf(v15.Field{Name: "x", Type: ext})} {
		_, err := arrowbridge.Schema(v15.NewSchema([]v15.Field{{Name: "where", Type: dt}}, nil))
		require.ErrorContains(t, err, "where: ")
		require.ErrorContains(t, err, "the extension type test.point is not carried: give the column its storage type, int64")
	}
}
