// Package nodes knows which fields and edges the nodes of the Graph API have, and of which types.
//
// What it knows is data: catalogue.json, embedded; a new version of the API is an edit of that file.
//
//	user, _ := nodes.Lookup("IGUser")
//	field, ok := user.Field("followers_count")
//	fmt.Println(ok, field.Type, field.Doc)
//
// Nothing here calls the network, and everything is safe for concurrent use. The slices inside a Node
// belong to the catalogue: do not change them.
package nodes
