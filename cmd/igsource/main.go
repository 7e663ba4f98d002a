// Igsource reads Instagram (the Graph API) as typed tables: igsource --help.
package main

import "github.com/igsource/igsource/cmd/igsource/program"

func main() { program.Main() }
