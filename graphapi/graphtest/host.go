package graphtest

// A Host is one of the API's two products, which differ in tokens, fields, errors and batch (facts §1.1).
type Host int

// The hosts.
const (
	Facebook  Host = iota // Facebook Login: graph.facebook.com
	Instagram             // Instagram Login: graph.instagram.com
)

// String gives facebook or instagram, as the source's login property has it.
func (h Host) String() string {
	if h == Instagram {
		return "instagram"
	}
	return "facebook"
}
