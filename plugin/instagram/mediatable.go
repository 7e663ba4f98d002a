package instagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// The columns that every page of media is decoded into, whatever the table: what a row is known by, and
// what decides its metrics.
const (
	baseID = iota
	baseAccount
	baseProductType
	baseTimestamp
	baseRetrieved
	baseFixed // the first of the table's own fields
)

// mediaDecoding is what reading media needs of the tables, made once.
type mediaDecoding struct {
	table    tables.Layout
	children *tables.Layout
	groups   metrics.MediaGroups
	insights *shred.Insights // nil without metrics
	plan     *shred.Plan
	pivot    shred.Layout
	fields   []string // of the API, for a page
}

// measures are the names of the chosen metrics.
func (d *mediaDecoding) measures() []string {
	names := make([]string, len(d.table.Metrics))
	for i, m := range d.table.Metrics {
		names[i] = m.Name
	}
	return names
}

// compileMedia makes the decoding plan of media. given says that rows come by ids, of whatever account.
func compileMedia(o tables.MediaOptions, given bool) (*mediaDecoding, error) {
	l, _, err := tables.Media(o)
	if err != nil {
		return nil, err
	}
	d := &mediaDecoding{table: l, groups: o.Choice().MediaGroups()}
	if o.Children() {
		children := tables.MediaChildren()
		d.children = &children
	}
	node, err := d.node(given)
	if err != nil {
		return nil, err
	}
	if len(l.Metrics) > 0 {
		if d.insights, err = compileInsights(l); err != nil {
			return nil, err
		}
		node.Insights = []shred.Nested{{Path: "insights", Plan: d.insights}}
	}
	root := shred.RootList
	if given {
		root = shred.RootByID
	}
	if d.plan, err = shred.Compile(root, node); err != nil {
		return nil, err
	}
	d.pivot, err = d.pivotLayout()
	return d, err
}

// node describes a media in a page, and gathers the fields to ask for.
func (d *mediaDecoding) node(given bool) (shred.Node, error) {
	text, moment := arrow.BinaryTypes.String, arrow.DataType(&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"})
	account := shred.Field{Param: paramAccount}
	d.fields = []string{"id", "media_product_type", "timestamp"}
	if given {
		account = shred.Field{Path: "owner.id"}
		d.fields = append(d.fields, "owner", "permalink") // the link tells the media of an album from others
	}
	base := schema.Table{Name: d.table.Table.Name, Columns: []schema.Column{
		{Name: "media_id", Type: text},
		{Name: "account_id", Type: text, Nullable: true},
		{Name: "media_product_type", Type: text, Nullable: true},
		{Name: "timestamp", Type: moment, Nullable: true},
		{Name: "retrieved_at", Type: moment},
	}}
	node := shred.Node{Table: base.Name, Columns: []shred.Field{
		{Path: "id"}, account, {Path: "media_product_type"}, {Path: "timestamp"}, {Param: paramRetrieved},
	}}
	for i, c := range d.table.Roles {
		if c.Role != tables.Field {
			continue
		}
		column := d.table.Table.Columns[i]
		f := shred.Field{Path: c.Name}
		if column.Type.ID() == arrow.STRING {
			f.Form = shred.FormLoose
		}
		base.Columns = append(base.Columns, schema.Column{Name: "field " + column.Name, Type: column.Type, Nullable: true})
		node.Columns = append(node.Columns, f)
		if !slices.Contains(d.fields, c.Name) {
			d.fields = append(d.fields, c.Name)
		}
	}
	node.Schema = base.Arrow()
	if d.children != nil {
		edge, fields, err := childrenEdge(*d.children)
		if err != nil {
			return shred.Node{}, err
		}
		node.Edges = []shred.Edge{edge}
		d.fields = append(d.fields, fmt.Sprintf("children{%s}", strings.Join(fields, ",")))
	}
	return node, nil
}

// childrenEdge describes the media of an album in a page.
func childrenEdge(l tables.Layout) (shred.Edge, []string, error) {
	node := shred.Node{Table: l.Table.Name, Schema: l.Table.Arrow()}
	fields := []string{"id"}
	for i, c := range l.Roles {
		var f shred.Field
		switch c.Role {
		case tables.ChildID:
			f.Path = "id"
		case tables.MediaID:
			f.Parent = "media_id"
		case tables.AccountID:
			f.Parent = "account_id"
		case tables.RetrievedAt:
			f.Param = paramRetrieved
		case tables.Field:
			f.Path = c.Name
			if l.Table.Columns[i].Type.ID() == arrow.STRING {
				f.Form = shred.FormLoose
			}
			fields = append(fields, c.Name)
		default:
			return shred.Edge{}, nil, fmt.Errorf("column %s: nothing fills a %s", l.Table.Columns[i].Name, c.Role)
		}
		node.Columns = append(node.Columns, f)
	}
	return shred.Edge{Path: "children", Node: node}, fields, nil
}

// pivotLayout maps the table's columns to those of the page and to the insights.
func (d *mediaDecoding) pivotLayout() (shred.Layout, error) {
	out := shred.Layout{Schema: d.table.Table.Arrow(), Columns: make([]shred.Slot, len(d.table.Roles)), Period: periodLifetime}
	field := baseFixed
	for i, c := range d.table.Roles {
		slot := shred.Slot{Role: shred.RoleBase}
		switch c.Role {
		case tables.MediaID:
			slot.Index = baseID
		case tables.AccountID:
			slot.Index = baseAccount
		case tables.RetrievedAt:
			slot.Index = baseRetrieved
		case tables.Field:
			slot.Index = field
			field++
		case tables.Dimension:
			slot = shred.Slot{Role: shred.RoleDimension, Index: slices.Index(d.insights.Dimensions(), c.Name)}
		case tables.Measure:
			slot = shred.Slot{Role: shred.RoleMeasure, Index: slices.Index(d.measures(), c.Name)}
		case tables.MetricName:
			slot = shred.Slot{Role: shred.RoleMetric}
		case tables.Period:
			slot = shred.Slot{Role: shred.RolePeriod}
		case tables.Value:
			slot = shred.Slot{Role: shred.RoleValue}
		default:
			return shred.Layout{}, fmt.Errorf("column %s: nothing fills a %s", d.table.Table.Columns[i].Name, c.Role)
		}
		out.Columns[i] = slot
	}
	return out, nil
}

// expansion is the field that makes insights ride on a page.
func (d *mediaDecoding) expansion(names []string) string {
	text := "insights.metric(" + strings.Join(names, ",") + ")"
	if dims := d.table.Dimensions; len(dims) > 0 {
		return text + ".breakdown(" + strings.Join(dims, ",") + "){name,total_value}"
	}
	return text + "{name,values}"
}

// tables are the tables of the request, in order.
func (d *mediaDecoding) tables() []schema.Table {
	out := []schema.Table{d.table.Table}
	if d.children != nil {
		out = append(out, d.children.Table)
	}
	return out
}
