package loading

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// Statements execute the statements of a sink, with values that are ready in memory.
type Statements interface {
	// Ready makes of batches what the statements take. It keeps nothing of them.
	Ready(batches []arrow.Record) error
	// Run executes the statements for a batch of Ready's, the one with this index.
	Run(ctx context.Context, batch int) error
	// Begin and Commit bound a transaction.
	Begin(ctx context.Context) error
	Commit(ctx context.Context) error
}

// A Turn is what Statements write in a turn: so many batches from the one with the index First on, in transactions that
// end when so many of them are written.
type Turn struct {
	First   int   `json:"first"`
	Batches int   `json:"batches"`
	Bounds  []int `json:"bounds"`
}

// A Side takes the turns of statements and says how long each took.
type Side interface {
	Take(ctx context.Context, turn Turn) (time.Duration, error)
}

// Local is the Side of statements in this process.
type Local struct{ Statements Statements }

// Take implements Side. What is made ready, and a collected heap, take no time of the turn.
func (l Local) Take(ctx context.Context, turn Turn) (time.Duration, error) {
	batches := batches(turn.First, turn.Batches)
	err := l.Statements.Ready(batches)
	release(batches)
	if err != nil {
		return 0, err
	}
	runtime.GC()
	began := time.Now()
	batch := 0
	for _, end := range turn.Bounds {
		if err := l.Statements.Begin(ctx); err != nil {
			return 0, err
		}
		for ; batch < end; batch++ {
			if err := l.Statements.Run(ctx, batch); err != nil {
				return 0, err
			}
		}
		if err := l.Statements.Commit(ctx); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// batches returns n batches from the one with the index first on.
func batches(first, n int) []arrow.Record {
	list := make([]arrow.Record, n)
	for i := range list {
		list[i] = Rows((first+i)*BatchRows, BatchRows)
	}
	return list
}

func release(list []arrow.Record) {
	for _, b := range list {
		b.Release()
	}
}

// Serve has statements take the turns that come from in, and answers on out, until in ends. It is the child's part of a
// Remote.
func Serve(ctx context.Context, statements Statements, in *json.Decoder, out io.Writer) error {
	answers := json.NewEncoder(out)
	took := time.Duration(0) // the first answer says that the statements are ready
	for {
		if err := answers.Encode(took); err != nil {
			return err
		}
		var turn Turn
		err := in.Decode(&turn)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if took, err = (Local{statements}).Take(ctx, turn); err != nil {
			return err
		}
	}
}

// Remote is the Side of statements in a child, which have nothing in common with the sink: neither a heap nor a cache
// of pages, as SQLite has one for all connections of a process.
type Remote struct {
	child   *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	answers *json.Decoder
}

// StartRemote starts a child, which reads order as JSON and goes on with Serve. The caller closes the Remote.
func StartRemote(child *exec.Cmd, order any) (*Remote, error) {
	in, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	r := &Remote{child: child, in: in, orders: json.NewEncoder(in), answers: json.NewDecoder(out)}
	if _, err = r.ask(order); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Remote) ask(order any) (took time.Duration, err error) {
	if err := r.orders.Encode(order); err != nil {
		return 0, err
	}
	if err := r.answers.Decode(&took); err != nil {
		return 0, fmt.Errorf("the child does not answer: %w", err)
	}
	return took, nil
}

// Take implements Side.
func (r *Remote) Take(_ context.Context, turn Turn) (time.Duration, error) { return r.ask(turn) }

// Close ends the child.
func (r *Remote) Close() error { return errors.Join(r.in.Close(), r.child.Wait()) }
