// Package keboola reads the config.json of Keboola's Instagram extractor, of both of its versions, as the
// properties of the Instagram source:
//
//	c, err := keboola.Parse(text)
//	if err != nil {
//		return err
//	}
//	source, err := plugin.Open("instagram", c.Properties(), opts)
//	tables := []plugin.Source{source, c.Source()} // the second gives the table accounts
//
// A configuration is run as it is. What cannot be taken over is said by the second source: in Validate
// where a query would be missing, in Warnings where something was left out that changes no row.
// docs/keboola.md says what differs for who reads the tables.
//
// The names of the keys, and what they mean, are those that the extractors were seen to follow; dashes and
// underscores in them are one. The token is handed on in Properties alone, and stands in no message.
package keboola
