package postgres

import (
	"bytes"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/secret"
)

// A proxy stands between a client and the server. At the COMMIT number lost it does what mode says.
type proxy struct {
	listener net.Listener
	all      sync.WaitGroup
	mode     string

	mu    sync.Mutex
	lost  int
	conns []net.Conn
}

func newProxy(t *testing.T, mode string, lost int) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, mode: mode, lost: lost}
	p.all.Add(1)
	go func() {
		defer p.all.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("unix", filepath.Join(testServer.Dir(), ".s.PGSQL.5432"))
			if err != nil {
				_ = c.Close()
				continue
			}
			p.join(c, s)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		p.all.Wait()
	})
	return p
}

func (p *proxy) dsn() secret.Text {
	_, port, _ := net.SplitHostPort(p.listener.Addr().String())
	return secret.New("host=127.0.0.1 port=" + port + " user=igs dbname=postgres sslmode=disable")
}

func (p *proxy) join(client, server net.Conn) {
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	silent := make(chan struct{}) // closed when answers no longer pass
	p.all.Add(2)
	go func() {
		defer p.all.Done()
		buf := make([]byte, 1<<20)
		for {
			n, err := client.Read(buf)
			if err != nil {
				_ = server.Close()
				return
			}
			if bytes.Contains(buf[:n], []byte("COMMIT\x00")) && p.isLost() {
				switch p.mode {
				case "answer lost":
					close(silent)
					_, _ = server.Write(buf[:n])
				case "commit lost":
					_ = server.Close()
					_ = client.Close()
				case "half open":
					_ = client.Close() // and the server hears nothing of it
				}
				return
			}
			_, _ = server.Write(buf[:n])
		}
	}()
	go func() {
		defer p.all.Done()
		buf := make([]byte, 1<<20)
		for {
			n, err := server.Read(buf)
			if err != nil {
				_ = client.Close()
				return
			}
			select {
			case <-silent:
				_ = client.Close()
				_ = server.Close()
				return
			default:
			}
			_, _ = client.Write(buf[:n])
		}
	}()
}

// isLost counts a COMMIT and says whether it is the one.
func (p *proxy) isLost() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost--
	return p.lost == 0
}
