// Package schema describes what a source delivers: a Table is columns of Arrow types, in order, and the
// key that tells its rows apart. A table is known before any row is read.
//
// Table.Arrow and FromArrow turn it into an Arrow schema and back, the key included. Table.CDAP and
// CDAP.Table do so for the schema language of CDAP, whose JSON form ParseCDAP reads and CDAP.String
// prints. ArrowJSON and CDAPJSON print the schemas of several tables.
//
//	t := schema.Table{
//		Name: "reach",
//		Columns: []schema.Column{
//			{Name: "account_id", Type: arrow.BinaryTypes.String},
//			{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
//		},
//		Key: []string{"account_id"},
//	}
//	c, err := t.CDAP()
//	if err != nil {
//		return err
//	}
//	fmt.Println(c)
//
// Tables and schemas are values: they are safe for concurrent use as long as nobody changes them. The
// package imports Arrow and nothing else of weight.
package schema
