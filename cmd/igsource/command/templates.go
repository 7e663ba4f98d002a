package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/igsource/igsource/cmd/igsource/templates"
	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

type templatesCommand struct{}

// Run lists the templates.
func (templatesCommand) Run(sys *System) error {
	rows := [][]string{{"template", "what it reads"}}
	for _, t := range templates.All() {
		rows = append(rows, []string{t.Name, t.Doc})
	}
	if err := printRows(sys.Stdout, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(sys.Stdout, "\nigsource init TEMPLATE writes one into run.yaml.")
	return err
}

type initCommand struct {
	Template string `arg:"" placeholder:"TEMPLATE" help:"The template's name; igsource templates lists them."`
	File     string `short:"f" default:"run.yaml" placeholder:"FILE" help:"The file to write, which must not exist yet. Default run.yaml."`
}

// Run writes a template into a new file.
func (c *initCommand) Run(sys *System) error {
	t, ok := templates.Lookup(c.Template)
	if !ok {
		hint := "they are " + strings.Join(templates.Names(), ", ")
		if near := nearest.Name(c.Template, templates.Names()); near != "" {
			hint = "did you mean " + near + "?"
		}
		return plugin.Userf("there is no template called %s: %s", hideTokens(c.Template), hint)
	}
	if err := writeNew(c.File, t.Text); err != nil {
		return err
	}
	_, err := fmt.Fprint(sys.Stdout, "Wrote ", c.File, ": ", t.Doc, ".\n", next(t, c.File))
	return err
}

// writeNew writes a file that does not exist yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return plugin.Userf("%s exists already and is left as it is: name another file with --file, or move it away", path)
	case err != nil:
		return plugin.Userf("%s cannot be written: %w: name another file with --file", path, bare(err))
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path) // half a file would be in the way of the next attempt
		return fmt.Errorf("%s cannot be written: %w", path, bare(err))
	}
	return nil
}

// next says what to do with a template that was written.
func next(t templates.Template, file string) string {
	args := ""
	for _, name := range t.Arguments {
		args += " --arg " + name + "=" + strings.ToUpper(name)
	}
	file = " -f " + shellWord(file)
	return "Next: look through it, put your token into the environment as " + secretVariable("instagram") + ", and run\n" +
		"  igsource schema" + file + args + "\n" +
		"  igsource read" + file + args + "\n"
}

// shellWord is a word as a shell takes it.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/+,:=@%", r)
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
