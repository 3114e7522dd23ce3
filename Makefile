# Two commands do all the set-up:
#   go run ./cmd/zhenwu demo    the simulated town (Go alone)
#   make test                   everything that must hold
.PHONY: test setup lint unit whole build bench screens

test: setup lint unit whole

# PostgreSQL 15, Chromium, LibreOffice, poppler and CJK fonts, from Debian where they are missing.
setup:
	.ci/setup

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

lint:
	@test -z "$$(gofmt -l cmd internal catalogs)" || { echo "gofmt:"; gofmt -l cmd internal catalogs; exit 1; }
	go vet ./...
	go vet -tags whole,screens ./cmd/zhenwu ./internal/verify
	$(STATICCHECK) ./...

# Every package under the race detector, with small histories.
unit:
	go test -race -timeout 20m ./...

# The laws of the kernel over random walks of random catalogs, on both engines, without the race detector.
WALKS = go test -count=1 -timeout 20m -run 'TestLaws|TestHindsight|TestEditions' ./internal/hall

# The plainly built binary: the full year, the crash test, the browser.
whole: build
	ZHENWU_WALKS=6 $(WALKS)
	ZHENWU_BIN=$(CURDIR)/build/zhenwu go test -count=1 -timeout 30m -tags whole ./cmd/zhenwu ./internal/web/...
	go test -count=1 -timeout 10m -tags whole -run 'TestBrowser|TestEdition' ./internal/verify

build:
	go build -trimpath -ldflags '-s -w' -o build/zhenwu ./cmd/zhenwu

# The pictures of every page, from the filled town; look at them before they are kept.
screens: build
	rm -f docs/screens/*.png
	ZHENWU_BIN=$(CURDIR)/build/zhenwu go test -count=1 -timeout 20m -tags whole,screens -run TestScreens -v ./cmd/zhenwu

bench: build
	build/zhenwu bench
