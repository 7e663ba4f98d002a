package schema

// A CDAPType is one of the types of CDAP's schema language.
type CDAPType string

// The types. A union has no name in the JSON form: it is an array.
const (
	CDAPNull    CDAPType = "null"
	CDAPBoolean CDAPType = "boolean"
	CDAPInt     CDAPType = "int"
	CDAPLong    CDAPType = "long"
	CDAPFloat   CDAPType = "float"
	CDAPDouble  CDAPType = "double"
	CDAPBytes   CDAPType = "bytes"
	CDAPString  CDAPType = "string"
	CDAPEnum    CDAPType = "enum"
	CDAPArray   CDAPType = "array"
	CDAPMap     CDAPType = "map"
	CDAPRecord  CDAPType = "record"
	CDAPUnion   CDAPType = "union"
)

// A CDAPLogical is what a simple type of CDAP's stands for, such as a date kept in an int.
type CDAPLogical string

// The logical types.
const (
	CDAPDate            CDAPLogical = "date"
	CDAPTimestampMillis CDAPLogical = "timestamp-millis"
	CDAPTimestampMicros CDAPLogical = "timestamp-micros"
	CDAPTimeMillis      CDAPLogical = "time-millis"
	CDAPTimeMicros      CDAPLogical = "time-micros"
	CDAPDecimal         CDAPLogical = "decimal"
	CDAPDatetime        CDAPLogical = "datetime"
)

// cdapBase is the simple type under each logical type.
var cdapBase = map[CDAPLogical]CDAPType{
	CDAPDate:            CDAPInt,
	CDAPTimestampMillis: CDAPLong,
	CDAPTimestampMicros: CDAPLong,
	CDAPTimeMillis:      CDAPInt,
	CDAPTimeMicros:      CDAPLong,
	CDAPDecimal:         CDAPBytes,
	CDAPDatetime:        CDAPString,
}

// cdapSimple are the types that a bare word names.
var cdapSimple = map[CDAPType]bool{
	CDAPNull: true, CDAPBoolean: true, CDAPInt: true, CDAPLong: true,
	CDAPFloat: true, CDAPDouble: true, CDAPBytes: true, CDAPString: true,
}

// CDAPRecordName is the name of the record that a table becomes, the one CDAP's schema editor uses.
const CDAPRecordName = "etlSchemaBody"

// A CDAP is a schema in CDAP's language. ParseCDAP reads one, Table.CDAP makes one; String and
// MarshalJSON print it. It is a value: do not change one that you were given.
type CDAP struct {
	Type CDAPType
	// Logical is empty for a type that stands for itself. Precision and Scale count digits of a decimal.
	Logical   CDAPLogical
	Precision int
	Scale     int
	// Symbols are those of an enum.
	Symbols []string
	// Items is the type of an array's elements; Keys and Values are those of a map.
	Items, Keys, Values *CDAP
	// Name and Fields are a record's. A record without fields stands for the one of that name that was
	// defined before it or that it lies in.
	Name   string
	Fields []CDAPField
	// Union holds the alternatives of a union.
	Union []CDAP
}

// A CDAPField is one field of a record.
type CDAPField struct {
	Name string
	Type CDAP
}

// Nullable returns the type that c is besides null, and whether c is a union of just these two.
func (c CDAP) Nullable() (CDAP, bool) {
	if c.Type != CDAPUnion || len(c.Union) != 2 {
		return c, false
	}
	switch a, b := c.Union[0], c.Union[1]; {
	case b.Type == CDAPNull && a.Type != CDAPNull:
		return a, true
	case a.Type == CDAPNull && b.Type != CDAPNull:
		return b, true
	default:
		return c, false
	}
}

// cdapOrNull returns the union of c and null, in the order CDAP writes it.
func cdapOrNull(c CDAP) CDAP {
	return CDAP{Type: CDAPUnion, Union: []CDAP{c, {Type: CDAPNull}}}
}

// part returns what p points to; a part that a hand-made schema lacks is null.
func part(p *CDAP) CDAP {
	if p == nil {
		return CDAP{Type: CDAPNull}
	}
	return *p
}
