What has changed runs, and says why; what has not does not.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ echo 3 > in && echo 'keep: 1' > params.yaml && mlrepo add -q in
  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   filter:
  >     cmd: head -n 1 in > filtered
  >     deps: [in]
  >     params: [keep]
  >     outs: [filtered]
  >   sum:
  >     cmd:
  >       - cat filtered > sum
  >       - echo summed
  >     deps: [filtered]
  >     outs: [sum]
  >   report:
  >     cmd: 'cat sum; echo "{\"n\": $(cat sum)}" > report.json'
  >     deps: [sum]
  >     metrics:
  >       - report.json: {cache: false}
  > E
  $ mlrepo status
  Recorded, to be committed in git:
    added:         in
  Stages out of date ('mlrepo repro' runs them):
    filter
      never run
    sum
      never run
    report
      never run
  $ mlrepo repro --dry-run
  filter: runs
    never run
  sum: runs
    never run
  report: runs
    never run
  $ mlrepo repro --dry-run --json | python3 -m json.tool | head -n 8
  [
      {
          "stage": "filter",
          "action": "runs",
          "reasons": [
              "never run"
          ]
      },
  $ mlrepo repro
  filter: never run
    $ head -n 1 in > filtered
  filter: done in * s (glob)
  sum: never run
    $ cat filtered > sum
    $ echo summed
  summed
  sum: done in * s (glob)
  report: never run
    $ cat sum; echo "{\"n\": $(cat sum)}" > report.json
  3
  report: done in * s (glob)
  $ git add -A && git commit -q -m one && git ls-files
  .gitignore
  .mlrepo/.gitignore
  .mlrepo/config
  in.mlr
  mlrepo.lock
  mlrepo.yaml
  params.yaml
  report.json
  $ mlrepo repro; mlrepo repro -q; mlrepo repro -v; mlrepo repro --json
  Nothing to do: 3 stages up to date.
  filter: up to date
  sum: up to date
  report: up to date
  Nothing to do: 3 stages up to date.
  {
    "ran": [],
    "restored": [],
    "up_to_date": [
      "filter",
      "sum",
      "report"
    ]
  }
  $ mlrepo status
  Nothing has changed: data and stages are as recorded.

An input changes, and what comes out does not: what follows is not run.

  $ echo 4 >> in && mlrepo status && mlrepo repro --dry-run && mlrepo repro
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      in
  Stages out of date ('mlrepo repro' runs them):
    filter
      changed dependency: in (modified)
    sum
      runs if 'filter' makes something new
    report
      runs if 'sum' makes something new
  filter: runs
    dependency modified in
  sum: may run
    if 'filter' makes something new
  report: may run
    if 'sum' makes something new
  filter: dependency modified in
    $ head -n 1 in > filtered
  filter: done in * s (glob)
  sum: up to date, its inputs came out as they were
  report: up to date, its inputs came out as they were
  $ mlrepo add -q in && git commit -q -a -m two

Deleted outputs come back without running anything.

  $ rm filtered sum && mlrepo status && mlrepo repro --dry-run && mlrepo repro && cat sum
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       filtered
    deleted:       sum
  Stages out of date ('mlrepo repro' runs them):
    filter
      changed output: filtered (deleted; the store has it)
    sum
      changed output: sum (deleted; the store has it)
  filter: restores outputs from the store
    output deleted filtered
  sum: restores outputs from the store
    output deleted sum
  report: up to date
  filter: restored filtered from the store
  sum: restored sum from the store
  3
  $ rm report.json && mlrepo repro
  report: restored report.json from the store

A param changes in value or in type; a command changes; a dependency goes.

  $ echo 'keep: 2' > params.yaml && mlrepo repro -n; echo 'keep: 1.0' > params.yaml && mlrepo repro -n | head -n 2
  filter: runs
    params changed keep 1 → 2 (params.yaml)
  sum: may run
    if 'filter' makes something new
  report: may run
    if 'sum' makes something new
  filter: runs
    params changed keep 1 → 1.0 (params.yaml)
  $ echo 'keep: true' > params.yaml && mlrepo repro -n | head -n 2; echo 'keep: "1"' > params.yaml; mlrepo repro -n | head -n 2
  filter: runs
    params changed keep 1 → true (params.yaml)
  filter: runs
    params changed keep 1 → '1' (params.yaml)
  $ echo 'keep: 1 # the same' > params.yaml && mlrepo repro -n
  filter: up to date
  sum: up to date
  report: up to date
  $ echo 'other: 1' > params.yaml && mlrepo repro
  error: cannot run the stage 'filter'
  why: params.yaml has no param 'keep'
  hint: add it to params.yaml, or correct 'params' in mlrepo.yaml
  [2]
  $ rm params.yaml && mlrepo status; mlrepo repro
  Stages out of date ('mlrepo repro' runs them):
    filter
      changed param: keep 1 → (none) (params.yaml)
    sum
      runs if 'filter' makes something new
    report
      runs if 'sum' makes something new
  error: cannot run the stage 'filter'
  why: its file of params params.yaml does not exist
  hint: make the file, or correct 'params' in mlrepo.yaml
  [2]
  $ git checkout -q params.yaml && sed -i 's/echo summed/echo again/' mlrepo.yaml && mlrepo status && mlrepo repro
  Stages out of date ('mlrepo repro' runs them):
    sum
      changed command: cat filtered > sum; echo summed → cat filtered > sum; echo again
    report
      runs if 'sum' makes something new
  sum: command changed cat filtered > sum; echo summed → cat filtered > sum; echo again
    $ cat filtered > sum
    $ echo again
  again
  sum: done in * s (glob)
  report: up to date, its inputs came out as they were
  $ rm in && mlrepo repro
  error: cannot run the stage 'filter'
  why: its dependency in does not exist
  hint: mlrepo checkout 'in'
  [12]
  $ mlrepo checkout in && mlrepo repro && rm in in.mlr && mlrepo repro; git reset -q --hard && mlrepo checkout -q
  added    in
  wrote 1 file, 4 B
  Nothing to do: 3 stages up to date.
  error: cannot run the stage 'filter'
  why: its dependency in does not exist
  hint: make the file, or correct 'deps' in mlrepo.yaml

An output that was edited is made again.

  $ echo 99 > sum && mlrepo status && mlrepo repro && cat sum
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      sum
  Stages out of date ('mlrepo repro' runs them):
    sum
      changed output: sum (modified)
      reuses the result of an earlier run
  sum: restored sum from the store
  3

Parts of the pipeline.

  $ echo 5 > in && mlrepo repro -n filter && mlrepo repro -n --single sum && mlrepo repro -n --downstream sum
  filter: runs
    dependency modified in
  sum: up to date
  sum: up to date
  report: up to date
  $ mlrepo repro --single report && mlrepo repro filter && mlrepo repro --downstream sum
  Nothing to do: 1 stage up to date.
  filter: dependency modified in
    $ head -n 1 in > filtered
  filter: done in * s (glob)
  sum: dependency modified filtered
    $ cat filtered > sum
    $ echo summed
  summed
  sum: done in * s (glob)
  report: dependency modified sum
    $ cat sum; echo "{\"n\": $(cat sum)}" > report.json
  5
  report: done in * s (glob)
  $ mlrepo repro --force filter; mlrepo repro --force -n; mlrepo repro --single --force sum
  filter: forced
    $ head -n 1 in > filtered
  filter: done in * s (glob)
  filter: runs
    forced
  sum: runs
    forced
  report: runs
    forced
  sum: forced
    $ cat filtered > sum
    $ echo summed
  summed
  sum: done in * s (glob)
  $ mlrepo repro sum.txt; mlrepo repro repot
  error: cannot find the stage 'sum.txt'
  why: no pipeline file has it
  hint: mlrepo stage list
  error: cannot find the stage 'repot'
  why: no pipeline file has it
  hint: did you mean 'report'?
  [2]

The record can be made without a run.

  $ echo 6 > in && sed -i 's/head -n 1/head -n1/' mlrepo.yaml && mlrepo commit filter && mlrepo status
  recorded  stage 'filter'
  Recorded, to be committed in git:
    modified:      filtered
    modified:      sum
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      in
  $ mlrepo commit && mlrepo status && mlrepo commit
  updated   in  2 B
  stored 1 new object, 2 B
  Recorded, to be committed in git:
    modified:      filtered
    modified:      in
    modified:      sum
  The workspace is as recorded.
  nothing to record
