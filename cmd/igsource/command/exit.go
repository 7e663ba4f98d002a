package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

// exitError ends the command with a code after everything has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// exit tells err and turns it into an exit code.
func (sys *System) exit(ctx context.Context, err error) int {
	var code exitError
	var told toldError
	var invalid *plugin.InvalidError
	switch {
	case err == nil:
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &told):
	case errors.As(err, &invalid):
		sys.failures(invalid.Failures)
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		fmt.Fprintln(sys.Stderr, "error: stopped before the end:", context.Cause(ctx))
	default:
		fmt.Fprintln(sys.Stderr, "error:", err)
	}
	return exitCode(err)
}

// exitCode is the exit code of a command that ended with err.
func exitCode(err error) int {
	var invalid *plugin.InvalidError
	var user *plugin.UserError
	switch {
	case err == nil:
		return ExitComplete
	case errors.As(err, &invalid), errors.As(err, &user):
		return ExitUser
	}
	return ExitFailed
}

// failures prints configuration failures, a line each.
func (sys *System) failures(failures []plugin.Failure) {
	for _, f := range failures {
		fmt.Fprintln(sys.Stderr, "error:", failureText(f))
	}
	if n := len(failures); n > 1 {
		fmt.Fprintf(sys.Stderr, "%d things to mend; nothing was read.\n", n)
	}
}

// failureText is a failure as one line: its source and its property, unless the message begins with it,
// then what is wrong and what to do.
func failureText(f plugin.Failure) string {
	text := f.Message
	if f.CorrectiveAction != "" {
		text = strings.TrimSuffix(text, ".") + ". " + f.CorrectiveAction
	}
	property, _ := f.Property()
	named := strings.HasPrefix(f.Message, property+" ") || strings.HasPrefix(f.Message, "Required property '"+property+"' ")
	if property != "" && !named {
		text = property + ": " + text
	}
	for _, c := range f.Causes {
		for _, a := range c.Attributes {
			if a.Name == plugin.AttrStage && a.Value != "" {
				return a.Value + ": " + text
			}
		}
	}
	return text
}

// warner prints remarks, each once however often it is told.
type warner struct {
	sys  *System
	told map[string]bool
}

func (sys *System) newWarner() *warner { return &warner{sys: sys, told: make(map[string]bool)} }

// properties prints the remarks on the properties of all sources. A report tells them again, later.
func (w *warner) properties(o *opened) {
	for _, f := range o.warnings(false) {
		w.print(failureText(f))
		w.told[f.String()] = true
	}
}

// warn prints a remark of a report unless it has been told.
func (w *warner) warn(text string) {
	if !w.told[text] {
		w.print(text)
	}
}

func (w *warner) print(text string) {
	if text = strings.TrimSpace(text); !w.told[text] {
		fmt.Fprintln(w.sys.Stderr, "warning:", text)
	}
	w.told[text] = true
}

// bare drops the operation and path that the os package puts before a cause: the sentence around it
// names the path already.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// tokenForm is what access tokens and app secrets look like.
var tokenForm = regexp.MustCompile(`[A-Za-z0-9_|-]{30,}`)

// hideTokens takes what looks like a token out of what a user typed in the wrong place.
func hideTokens(text string) string { return tokenForm.ReplaceAllString(text, secret.Redacted) }
