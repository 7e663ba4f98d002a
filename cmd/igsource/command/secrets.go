package command

import (
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/igsource/igsource/plugin"
)

// secretStore returns what secure(key) asks: the environment first, then the secrets file. An empty
// variable is as good as none.
func (f *runFlags) secretStore(sys *System) (func(string) (string, error), error) {
	file, err := readSecrets(f.Secrets)
	if err != nil {
		return nil, err
	}
	return func(key string) (string, error) {
		variable := secretVariable(key)
		if v := sys.Getenv(variable); v != "" {
			return v, nil
		}
		if v := file[key]; v != "" {
			return v, nil
		}
		if f.Secrets != "" {
			return "", plugin.Userf("set the environment variable %s, or write %s into %s.", variable, key, f.Secrets)
		}
		return "", plugin.Userf("set the environment variable %s, or name a file of secrets with --secrets.", variable)
	}, nil
}

// readSecrets reads a YAML map of names and values. No error repeats anything of the file.
func readSecrets(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, plugin.Userf("the secrets file %s cannot be read: %w", path, bare(err))
	}
	var file map[string]string
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, plugin.Userf("the secrets file %s is not a YAML map of names and values: write a line NAME: VALUE for each secret", path)
	}
	return file, nil
}

// secretVariable is the environment variable of a secret: IGSOURCE_SECRET_ and the key in upper case,
// with everything but letters and digits as _.
func secretVariable(key string) string {
	return "IGSOURCE_SECRET_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, key)
}
