package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

type demoCommand struct {
	Out    string `default:"demo" placeholder:"DIR" help:"Folder to write into. Default demo."`
	Format string `default:"parquet" placeholder:"FORMAT" help:"Of the files beside the database: parquet (the default), csv, arrow or jsonl; or sqlite for the database alone."`
}

// demoDatabase is the database in the demo's folder.
const demoDatabase = "instagram.db"

// demoSeed makes the demo's figures; the days are those before today.
const demoSeed = 2010

// demoSources are what the demo reads: the properties that a run file would hold.
func demoSources(token string) []map[string]string {
	return []map[string]string{{
		"referenceName":  "demo_insights",
		"accessToken":    token,
		"requestType":    "account_insights",
		"accountId":      "all",
		"accountMetrics": "reach,follower_count,views,accounts_engaged,total_interactions,likes",
		"period":         "day",
		"fromDate":       "60 days ago",
		"toDate":         "yesterday",
	}, {
		"referenceName": "demo_posts",
		"accessToken":   token,
		"requestType":   "account_media",
		"accountId":     "all",
		"mediaMetrics":  "reach,views,likes,comments,saved,shares",
	}, {
		"referenceName": "demo_profiles",
		"accessToken":   token,
		"requestType":   "account_profile",
		"accountId":     "all",
	}}
}

// Run serves the built-in Graph API, reads three accounts of it, and shows what came.
func (c *demoCommand) Run(ctx context.Context, sys *System) (err error) {
	to, database, err := c.target(ctx, sys)
	if err != nil {
		return err
	}
	world := graphtest.NewWorld(demoSeed, graphtest.WithClock(sys.Clock), graphtest.WithAccounts(3))
	server, err := listen("127.0.0.1:0", world)
	if err != nil {
		return err
	}
	defer closeServer(server, &err)
	fmt.Fprintf(sys.Stderr, "Reading three made-up accounts from a built-in Graph API at %s.\n", server.URL)

	shown := &preview{Sink: to, rows: 3}
	o := &opened{start: sys.Clock.Now().UTC()}
	opts := plugin.Options{Start: o.start, Environment: plugin.Environment{
		Clock: sys.Clock, Endpoint: server.URL, Parallelism: defaultParallelism, Shared: new(plugin.Shared),
	}}
	for _, properties := range demoSources(world.Token(graphtest.Facebook)) {
		source, err := plugin.Open("instagram", properties, opts)
		if err != nil {
			return err
		}
		o.inputs = append(o.inputs, plugin.Input{Name: properties["referenceName"], Source: source})
	}
	run := run{opened: o, sink: shown, parallelism: defaultParallelism, progress: true}
	if err := run.do(ctx, sys); err != nil {
		return err
	}
	for _, t := range shown.tables {
		fmt.Fprintf(sys.Stdout, "\n%s: %s of %s, the last:\n", c.place(t.Name), count(shown.count[t.Name], "row"), columns(t))
		if err := shown.print(sys.Stdout, t); err != nil {
			return err
		}
	}
	if database != "" {
		if err := demoSummary(ctx, sys, database); err != nil {
			return err
		}
	}
	fmt.Fprintln(sys.Stdout, "\n"+demoNext)
	return nil
}

// target opens the sinks: files, and a database beside them where this program has SQLite. Database is its
// path; a database that holds more than a demo is refused.
func (c *demoCommand) target(ctx context.Context, sys *System) (to plugin.Sink, database string, err error) {
	if _, isDatabase := databases[kindOf(c.Format)]; isDatabase && !c.alone() {
		return nil, "", plugin.Userf("--format: the demo writes files and SQLite alone: give parquet, csv, arrow, jsonl or sqlite")
	}
	open := func(format, path string) plugin.Sink {
		opened, e := sink.Open(sink.Options{Format: format, Path: path, Clock: sys.Clock})
		if e != nil {
			err = plugin.Userf("--format: %w", e)
		}
		return opened
	}
	if !slices.Contains(sink.Formats(), "sqlite") {
		to = open(c.Format, c.Out)
		return to, "", err
	}
	database = filepath.Join(c.Out, demoDatabase)
	db := open("sqlite", database)
	if c.alone() {
		to = newInParent(db, c.Out)
	} else {
		to = &tee{sinks: [2]plugin.Sink{open(c.Format, c.Out), db}}
	}
	if err != nil {
		return nil, "", err
	}
	if _, err := os.Stat(database); err == nil && holdsRuns(ctx, database) {
		return nil, "", plugin.Userf("%s holds what other runs have read, which made-up accounts should not be mixed with: give another folder with --out", database)
	}
	return to, database, nil
}

// alone says that there is the database alone.
func (c *demoCommand) alone() bool { return strings.EqualFold(c.Format, "sqlite") }

// place is where a table is.
func (c *demoCommand) place(table string) string {
	if c.alone() {
		return filepath.Join(c.Out, demoDatabase) + ", table " + table
	}
	return filepath.Join(c.Out, sink.FileName(table)+"."+strings.ToLower(c.Format))
}

const demoNext = `Next: igsource templates lists run files to begin with, and igsource init NAME writes one into run.yaml. Give
your token as IGSOURCE_SECRET_INSTAGRAM, and run igsource read -f run.yaml`
