package schema

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// CDAP returns t as a CDAP record called CDAPRecordName. Columns that may be null become unions with
// null; nested records are called after the columns they lie in. CDAP has no keys: t's is left out. A
// column whose Arrow type CDAP has nothing for is an error that names it.
func (t Table) CDAP() (CDAP, error) {
	if err := t.Check(); err != nil {
		return CDAP{}, err
	}
	w := toCDAP{names: map[string]bool{CDAPRecordName: true}}
	record := CDAP{Type: CDAPRecord, Name: CDAPRecordName}
	for _, c := range t.Columns {
		f, err := w.field(arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}, "")
		if err != nil {
			return CDAP{}, fmt.Errorf("table %s: %w", t.Name, err)
		}
		record.Fields = append(record.Fields, f)
	}
	return record, nil
}

// toCDAP makes CDAP types of Arrow's; names are those of the records it has made.
type toCDAP struct{ names map[string]bool }

func (w *toCDAP) field(f arrow.Field, path string) (CDAPField, error) {
	c, err := w.nullable(f, joinPath(path, f.Name))
	return CDAPField{Name: f.Name, Type: c}, err
}

func (w *toCDAP) nullable(f arrow.Field, path string) (CDAP, error) {
	c, err := w.schema(f.Type, path)
	if err == nil && f.Nullable && c.Type != CDAPNull {
		c = cdapOrNull(c)
	}
	return c, err
}

func (w *toCDAP) schema(t arrow.DataType, path string) (CDAP, error) {
	switch t := t.(type) {
	case *arrow.NullType:
		return CDAP{Type: CDAPNull}, nil
	case *arrow.BooleanType:
		return CDAP{Type: CDAPBoolean}, nil
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Uint8Type, *arrow.Uint16Type:
		return CDAP{Type: CDAPInt}, nil
	case *arrow.Int64Type, *arrow.Uint32Type:
		return CDAP{Type: CDAPLong}, nil
	case *arrow.Float16Type, *arrow.Float32Type:
		return CDAP{Type: CDAPFloat}, nil
	case *arrow.Float64Type:
		return CDAP{Type: CDAPDouble}, nil
	case *arrow.StringType, *arrow.LargeStringType:
		return CDAP{Type: CDAPString}, nil
	case *arrow.BinaryType, *arrow.LargeBinaryType, *arrow.FixedSizeBinaryType:
		return CDAP{Type: CDAPBytes}, nil
	case *arrow.Date32Type:
		return cdapLogical(CDAPDate), nil
	case *arrow.TimestampType:
		return timestamp(t, path)
	case *arrow.Time32Type:
		if t.Unit == arrow.Millisecond {
			return cdapLogical(CDAPTimeMillis), nil
		}
	case *arrow.Time64Type:
		if t.Unit == arrow.Microsecond {
			return cdapLogical(CDAPTimeMicros), nil
		}
	case arrow.DecimalType:
		c := cdapLogical(CDAPDecimal)
		c.Precision, c.Scale = int(t.GetPrecision()), int(t.GetScale())
		if c.Precision > 0 && c.Scale >= 0 && c.Scale <= c.Precision {
			return c, nil
		}
	case *arrow.MapType:
		keys, err := w.schema(t.KeyType(), joinPath(path, "keys"))
		if err != nil {
			return CDAP{}, err
		}
		values, err := w.nullable(t.ItemField(), joinPath(path, "values"))
		return CDAP{Type: CDAPMap, Keys: &keys, Values: &values}, err
	case arrow.ListLikeType:
		items, err := w.nullable(t.ElemField(), joinPath(path, "items"))
		return CDAP{Type: CDAPArray, Items: &items}, err
	case *arrow.StructType:
		return w.record(t, path)
	}
	return CDAP{}, cdapErrorf(path, "CDAP has no type for Arrow's %s", t)
}

func cdapLogical(l CDAPLogical) CDAP { return CDAP{Type: cdapBase[l], Logical: l} }

// timestamp keeps a moment apart from a local date and time, which CDAP calls datetime.
func timestamp(t *arrow.TimestampType, path string) (CDAP, error) {
	switch {
	case t.Unit == arrow.Microsecond && t.TimeZone == "":
		return cdapLogical(CDAPDatetime), nil
	case t.Unit == arrow.Microsecond:
		return cdapLogical(CDAPTimestampMicros), nil
	case t.Unit == arrow.Millisecond && t.TimeZone != "":
		return cdapLogical(CDAPTimestampMillis), nil
	default:
		return CDAP{}, cdapErrorf(path, "CDAP has no type for Arrow's %s", t)
	}
}

func (w *toCDAP) record(t *arrow.StructType, path string) (CDAP, error) {
	if t.NumFields() == 0 {
		return CDAP{}, cdapErrorf(path, "CDAP has no type for a struct without fields")
	}
	c := CDAP{Type: CDAPRecord, Name: w.name(path)}
	for _, f := range t.Fields() {
		field, err := w.field(f, path)
		if err != nil {
			return CDAP{}, err
		}
		c.Fields = append(c.Fields, field)
	}
	return c, nil
}

// name returns a record name for path that no other record has: the same for the same table.
func (w *toCDAP) name(path string) string {
	letters := []byte(CDAPRecordName + "_" + path)
	for i, b := range letters {
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_') {
			letters[i] = '_'
		}
	}
	base := string(letters)
	name := base
	for n := 2; w.names[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	w.names[name] = true
	return name
}

// Table returns the table called name that c, a record, describes, without a key. A timestamp becomes a
// moment in UTC, a datetime a timestamp without zone, an enum a string. What has no Arrow type is an
// error that names the field: a union other than with null, null alone, a record that holds itself.
func (c CDAP) Table(name string) (Table, error) {
	if c.Type != CDAPRecord {
		return Table{}, fmt.Errorf("table %s: a CDAP schema of a table is a record, not %s", name, c.Type)
	}
	t := Table{Name: name}
	r := toArrow{records: make(map[string]CDAP), within: make(map[string]bool)}
	fields, err := r.fields(c, "")
	if err != nil {
		return Table{}, fmt.Errorf("table %s: %w", name, err)
	}
	for _, f := range fields {
		t.Columns = append(t.Columns, Column{Name: f.Name, Type: f.Type, Nullable: f.Nullable})
	}
	return t, t.Check()
}

// cdapFields is how many fields, nested ones too, a table made of a CDAP schema may have. Records that
// name earlier ones could grow without end otherwise.
const cdapFields = 1 << 16

// toArrow makes Arrow types of CDAP's. It knows the records it has met, those it is inside of, and how
// many fields it has made.
type toArrow struct {
	records map[string]CDAP
	within  map[string]bool
	made    int
}

func (r *toArrow) fields(c CDAP, path string) ([]arrow.Field, error) {
	if len(c.Fields) == 0 && !r.within[c.Name] {
		before, ok := r.records[c.Name]
		if !ok {
			return nil, cdapErrorf(path, "record %s is defined nowhere before", c.Name)
		}
		c = before
	}
	if r.within[c.Name] {
		return nil, cdapErrorf(path, "record %s holds itself, which Arrow cannot", c.Name)
	}
	r.records[c.Name], r.within[c.Name] = c, true
	defer delete(r.within, c.Name)
	var fields []arrow.Field
	for _, f := range c.Fields {
		if r.made++; r.made > cdapFields {
			return nil, cdapErrorf(path, "the schema has more than %d fields", cdapFields)
		}
		field, err := r.field(f.Name, f.Type, joinPath(path, f.Name))
		if err != nil {
			return nil, err
		}
		fields = append(fields, field)
	}
	return fields, nil
}

// field returns the Arrow field of a type that may be a union with null.
func (r *toArrow) field(name string, c CDAP, path string) (arrow.Field, error) {
	inner, nullable := c.Nullable()
	t, err := r.schema(inner, path)
	return arrow.Field{Name: name, Type: t, Nullable: nullable}, err
}

// plainArrow are the Arrow types of simple and logical CDAP types.
var plainArrow = map[string]arrow.DataType{
	string(CDAPBoolean):         arrow.FixedWidthTypes.Boolean,
	string(CDAPInt):             arrow.PrimitiveTypes.Int32,
	string(CDAPLong):            arrow.PrimitiveTypes.Int64,
	string(CDAPFloat):           arrow.PrimitiveTypes.Float32,
	string(CDAPDouble):          arrow.PrimitiveTypes.Float64,
	string(CDAPBytes):           arrow.BinaryTypes.Binary,
	string(CDAPString):          arrow.BinaryTypes.String,
	string(CDAPEnum):            arrow.BinaryTypes.String,
	string(CDAPDate):            arrow.FixedWidthTypes.Date32,
	string(CDAPTimestampMillis): arrow.FixedWidthTypes.Timestamp_ms,
	string(CDAPTimestampMicros): arrow.FixedWidthTypes.Timestamp_us,
	string(CDAPTimeMillis):      arrow.FixedWidthTypes.Time32ms,
	string(CDAPTimeMicros):      arrow.FixedWidthTypes.Time64us,
	string(CDAPDatetime):        &arrow.TimestampType{Unit: arrow.Microsecond},
}

func (r *toArrow) schema(c CDAP, path string) (arrow.DataType, error) {
	switch {
	case c.Logical == CDAPDecimal && c.Precision <= 38:
		return &arrow.Decimal128Type{Precision: int32(c.Precision), Scale: int32(c.Scale)}, nil
	case c.Logical == CDAPDecimal && c.Precision <= 76:
		return &arrow.Decimal256Type{Precision: int32(c.Precision), Scale: int32(c.Scale)}, nil
	case c.Logical == CDAPDecimal:
		return nil, cdapErrorf(path, "Arrow has no decimal of %d digits: 76 is the most", c.Precision)
	case c.Type == CDAPNull:
		return nil, cdapErrorf(path, "null alone is no type of a column")
	case c.Type == CDAPUnion:
		return nil, cdapErrorf(path, "a union other than of one type and null has no Arrow type")
	case c.Type == CDAPArray:
		f, err := r.field("item", part(c.Items), joinPath(path, "items"))
		if err != nil {
			return nil, err
		}
		return arrow.ListOfField(f), nil
	case c.Type == CDAPMap:
		return r.mapOf(c, path)
	case c.Type == CDAPRecord:
		fields, err := r.fields(c, path)
		if err != nil {
			return nil, err
		}
		return arrow.StructOf(fields...), nil
	}
	word := string(c.Logical)
	if word == "" {
		word = string(c.Type)
	}
	if t, ok := plainArrow[word]; ok {
		return t, nil
	}
	return nil, cdapErrorf(path, "%q is not a type of CDAP's", word)
}

func (r *toArrow) mapOf(c CDAP, path string) (arrow.DataType, error) {
	key := part(c.Keys)
	if _, nullable := key.Nullable(); nullable {
		return nil, cdapErrorf(path, "the keys of a map may be null, which Arrow's may not")
	}
	keys, err := r.schema(key, joinPath(path, "keys"))
	if err != nil {
		return nil, err
	}
	values, err := r.field("value", part(c.Values), joinPath(path, "values"))
	if err != nil {
		return nil, err
	}
	m := arrow.MapOf(keys, values.Type)
	m.SetItemNullable(values.Nullable)
	return m, nil
}
