package postgres_test

import (
	"context"
	"fmt"
	"os"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink/postgres"
)

// A run into the schema social of a database whose address the environment holds.
func ExampleNew() {
	to := postgres.New(secret.New(os.Getenv("DATABASE_URL")), postgres.Options{Schema: "social"})
	source := &plugintest.Source{} // as a rule what plugin.Open gives
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "brand", Source: source}}, to, plugin.RunOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Status)
}
