package arrowbridge

import (
	"fmt"

	v18 "github.com/apache/arrow-go/v18/arrow"
	v15 "github.com/apache/arrow/go/v15/arrow"
)

// Schema returns s as a schema of arrow-go, metadata included. The error names the column whose type
// has no place in arrow-go.
func Schema(s *v15.Schema) (*v18.Schema, error) {
	if !s.IsNativeEndian() {
		return nil, fmt.Errorf("the schema is %s endian, which this machine is not: swap the bytes first", s.Endianness())
	}
	fields, err := fieldsOf(s.Fields())
	if err != nil {
		return nil, err
	}
	meta := metadata(s.Metadata())
	return v18.NewSchema(fields, &meta), nil
}

func fieldsOf(fields []v15.Field) ([]v18.Field, error) {
	out := make([]v18.Field, len(fields))
	for i, f := range fields {
		var err error
		if out[i], err = field(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func field(f v15.Field) (v18.Field, error) {
	t, err := Type(f.Type)
	if err != nil {
		return v18.Field{}, fmt.Errorf("%s: %w", f.Name, err)
	}
	return v18.Field{Name: f.Name, Type: t, Nullable: f.Nullable, Metadata: metadata(f.Metadata)}, nil
}

func metadata(m v15.Metadata) v18.Metadata {
	if m.Len() == 0 {
		return v18.Metadata{}
	}
	return v18.NewMetadata(m.Keys(), m.Values())
}
