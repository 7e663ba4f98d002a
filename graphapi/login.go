package graphapi

import "fmt"

// A Login is one of the two products that the Graph API for Instagram comes in. A token of one is
// worth nothing at the other's host.
type Login string

const (
	// Facebook is Instagram API with Facebook Login: graph.facebook.com.
	Facebook Login = "facebook"
	// Instagram is Instagram API with Instagram Login: graph.instagram.com.
	Instagram Login = "instagram"
)

// Host returns the name of the login's host, empty for a login that does not exist.
func (l Login) Host() string {
	switch l {
	case Facebook:
		return "graph.facebook.com"
	case Instagram:
		return "graph.instagram.com"
	}
	return ""
}

// HasBatch says whether the host takes several requests in one.
func (l Login) HasBatch() bool { return l == Facebook }

func (l Login) check() error {
	if l.Host() == "" {
		return fmt.Errorf("graphapi: there is no login %q: use facebook or instagram", string(l))
	}
	return nil
}
