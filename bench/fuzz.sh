#!/usr/bin/env bash
# Runs every fuzz target of the module for a time each: bench/fuzz.sh 60s [package pattern]
set -euo pipefail
time=${1:-60s}
for package in $(go list "${2:-./...}"); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$package"
  done
done
