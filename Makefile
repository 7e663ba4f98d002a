# The targets that people and CI use. `make test` needs Go and a C compiler (the race detector's), nothing else.

TOOL = go tool -modfile=tools/go.mod
FUZZTIME ?= 60s

.PHONY: build test lint format soak fuzz bench cross duckdb test-duckdb

build: ## the command, into ./bin
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/igsource ./cmd/igsource

test: ## vet, and every test under the race detector with Arrow's reference checks armed
	go vet -tags assert ./...
	go test -race -tags assert -timeout 30m ./...

lint: ## what a reviewer should not have to say
	$(TOOL) golangci-lint run ./...

format:
	$(TOOL) gofumpt -w $$(git ls-files '*.go')

soak: ## the long tests: large runs, every fault, memory; minutes, not seconds
	go test -tags 'assert soak' -run Soak -timeout 60m -v ./...

fuzz: ## every fuzz target for FUZZTIME
	./bench/fuzz.sh $(FUZZTIME)

bench: ## measured, gate and aim of each figure, of DuckDB where there is a C++ compiler; fails below a gate
	@bad=0; go run ./bench || bad=1; \
	if command -v "$$(go env CXX | cut -d' ' -f1)" >/dev/null; then ($(DUCKDB) go run -tags duckdb_arrow ./bench) || bad=1; \
	else echo 'DuckDB is not measured: no C++ compiler here'; fi; exit $$bad

cross: ## the root module without cgo on every platform we name
	for os in linux darwin windows; do for arch in amd64 arm64; do \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build ./... || exit 1; done; done

# DuckDB is C++: its sink is a module of its own, which needs cgo, g++ and some hundred megabytes of modules.
DUCKDB = cd sink/duckdb && CGO_ENABLED=1

duckdb: ## the command with the DuckDB sink too, into ./bin
	$(DUCKDB) go build -trimpath -ldflags='-s -w' -tags duckdb_arrow -o ../../bin/igsource-duckdb ./cmd/igsource-duckdb

test-duckdb: ## vet, tests and linters of that sink
	$(DUCKDB) go vet -tags 'assert duckdb_arrow' ./...
	$(DUCKDB) go test -race -tags 'assert duckdb_arrow' -timeout 30m ./...
	$(DUCKDB) go tool -modfile=../../tools/go.mod golangci-lint run --build-tags assert,duckdb_arrow ./...
