package graphapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/secret"
)

// Options configure a Client. Login, Version and Token are needed.
type Options struct {
	Login Login
	// Version is the API version, for example v25.0.
	Version string
	// Token is sent in a header, or in a form where a host does not take the header; never in a URL.
	Token secret.Text
	// AppSecret, when set, adds an appsecret_proof to every call.
	AppSecret secret.Text
	// Endpoint is the base URL of another server to call instead of the login's host. It may have a path,
	// and only here may the scheme be http.
	Endpoint string
	// Transport sends the HTTP requests; nil is one of the client's own, which [Client.Close] tidies up.
	Transport http.RoundTripper
	// Clock is the time; nil is the machine's.
	Clock clock.Clock
	// Random gives numbers in [0, 1) for the jitter of repeats; nil is Go's own. It may be called from
	// several goroutines at once.
	Random func() float64
	// RequestTimeout bounds one HTTP request with its answer; 0 is two minutes.
	RequestTimeout time.Duration
	// MaxRetryDuration bounds, for each request, the time from its first failure to its last repeat; 0 is
	// ten minutes, a negative one repeats nothing.
	MaxRetryDuration time.Duration
	// Slots and Pacer are shared with other clients: Slots by those of one run, Pacer by those of one token.
	// Nil gives the client its own, with 8 slots.
	Slots *Slots
	Pacer *Pacer
	// UserAgent is sent with every request; empty is igsource.
	UserAgent string
}

// Defaults of Options, and the largest answer that is read.
const (
	DefaultRequestTimeout   = 2 * time.Minute
	DefaultMaxRetryDuration = 10 * time.Minute
	DefaultSlots            = 8
	maxAnswer               = 256 << 20
)

// A Client reads from the Graph API with one token. It is safe for concurrent use. Its own printed form
// holds no secret.
type Client struct {
	*core
	seen *observed
}

// core is what a client and its observed copies share. It stands behind a pointer for another reason
// too: fmt prints the address of a nested pointer, never the secrets behind it.
type core struct {
	login     Login
	version   string
	base      string
	token     secret.Text
	appSecret secret.Text
	proof     secret.Text
	known     []secret.Text // all that scrubber takes out
	transport http.RoundTripper
	own       *http.Transport
	clock     clock.Clock
	random    func() float64
	timeout   time.Duration
	budget    time.Duration
	slots     *Slots
	pacer     *Pacer
	agent     string
	scrubber  *secret.Scrubber
	auth      *auth
	maxAnswer int64
	answered  *atomic.Bool // the host has ever answered
}

var versionForm = regexp.MustCompile(`^v[1-9][0-9]{0,2}\.[0-9]{1,2}$`)

// New returns a client, or an error that says which option is wrong. It makes no call.
func New(o Options) (*Client, error) {
	if err := o.Login.check(); err != nil {
		return nil, err
	}
	if !versionForm.MatchString(o.Version) {
		return nil, fmt.Errorf("graphapi: %q is not a version of the Graph API: write it like v25.0", o.Version)
	}
	if err := checkToken(o.Token.Reveal()); err != nil {
		return nil, err
	}
	if hasControl(strings.ReplaceAll(o.UserAgent, " ", "")) {
		return nil, fmt.Errorf("graphapi: the user agent %q holds a control character: leave it out", o.UserAgent)
	}
	base, err := baseURL(o.Login, o.Endpoint)
	if err != nil {
		return nil, err
	}
	c := &core{
		login: o.Login, version: o.Version, base: base, appSecret: o.AppSecret, transport: o.Transport,
		clock: o.Clock, random: o.Random, timeout: o.RequestTimeout, budget: o.MaxRetryDuration,
		slots: o.Slots, pacer: o.Pacer, agent: o.UserAgent, auth: newAuth(), maxAnswer: maxAnswer,
		answered: new(atomic.Bool),
	}
	c.use(o.Token)
	if c.transport == nil {
		c.own = newTransport()
		c.transport = c.own
	}
	if c.clock == nil {
		c.clock = clock.System()
	}
	if c.random == nil {
		c.random = rand.Float64
	}
	if c.timeout <= 0 {
		c.timeout = DefaultRequestTimeout
	}
	if c.budget == 0 {
		c.budget = DefaultMaxRetryDuration
	}
	if c.slots == nil {
		c.slots = NewSlots(DefaultSlots)
	}
	if c.pacer == nil {
		c.pacer = NewPacer(c.clock)
	}
	if c.agent == "" {
		c.agent = "igsource"
	}
	return &Client{core: c, seen: &observed{}}, nil
}

// Observe returns a cheap copy of c that reports to o. Copies share everything else.
func (c *Client) Observe(o Observer) *Client {
	return &Client{core: c.core, seen: &observed{o: o}}
}

// WithToken returns a client that reads with another token, such as a Page's, and shares all else with c: the
// transport, the slots and the pacing, and whoever observes it. The error says that the token cannot be sent.
func (c *Client) WithToken(token secret.Text) (*Client, error) {
	if err := checkToken(token.Reveal()); err != nil {
		return nil, err
	}
	other := *c.core
	other.use(token)
	return &Client{core: &other, seen: c.seen}, nil
}

// use makes token the one that calls are made with. What was secret before stays so.
func (c *core) use(token secret.Text) {
	c.token, c.proof = token, secret.Text{}
	if !c.appSecret.IsZero() {
		c.proof = appSecretProof(token, c.appSecret)
	}
	c.known = append(slices.Clip(c.known), token, c.appSecret, c.proof)
	c.scrubber = newScrubber(c.known...)
}

// Close closes the idle connections of the client's own transport, for all its copies. The client can
// still be used.
func (c *Client) Close() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}

// Login returns the login that the client was made for.
func (c *Client) Login() Login { return c.login }

// Version returns the API version that the client asks for.
func (c *Client) Version() string { return c.version }

// String says what the client calls, without secrets.
func (c *Client) String() string {
	if c == nil || c.core == nil {
		return "graphapi.Client"
	}
	return "graphapi.Client(" + string(c.login) + " " + c.base + "/" + c.version + ")"
}

// Format implements fmt.Formatter: every verb prints String.
func (c *Client) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// Get makes one request and repeats it where that may help. The error is a [*Error] unless ctx ended or
// the request itself is malformed.
func (c *Client) Get(ctx context.Context, r Request) (*Answer, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	it := c.newItem(r)
	if err := c.run(ctx, []*item{it}, c.sendGet); err != nil {
		return nil, err
	}
	return it.result.Answer, it.result.Err
}

// checkToken refuses what no HTTP header may hold. It never repeats the token.
func checkToken(token string) error {
	if token == "" {
		return fmt.Errorf("graphapi: the access token is empty: set one")
	}
	for i := 0; i < len(token); i++ {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return fmt.Errorf("graphapi: character %d of the access token cannot be part of one: copy the token again, without spaces or line ends", i+1)
		}
	}
	return nil
}

func baseURL(login Login, endpoint string) (string, error) {
	if endpoint == "" {
		return "https://" + login.Host(), nil
	}
	const want = "write the Graph API's address as https://host or http://host:port, with a path if need be"
	u, err := url.Parse(endpoint)
	if err != nil {
		// The text of url.Parse's error quotes the whole URL, which may hold a password.
		return "", fmt.Errorf("graphapi: the endpoint is not a URL: %s", want)
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", fmt.Errorf("graphapi: the endpoint %s://%s has a user, a query or a fragment: %s", u.Scheme, u.Host, want)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "" {
		return "", fmt.Errorf("graphapi: %q is not the endpoint of a Graph API: %s", endpoint, want)
	}
	return strings.TrimRight(u.Scheme+"://"+u.Host+u.EscapedPath(), "/"), nil
}

// appSecretProof is the lower-case hex HMAC-SHA256 of the token, keyed with the app secret.
func appSecretProof(token, appSecret secret.Text) secret.Text {
	mac := hmac.New(sha256.New, []byte(appSecret.Reveal()))
	mac.Write([]byte(token.Reveal()))
	return secret.New(hex.EncodeToString(mac.Sum(nil)))
}

var _ fmt.Formatter = (*Client)(nil)
