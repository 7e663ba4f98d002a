//go:build unix

package killtest

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// socket is what PostgreSQL calls its socket in the folder that is a host's name.
const socket = ".s.PGSQL.5432"

// A proxy stands between runs and the database server, so that a run can be killed between two of the things
// that it sends, and that the test knows when the server has noticed.
type proxy struct {
	dir      string // what stands for the host
	server   string
	listener net.Listener
	accepts  chan struct{} // closed when no more connections are taken

	mu     sync.Mutex
	gone   *sync.Cond
	open   int // connections whose process at the server has not ended
	left   int // until the kill
	before bool
	kill   func()
}

func newProxy(t testing.TB, server string) *proxy {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "igs-kp-") //nolint:usetesting // a short path: that of a socket has 100 bytes at most
	require.NoError(t, err)
	l, err := net.Listen("unix", filepath.Join(dir, socket))
	require.NoError(t, err)
	p := &proxy{dir: dir, server: server, listener: l, accepts: make(chan struct{})}
	p.gone = sync.NewCond(&p.mu)
	go func() {
		defer close(p.accepts)
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.count(1)
			go p.join(client)
		}
	}()
	return p
}

func (p *proxy) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open += n
	p.gone.Broadcast()
}

// arm makes the proxy call kill when the run sends something for the n-th time from now on, before that is passed on
// or after.
func (p *proxy) arm(n int, before bool, kill func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.before, p.kill = n, before, kill
}

// due counts something that was sent. Kill is not nil when it is time.
func (p *proxy) due() (before bool, kill func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kill == nil {
		return false, nil
	}
	if p.left--; p.left > 0 {
		return false, nil
	}
	kill, p.kill = p.kill, nil
	return p.before, kill
}

// join passes on until both sides have ended.
func (p *proxy) join(client net.Conn) {
	defer p.count(-1)
	defer client.Close()
	server, err := net.Dial("unix", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		buf := make([]byte, 1<<16)
		for {
			n, err := server.Read(buf)
			if err != nil {
				break
			}
			_, _ = client.Write(buf[:n]) // what the dead are not told is read all the same
		}
		_ = client.Close()
	}()
	p.pass(client, server)
	_ = server.(*net.UnixConn).CloseWrite()
	<-answered // its process has ended, and its locks with it
}

func (p *proxy) pass(client, server net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		before, kill := p.due()
		if kill != nil && before {
			kill()
			return
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
		if kill != nil {
			kill()
		}
	}
}

// settle waits until the server has ended what belonged to a run that is over.
func (p *proxy) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kill = nil
	for p.open > 0 {
		p.gone.Wait()
	}
}

func (p *proxy) close() {
	_ = p.listener.Close()
	<-p.accepts
	p.settle()
	_ = os.RemoveAll(p.dir)
}
