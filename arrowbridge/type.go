package arrowbridge

import (
	"fmt"

	v18 "github.com/apache/arrow-go/v18/arrow"
	v15 "github.com/apache/arrow/go/v15/arrow"
)

// plain are the types that have no parameters.
var plain = map[v15.Type]v18.DataType{
	v15.NULL:                    v18.Null,
	v15.BOOL:                    v18.FixedWidthTypes.Boolean,
	v15.UINT8:                   v18.PrimitiveTypes.Uint8,
	v15.INT8:                    v18.PrimitiveTypes.Int8,
	v15.UINT16:                  v18.PrimitiveTypes.Uint16,
	v15.INT16:                   v18.PrimitiveTypes.Int16,
	v15.UINT32:                  v18.PrimitiveTypes.Uint32,
	v15.INT32:                   v18.PrimitiveTypes.Int32,
	v15.UINT64:                  v18.PrimitiveTypes.Uint64,
	v15.INT64:                   v18.PrimitiveTypes.Int64,
	v15.FLOAT16:                 v18.FixedWidthTypes.Float16,
	v15.FLOAT32:                 v18.PrimitiveTypes.Float32,
	v15.FLOAT64:                 v18.PrimitiveTypes.Float64,
	v15.STRING:                  v18.BinaryTypes.String,
	v15.BINARY:                  v18.BinaryTypes.Binary,
	v15.LARGE_STRING:            v18.BinaryTypes.LargeString,
	v15.LARGE_BINARY:            v18.BinaryTypes.LargeBinary,
	v15.STRING_VIEW:             v18.BinaryTypes.StringView,
	v15.BINARY_VIEW:             v18.BinaryTypes.BinaryView,
	v15.DATE32:                  v18.FixedWidthTypes.Date32,
	v15.DATE64:                  v18.FixedWidthTypes.Date64,
	v15.INTERVAL_MONTHS:         v18.FixedWidthTypes.MonthInterval,
	v15.INTERVAL_DAY_TIME:       v18.FixedWidthTypes.DayTimeInterval,
	v15.INTERVAL_MONTH_DAY_NANO: v18.FixedWidthTypes.MonthDayNanoInterval,
}

// Type returns t as a type of arrow-go. The error says why arrow-go has none such.
func Type(t v15.DataType) (v18.DataType, error) {
	if p, ok := plain[t.ID()]; ok {
		return p, nil
	}
	switch t := t.(type) {
	case *v15.FixedSizeBinaryType:
		return &v18.FixedSizeBinaryType{ByteWidth: t.ByteWidth}, nil
	case *v15.TimestampType:
		return &v18.TimestampType{Unit: unit(t.Unit), TimeZone: t.TimeZone}, nil
	case *v15.Time32Type:
		return &v18.Time32Type{Unit: unit(t.Unit)}, nil
	case *v15.Time64Type:
		return &v18.Time64Type{Unit: unit(t.Unit)}, nil
	case *v15.DurationType:
		return &v18.DurationType{Unit: unit(t.Unit)}, nil
	case *v15.Decimal128Type:
		return &v18.Decimal128Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *v15.Decimal256Type:
		return &v18.Decimal256Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *v15.DictionaryType:
		return dictionaryType(t)
	case *v15.RunEndEncodedType:
		return runEndType(t)
	case *v15.StructType:
		fields, err := fieldsOf(t.Fields())
		if err != nil {
			return nil, err
		}
		return v18.StructOf(fields...), nil
	case *v15.SparseUnionType:
		fields, err := fieldsOf(t.Fields())
		if err != nil {
			return nil, err
		}
		return v18.SparseUnionOf(fields, t.TypeCodes()), nil
	case *v15.DenseUnionType:
		fields, err := fieldsOf(t.Fields())
		if err != nil {
			return nil, err
		}
		return v18.DenseUnionOf(fields, t.TypeCodes()), nil
	case *v15.MapType:
		return mapType(t)
	case v15.ListLikeType:
		return listType(t)
	case v15.ExtensionType:
		return nil, fmt.Errorf("the extension type %s is not carried: give the column its storage type, %s", t.ExtensionName(), t.StorageType())
	}
	return nil, fmt.Errorf("the type %s is not carried", t)
}

func listType(t v15.ListLikeType) (v18.DataType, error) {
	elem, err := field(t.ElemField())
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case *v15.ListType:
		return v18.ListOfField(elem), nil
	case *v15.LargeListType:
		return v18.LargeListOfField(elem), nil
	case *v15.ListViewType:
		return v18.ListViewOfField(elem), nil
	case *v15.LargeListViewType:
		return v18.LargeListViewOfField(elem), nil
	case *v15.FixedSizeListType:
		return v18.FixedSizeListOfField(t.Len(), elem), nil
	}
	return nil, fmt.Errorf("the type %s is not carried", t)
}

func mapType(t *v15.MapType) (v18.DataType, error) {
	key, err := field(t.KeyField())
	if err != nil {
		return nil, err
	}
	item, err := field(t.ItemField())
	if err != nil {
		return nil, err
	}
	key.Nullable = false // no map has null keys, and arrow-go panics on a key field that says otherwise
	m := v18.MapOfFields(key, item)
	m.KeysSorted = t.KeysSorted
	return m, nil
}

func dictionaryType(t *v15.DictionaryType) (v18.DataType, error) {
	index, err := Type(t.IndexType)
	if err != nil {
		return nil, err
	}
	value, err := Type(t.ValueType)
	if err != nil {
		return nil, err
	}
	return &v18.DictionaryType{IndexType: index, ValueType: value, Ordered: t.Ordered}, nil
}

func runEndType(t *v15.RunEndEncodedType) (v18.DataType, error) {
	ends, err := Type(t.RunEnds())
	if err != nil {
		return nil, err
	}
	values, err := Type(t.Encoded())
	if err != nil {
		return nil, err
	}
	r := v18.RunEndEncodedOf(ends, values)
	r.ValueNullable = t.ValueNullable
	return r, nil
}

// unit relies on both versions counting units alike, from seconds to nanoseconds; a test holds them to it.
func unit(u v15.TimeUnit) v18.TimeUnit { return v18.TimeUnit(u) }
