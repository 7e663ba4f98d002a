package tables

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/schema"
)

// QueryOptions are what decides the tables of a query.
type QueryOptions struct {
	// Name is the query's, which prefixes the names of its tables.
	Name string
	// Endpoint is the path below the account, or, without accounts, below the version; it may end with
	// parameters behind a question mark. Empty is the account itself.
	Endpoint string
	// Fields is the field expression; empty asks for what the API gives by itself.
	Fields string
	// Accounts says that the endpoint is read of accounts. Several says that there may be more than one.
	Accounts, Several bool
	// Login is facebook, instagram, or empty if not known yet, which judges no host.
	Login string
	// Windowed says that the query has a since or an until, so that totals are of windows.
	Windowed bool
	// Unkeyed says that the tables have no key: all rows are kept.
	Unkeyed bool
}

// A QueryLayout is the tables of a query, and the tree of positions that fill them. It is a value: do not
// change one that you were given.
type QueryLayout struct {
	// Tables are in the order in which the query's text first names them.
	Tables []schema.Table
	// Root is what the endpoint answers.
	Root *Position
	// Path is the endpoint without parameters, slashes around it and empty segments; Params are the
	// parameters behind its question mark.
	Path   string
	Params []QueryParam
}

// A QueryParam is a parameter written into an endpoint.
type QueryParam struct{ Name, Value string }

// A PositionKind says what stands at a Position of an answer.
type PositionKind uint8

const (
	// ObjectPosition is a single object: the root of a query without an edge.
	ObjectPosition PositionKind = iota + 1
	// ListPosition is a list of objects, {"data": […], "paging": {…}}, or a bare array.
	ListPosition
	// InsightsPosition is an insights answer: each value of its entries is a row.
	InsightsPosition
	// SummaryPosition is the summary of a list, an object beside its data. Its row belongs to the object
	// that the list hangs on.
	SummaryPosition
)

// A Position is a place in the tree of an answer that gives rows: "all comments of all media".
type Position struct {
	Kind PositionKind
	// Item is the edge as it is to be asked for: the user's text without repeats and without what insights do
	// not have, and with what their rows need. No Fields ask for what the API gives by itself. Of the root,
	// only Fields are set. Of a SummaryPosition it is the list's.
	Item fields.Item
	// Path leads to it from the object above, by the keys of the answer: media, or
	// business_discovery.media; of a SummaryPosition comments.summary. Empty at the root.
	Path string
	// Via are the object fields on the way, outermost first, as asked for: business_discovery.username(x).
	// Empty where the edge hangs on the object itself.
	Via []fields.Item
	// Node is the name of the objects' node in the catalogue; empty if it is not known.
	Node string
	// Edge is what the catalogue knows of the edge; the zero Edge of the root object and of unknown edges.
	Edge nodes.Edge
	// GraphNode is what stands in fb_graph_node.
	GraphNode string
	// Table is the index of the table that takes the rows; -1 where it would hold nothing but the basic
	// columns, and is not delivered, and for a list that is asked for its summary alone.
	Table int
	// Columns are those of the table, in its order, and behind them some that are read but not delivered
	// (ids that children need as their parent). Of a position without table they are the latter alone.
	Columns []QueryColumn
	// ParentColumn is the name of the column, of the position above, that holds the id which parent_id
	// repeats: id, one of an object on the way, which need not be delivered, or parent_id where the objects
	// above have no id. Empty where parent_id is the account.
	ParentColumn string
	// Metrics are the metrics that an InsightsPosition asks for; one that the catalogue does not have has
	// only a name. Dimensions are those it is divided by. Names of the API.
	Metrics    []string
	Dimensions []string
	// Children are the edges, summaries and insights inside the objects, in the order of the text, a summary
	// right behind its list. A list that is asked for with limit(0), for its summary alone, has no columns.
	Children []*Position
}

// A QueryColumn is where a position takes a column of its table from.
type QueryColumn struct {
	Name     string
	Type     arrow.DataType
	Nullable bool
	Role     QueryRole
	// Path leads to the field, by the keys of the answer: owner.id. Of the roles QueryID and QueryField.
	Path string
	// Form is how text is read. Of the role QueryField.
	Form QueryForm
	// Dimension is that of the role QueryDimension.
	Dimension string
}

// A QueryRole says what a column of a query's table is for.
type QueryRole uint8

const (
	// QueryAbsent columns are those of other positions, and the id where the objects have none: null here.
	QueryAbsent QueryRole = iota
	// QueryID is the object's id.
	QueryID
	// QueryAccount is ex_account_id: the account read, null without accounts.
	QueryAccount
	// QueryGraphNode is fb_graph_node, the Position's GraphNode in every row.
	QueryGraphNode
	// QueryParent is parent_id.
	QueryParent
	// QueryField is a field as asked for, also of an entry of insights: name, period, title, description.
	QueryField
	// QueryKey1 is the key of a map value, or empty.
	QueryKey1
	// QueryKey2 is the second key of a value in a map of maps, or empty.
	QueryKey2
	// QueryValue is the value.
	QueryValue
	// QueryStart is the beginning of the window of a total.
	QueryStart
	// QueryEnd is the end of a value: its own end_time, or the window's.
	QueryEnd
	// QueryDimension is the value of one dimension of a breakdown.
	QueryDimension
)

// A QueryForm says how a text column is read.
type QueryForm uint8

const (
	// QueryText takes strings, numbers and booleans.
	QueryText QueryForm = iota
	// QueryJSON takes anything, as JSON.
	QueryJSON
	// QueryLoose takes single values as text and all else as JSON.
	QueryLoose
)
