// Package igsource reads Instagram (the Graph API) as typed Apache Arrow record batches.
//
// Importing it registers the batch source Instagram with package plugin:
//
//	source, err := plugin.Open(igsource.Instagram, properties, plugin.Options{})
//
// and everything else is package plugin's: Validate and Tables before any call, Records for one table
// as an array.RecordReader, Run for all of them into a sink.
package igsource

import (
	_ "embed"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/instagram"
)

// Instagram is the name that the source is registered by.
const Instagram = "Instagram"

//go:embed plugin.json
var pluginJSON []byte

func init() { plugin.Register(Descriptor(), instagram.New) }

// Descriptor returns the source's descriptor: its properties, their widgets and filters, as plugin.json
// declares them.
func Descriptor() *plugin.Descriptor {
	d, err := plugin.ParseDescriptor(pluginJSON)
	if err != nil {
		panic("igsource: plugin.json: " + err.Error()) // a test parses it
	}
	return d
}
