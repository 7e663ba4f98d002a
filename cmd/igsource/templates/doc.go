// Package templates holds run files that are ready to use: the ones that igsource init writes.
//
//	t, ok := templates.Lookup("media-comments")
//	fmt.Println(ok, t.Doc)
//
// A template is a file NAME.yaml of this folder, commented for who is to change it. Everything here is
// safe for concurrent use.
package templates
