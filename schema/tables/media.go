package tables

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
)

// The names of the tables of media, which have one schema.
const (
	// MediaInsightsTable holds the media whose ids the user gives.
	MediaInsightsTable = "media_insights"
	// AccountMediaTable holds the media of accounts.
	AccountMediaTable = "account_media"
)

// The edges of an account that media are read from.
const (
	MediaEdge   = "media"
	StoriesEdge = "stories"
	TagsEdge    = "tags"
)

// mediaNode is the node a media is read from.
const mediaNode = "IGMedia"

// mediaDefaults are the fields every media has, in column order.
var mediaDefaults = []string{"media_type", "media_product_type", "permalink", "timestamp"}

// MediaOptions are what decides a table of media, and what may be wrong with it. Repeated names count
// once.
type MediaOptions struct {
	// Table is MediaInsightsTable or AccountMediaTable.
	Table string
	// Metrics are names, or AllMetrics alone. AccountMediaTable needs none.
	Metrics []string
	// Fields are asked for beside those every media has; children is no column but asks for the table of
	// MediaChildren. The long layout has no columns for fields.
	Fields []string
	// Breakdown counts where there are metrics.
	Breakdown []string
	// Edge is the one the media come from, or empty if not known yet. It counts for AccountMediaTable
	// alone.
	Edge string
	// Login is facebook, instagram, or empty if not known yet, which judges no host.
	Login string
	Shape Shape
	// Open are the parts that are not known yet: nothing is judged that hangs on them. KindProductTypes is
	// the edge.
	Open []metrics.Kind
}

// Media returns the layout of a table of media, and warnings about its fields. A field that the catalogue
// does not have becomes a text column; fields of objects and lists hold JSON text. What Problems and
// CheckMediaFields find makes the table impossible, and comes as the error.
func Media(o MediaOptions) (l Layout, warnings []Remark, err error) {
	if o.Table != MediaInsightsTable && o.Table != AccountMediaTable {
		return Layout{}, nil, fmt.Errorf("%s is not a table of media: choose %s or %s", o.Table, MediaInsightsTable, AccountMediaTable)
	}
	fields := o.judgeFields()
	if err := o.check(fields); err != nil {
		return Layout{}, fields.warnings, fmt.Errorf("table %s: %w", o.Table, err)
	}
	l.Table.Name, l.Form, l.Shape = o.Table, PerMedia, o.shape()
	choice := o.Choice()
	for _, name := range choice.Metrics {
		if !slices.ContainsFunc(l.Metrics, func(m metrics.Metric) bool { return m.Name == name }) {
			m, _ := metrics.Lookup(metrics.Media, name)
			l.Metrics = append(l.Metrics, m)
		}
	}
	for _, d := range choice.Breakdown {
		if !slices.Contains(l.Dimensions, d) {
			l.Dimensions = append(l.Dimensions, d)
		}
	}
	if l.Shape == Long {
		l.longMedia()
	} else {
		l.wideMedia(fields.asked)
	}
	return l, fields.warnings, l.Table.Check()
}

// CheckMediaFields says what is wrong with the fields of o: failures make the table impossible or its
// reading hopeless, warnings do not.
func CheckMediaFields(o MediaOptions) (failures, warnings []Remark) {
	j := o.judgeFields()
	return j.failures, j.warnings
}

// check says why o has no table.
func (o MediaOptions) check(fields *fieldJudge) error {
	switch {
	case o.shape() != Wide && o.shape() != Long:
		return fmt.Errorf("%s is not a layout: choose wide or long", o.Shape)
	case o.Table == MediaInsightsTable && len(o.Metrics) == 0:
		return errors.New("no metric is chosen")
	}
	if edge := o.edgeName(); edge != "" && !slices.Contains(mediaEdges, edge) {
		return fmt.Errorf("%s is not an edge that media are read from: choose %s", edge, strings.Join(mediaEdges, ", "))
	}
	var sentences []string
	for _, p := range o.Problems() {
		sentences = append(sentences, p.Message+" "+p.Action)
	}
	if sentences = append(sentences, fields.sentences()...); len(sentences) > 0 {
		return errors.New(strings.Join(sentences, " "))
	}
	return nil
}

func (o MediaOptions) shape() Shape {
	if o.Shape == "" {
		return Wide
	}
	return o.Shape
}

// judgeFields judges the fields of a media, whose id is media_id.
func (o MediaOptions) judgeFields() *fieldJudge {
	node, _ := nodes.Lookup(mediaNode)
	j := &fieldJudge{
		node: node, login: o.login(), one: "a media", many: "media",
		own: []string{"media_id", "account_id", "retrieved_at"}, metrics: metrics.Names(metrics.Media),
		foreign: o.edge().Foreign, columns: o.shape() == Wide,
	}
	if j.columns {
		choice := o.Choice()
		j.taken = append(slices.Clone(choice.Metrics), choice.Breakdown...)
	}
	j.defaults(mediaDefaults)
	for _, name := range o.Fields {
		if name != childrenEdge {
			j.ask(name)
		}
	}
	return j
}

func (l *Layout) wideMedia(fields []nodes.Field) {
	l.mediaID()
	l.mediaAccountID()
	l.fields(fields)
	l.dimensions()
	for _, m := range l.Metrics {
		l.addNullable(Measure, m.Name, m.Name, valueType(m), measureDoc(m))
	}
	l.retrievedAt()
	l.key(MediaID, Dimension)
}

func (l *Layout) longMedia() {
	l.mediaID()
	l.mediaAccountID()
	l.add(MetricName, "metric", textType, "Name of the metric that value belongs to.")
	l.add(Period, "period", textType, "Period the value covers, which is lifetime for media.")
	l.dimensions()
	l.addNullable(Value, "", "value", floatType, "Value of the metric.")
	l.retrievedAt()
	l.key(MediaID, MetricName, Period, Dimension)
}

func (l *Layout) mediaID() {
	l.add(MediaID, "media_id", textType, "Id of the media.")
}

// mediaAccountID may be null: the API names the owner of a media to the owner alone.
func (l *Layout) mediaAccountID() {
	l.addNullable(AccountID, "", "account_id", textType, "Id of the Instagram account that was read, or else of the owner of the media.")
}
