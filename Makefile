# make help says what there is.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BENCH ?= ../shared/bench
SECONDS = 20
TARGETS =

# On Linux the Swift library goes into the binary: it starts faster and runs where no Swift is installed.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
BINARY := .build/release/mlrepo
COMPLETIONS := .build/completions
INSTALL := install
ROOT := $(DESTDIR)$(PREFIX)

export SWIFT

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-faults test-tsan fuzz lint bench install uninstall clean

help: ## show this list
	@echo 'usage: make TARGET'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

setup: ## install the system packages that are missing
	@.ci/setup

build: setup ## build the release binary, .build/release/mlrepo
	@$(SWIFT) build -c release $(STATIC) --product mlrepo

demo: build ## build, then show the main commands on a real data set
	@Fixtures/breast_cancer/tour.sh $(BINARY) .build/demo

test: setup ## run all tests
	@.ci/test

test-faults: build ## let every system call of every command fail, and test for much longer; SEED=1 tries others
	@MLREPO_TEST=full MLREPO=$(BINARY) .ci/test --filter FaultTests

test-tsan: setup ## run the tests that use threads, and the transcripts, under the thread sanitizer
	@.ci/test --sanitize=thread --scratch-path .build-tsan \
	  --filter 'FilesTests|ObjectsTests|GitTests|WorkspacesTests|PipelinesTests|RemotesTests|TranscriptTests'

fuzz: setup ## feed every reader with made-up input; SECONDS=60 says how long for each, TARGETS which
	@TARGETS='$(TARGETS)' .ci/fuzz -max_total_time=$(SECONDS)

lint: ## check the format of the code
	@$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@echo 'lint: clean'

bench: ## time mlrepo beside its peers; BENCH=FOLDER says where the benchmark is
	@BENCH='$(BENCH)' MAKE='$(MAKE)' .ci/bench

install: build ## install binary, man pages and completions below PREFIX (/usr/local)
	@mkdir -p $(COMPLETIONS)
	@for shell in bash zsh fish; do \
	  $(BINARY) --generate-completion-script $$shell > $(COMPLETIONS)/$$shell || exit; \
	done
	$(INSTALL) -d '$(ROOT)/bin'
	$(INSTALL) -m 755 $(BINARY) '$(ROOT)/bin/mlrepo'
	$(INSTALL) -d '$(ROOT)/share/bash-completion/completions' '$(ROOT)/share/zsh/site-functions' \
	  '$(ROOT)/share/fish/vendor_completions.d'
	$(INSTALL) -m 644 $(COMPLETIONS)/bash '$(ROOT)/share/bash-completion/completions/mlrepo'
	$(INSTALL) -m 644 $(COMPLETIONS)/zsh '$(ROOT)/share/zsh/site-functions/_mlrepo'
	$(INSTALL) -m 644 $(COMPLETIONS)/fish '$(ROOT)/share/fish/vendor_completions.d/mlrepo.fish'
	@for page in $(wildcard Man/*.[1-9]); do \
	  folder='$(ROOT)/share/man'/man$${page##*.}; \
	  $(INSTALL) -d "$$folder" && $(INSTALL) -m 644 "$$page" "$$folder/" || exit; \
	done
	@echo "installed $(ROOT)/bin/mlrepo"

uninstall: ## remove what install put below PREFIX
	rm -f '$(ROOT)/bin/mlrepo' '$(ROOT)/share/bash-completion/completions/mlrepo' \
	  '$(ROOT)/share/zsh/site-functions/_mlrepo' '$(ROOT)/share/fish/vendor_completions.d/mlrepo.fish'
	@for page in $(wildcard Man/*.[1-9]); do \
	  rm -f '$(ROOT)/share/man'/man$${page##*.}/"$${page##*/}"; \
	done

clean: ## remove everything that was built
	rm -rf .build .build-fuzz .build-tsan
