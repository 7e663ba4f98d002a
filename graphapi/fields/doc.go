// Package fields reads and prints field expressions, the language of the Graph API's fields parameter.
//
//	fields   = [ item *( "," item ) ]
//	item     = name *( "." modifier ) [ "{" fields "}" ]
//	modifier = name "(" args ")"
//	name     = a letter from a to z in either case or "_", then such, digits and "-"
//
// White space and line breaks may stand between any two of these, and mean nothing. args are any text up to the
// closing parenthesis, kept as it is but for the white space around it; parentheses, brackets and braces inside it
// must come in pairs, unless they are quoted: time_range({'since':'2026-01-01'}). A quote, single or double, begins where a
// value does, at the start or behind one of ( [ { , : and =, and ends at its like; a backslash takes the next character
// along. Elsewhere it is an apostrophe. Placeholders such as %%days:-5%% may stand in args.
//
// Empty braces are no error, and print again; [Item.Braces] tells them from none. Braces nest up to [MaxDepth] levels,
// so that no text can exhaust the stack. The language itself knows no names: whether a field exists, a limit is a
// number, or a label comes twice is for others to say.
//
// Printing what was parsed gives the text without its meaningless white space, and parsing that gives the same list but
// for its columns.
//
//	list, err := fields.Parse("id, comments.limit(50) { text, replies.as(answers) { text } }")
//	if err != nil {
//		return err // column 4 of fields: expected …
//	}
//	comments, _ := list.Find("comments")
//	fmt.Println(comments.Args("limit"), comments.Fields) // [50] text,replies.as(answers){text}
//
// Lists are values without hidden parts. Nothing here writes to one that it was given, so they may be shared.
package fields
