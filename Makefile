# `make demo` and `make test` do everything themselves on a Debian 12 or Ubuntu that has Rust, git and make.

# `make demo` takes LISTEN=ADDRESS:PORT and DATA_DIR=DIRECTORY; they reach .ci/demo through the environment.

.PHONY: help demo test drill contract bench deps assets check fmt snapshots schema

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## install what is missing, build, and serve the demo on http://127.0.0.1:8080
	@exec .ci/demo

test: ## install what is missing, then format, lints and every test
	@exec .ci/test

contract: ## hold the running API against its document, and run the tour of docs/api.md
	@.ci/contract

bench: ## measure against 10,000 to 1,000,000 requests and against pgbench; BENCH_SIZES=10000,100000 for less, BENCH_KEEP=DIR keeps the data
	@exec .ci/bench

drill: ## kill servers, workers and Postgres in every phase for some minutes; then nothing may be lost
	@exec cargo test --locked --test drill -- full

deps: ## install the packages that building, running and testing need
	@.ci/deps test

assets: ## build what is embedded in the program
	@.ci/assets

check: ## type-check everything but the typesetting: seconds
	@cargo check --all-targets --no-default-features --locked

fmt: ## format the code
	@cargo fmt

snapshots: ## take over what the snapshot tests now see; look at `git diff` afterwards
	@INSTA_UPDATE=always cargo test --locked

schema: ## write src/schema.rs anew after a change of migrations/ (needs diesel_cli)
	@.ci/schema
