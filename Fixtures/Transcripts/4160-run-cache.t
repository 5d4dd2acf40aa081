A stage that is to run on just what it ran on before is not run: what it made comes from the store.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ echo 1 > raw && echo 'depth: 3' > params.yaml
  $ mlrepo stage add -q -n clean -d raw -o cleaned 'cp raw cleaned'
  $ mlrepo stage add -q -n train -d cleaned -p depth -o model 'cat cleaned params.yaml > model'
  $ mlrepo repro -q && git add -A && git commit -q -m one
  $ mlrepo run-cache show $(mlrepo run-cache list train | cut -c 1-10) | tail -n +3
    cmd:
      - cat cleaned params.yaml > model
    deps:
      - path: cleaned
        id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
        size: 2
    params:
      params.yaml:
        depth: 3
    outs:
      - path: model
        id: sha256:a489a2ec123b7a869aae7333050f0a88ceec5ae8f34f3e96314bac67fec22e7c
        size: 11
  $ git checkout -q -b wide && echo 'depth: 6' > params.yaml && mlrepo repro -q && git commit -q -a -m six
  $ git checkout -q - && mlrepo checkout -q && mlrepo status -q --exit-code
  $ echo 'depth: 6' > params.yaml
  $ mlrepo repro --dry-run
  clean: up to date
  train: reuses an earlier result
    params changed depth 3 → 6 (params.yaml)
  $ mlrepo repro -q && cat model
  1
  depth: 6

The plan goes on through what is reused: nothing downstream is left open.

  $ echo 2 > raw && mlrepo repro -q && echo 1 > raw && mlrepo repro --dry-run
  clean: reuses an earlier result
    dependency modified raw
  train: reuses an earlier result
    dependency modified cleaned
  $ mlrepo repro -q && cat model && mlrepo status -q --exit-code
  1
  depth: 6

A run is forced past it, or does without.

  $ echo 'depth: 3' > params.yaml && mlrepo repro -q --no-run-cache && mlrepo repro --force --dry-run
  clean: runs
    forced
  train: runs
    forced

What is known.

  $ mlrepo run-cache list | sed 's/^[0-9a-f]* *[-0-9]* [:0-9]* [+0-9]* *//' | sort
  clean  1 output, 2 B
  clean  1 output, 2 B
  train  1 output, 11 B
  train  1 output, 11 B
  train  1 output, 11 B
  $ mlrepo run-cache list --json | grep -c '"complete": true'
  5
  $ mlrepo run-cache show fff0fff0
  error: cannot find the run 'fff0fff0'
  why: the run cache has none that starts with it
  hint: mlrepo run-cache list
  [2]

gc keeps what the recent runs made. A run that has lost an output is of no use, and forgotten.

  $ git branch -q -D wide && mlrepo gc --explain sha256:$(printf '2\ndepth: 6\n' | sha256sum | cut -c 1-64) | tail -n 1
  run * of train in the run cache (glob)
  $ mlrepo config gc.gracePeriod 0 && mlrepo run-cache prune --older-than 0
  forgot 5 runs
  $ mlrepo run-cache list
  The run cache is empty.
  $ mlrepo run-cache prune --older-than never
  error: cannot understand the arguments of 'mlrepo run-cache prune'
  why: the value 'never' is invalid for '--older-than <days>'
  usage: mlrepo run-cache prune [--older-than <days>] [--json]
  hint: mlrepo run-cache prune --help
  [64]

A clone that shares the store shares the runs.

  $ cd .. && mkdir store
  $ git init -q first && cd first && mlrepo init -q --store ../store && echo 1 > in
  $ mlrepo stage add -q -n copy -d in -o out 'cp in out' && mlrepo repro -q && git add -A && git commit -q -m x
  $ cd .. && git clone -q first second && cd second && mlrepo init -q --store ../store
  $ rm mlrepo.lock && mlrepo repro --dry-run && mlrepo repro && cat out
  copy: reuses an earlier result
  copy: restored out from the store
  1
