package tables

import (
	"slices"

	"github.com/igsource/igsource/graphapi/nodes"
)

// MediaChildrenTable is the name of the table of the media of albums.
const MediaChildrenTable = "account_media_children"

// childrenEdge leads from an album to its media. Among the fields it asks for their table.
const childrenEdge = "children"

// childFields are the fields of a child, in column order.
var childFields = []string{
	"media_type", "media_url", "permalink", "shortcode", "thumbnail_url", "timestamp", "username",
}

// Children says whether o asks for the table of MediaChildren beside that of Media.
func (o MediaOptions) Children() bool { return slices.Contains(o.Fields, childrenEdge) }

// MediaChildren returns the layout of the table of the media of albums. The role MediaID is the album,
// ChildID the media in it. It is the same whatever the options, in both layouts.
func MediaChildren() Layout {
	l := Layout{Shape: Wide, Form: PerChild}
	l.Table.Name = MediaChildrenTable
	node, _ := nodes.Lookup(mediaNode)
	fields := make([]nodes.Field, len(childFields))
	for i, name := range childFields {
		fields[i], _ = node.Field(name)
	}
	l.add(ChildID, "child_id", textType, "Id of the media in the album.")
	l.add(MediaID, "media_id", textType, "Id of the album.")
	l.mediaAccountID()
	l.fields(fields)
	l.retrievedAt()
	l.key(ChildID)
	return l
}
