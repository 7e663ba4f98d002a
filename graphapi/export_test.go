package graphapi

// SetMaxAnswer lowers the size of the largest answer, so that a test need not send one of 256 MiB.
func (c *Client) SetMaxAnswer(n int64) { c.maxAnswer = n }

// The parts of the JSON reader that fuzz targets hold against encoding/json.
var (
	Unquote  = unquote
	Members  = members
	Elements = elements
)

// Valid says whether b is valid JSON, and whether its outermost level may hold an error.
func Valid(b []byte) (valid, suspect bool) {
	o, ok := inspect(b)
	return ok, ok && o.suspect
}

// ParseError reads an error as an answer's body is read; nil if there is none.
func (c *Client) ParseError(status int, body []byte) *Error {
	_, e := c.judge(status, body)
	return e
}

// NewTransport is the client's own transport.
var NewTransport = newTransport
