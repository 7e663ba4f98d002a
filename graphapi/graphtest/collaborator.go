package graphtest

import "strconv"

// A Collaborator is an account that was invited to share a post as its own.
type Collaborator struct {
	ID       string
	Username string
	Status   string // invite_status: Accepted or Pending
}

// Collaborators returns those of a media, in the order of its collaborators edge. Most posts have none.
func (w *World) Collaborators(media string) []Collaborator {
	m, ok := w.findMedia(media, w.clock.Now())
	if !ok || m.Deleted {
		return nil
	}
	return w.collaboratorsOf(&m)
}

func (w *World) collaboratorsOf(m *Media) []Collaborator {
	h := mix(m.hash + 70)
	if m.class != posts || m.child() || h%6 != 0 {
		return nil
	}
	out := make([]Collaborator, 1+h>>8%3)
	for i := range out {
		one := mix(h + uint64(i))
		out[i] = Collaborator{
			ID:       "1784149" + digits(one, 10),
			Username: firstNames[one%uint64(len(firstNames))] + "." + strconv.FormatUint(one>>8%10_000, 10),
			Status:   [...]string{"Accepted", "Accepted", "Pending"}[one>>32%3],
		}
	}
	return out
}

// collaboratorKind is what the collaborators edge lists (facts §2.2); all of it comes unasked.
func collaboratorKind() *kind {
	words := func(get func(c Collaborator) string) field {
		return text(facebookOnly, func(_ *call, n node) string { return get(n.value.(Collaborator)) })
	}
	return &kind{name: "ShadowIGMediaCollaborators", defaults: []string{"username", "invite_status"}, fields: map[string]field{
		"username":      words(func(c Collaborator) string { return c.Username }),
		"invite_status": words(func(c Collaborator) string { return c.Status }),
	}}
}

// serveCollaborators lists whom a post is shared with. Those of other people's posts are not public.
func serveCollaborators(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	if e := n.edgeOfOwn(); e != nil {
		return nil, e
	}
	list, weight := c.h.world.collaboratorsOf(n.media), weightOf(q.fields)
	return c.appendPage(b, withFields(q), listing{
		path: n.id + "/collaborators", to: len(list), omitted: q.nested,
		before: func(objects int) *Error { return c.weigh(objects * weight) },
		object: func(b []byte, i int) ([]byte, *Error) {
			return c.appendNode(b, node{kind: c.h.kinds.collaborator, id: list[i].ID, account: n.account, value: list[i]}, q.fields)
		},
	})
}

// edgeOfOwn refuses an edge that a media does not have any more, or that is not public.
func (n node) edgeOfOwn() *Error {
	switch {
	case n.media.Deleted:
		return notFound("GET", n.id)
	case !n.media.own():
		return noPermission()
	}
	return nil
}
