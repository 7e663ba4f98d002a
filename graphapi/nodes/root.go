package nodes

// A Root is a path right below the version of the API: me, ig_hashtag_search.
type Root struct {
	Name string `json:"name"`
	// Node is what the path leads to.
	Node string `json:"node"`
	// Login is the only login whose host has the path, or empty for both.
	Login string `json:"login,omitempty"`
	// List says that the answer is a list of objects and not one.
	List   bool    `json:"list,omitempty"`
	Params []Param `json:"params,omitempty"`
	Doc    string  `json:"doc"`
}

// On says whether the host of login has the path; every host has it for an empty login.
func (r Root) On(login string) bool { return r.Login == "" || login == "" || r.Login == login }
