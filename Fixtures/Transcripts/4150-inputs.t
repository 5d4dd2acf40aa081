A stage can depend on more than whole files. Each input is recorded, and each change is named.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && echo 1 > data/a.csv && echo 2 > data/b.csv && echo no > data/readme.txt
  $ printf 'title\nuse a\nuse b\nnotes\n' > notes.txt
  $ printf 'INFO up\nERROR disk\nINFO down\n' > app.log
  $ printf 'id,price\n1,10\n2,20\n' > table.csv
  $ echo 1.0 > version && echo numpy > requirements.txt
  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   join:
  >     cmd: cat data/*.csv > joined
  >     deps: [data/*.csv]
  >     outs: [joined]
  >   pick:
  >     cmd: sed -n 2,3p notes.txt > picked
  >     deps:
  >       - {lines: notes.txt, first: 2, last: 3}
  >     outs: [picked]
  >   errors:
  >     cmd: grep ^ERROR app.log > errors
  >     deps:
  >       - {regex: ^ERROR, file: app.log}
  >     outs: [errors]
  >   tag:
  >     cmd: cat version > tag
  >     deps:
  >       - {command: cat version}
  >     outs: [tag]
  >   sum:
  >     cmd: tail -n +2 table.csv > sum
  >     deps:
  >       - {query: SELECT sum(price) FROM data, file: table.csv}
  >     outs: [sum]
  >   seeded:
  >     cmd: echo "$SEED" > seeded
  >     env: [SEED]
  >     environment:
  >       - requirements.txt
  >       - {command: cat version}
  >     outs: [seeded]
  >     after: [join]
  > E
  $ export SEED=1
  $ mlrepo repro -q -j 1 && cat joined seeded
  1
  2
  1
  $ mlrepo status -q --exit-code

The lock says what was read. The value of a variable may be a secret, so it is not there.

  $ sed -n '/^  errors/,/^    outs/p; /^  join/,/^    outs/p; /^  seeded/,/^    outs/p; /^  sum/,/^    outs/p' mlrepo.lock
    errors:
      cmd:
        - grep ^ERROR app.log > errors
      sources:
        - matches: app.log
          expression: '^ERROR'
          id: sha256:51dc85964ee7af5dce665101a414be22fc0450192f92eb6e261d329813d70ca0
          size: 11
          file: sha256:72e8652246a65e698975f6dc60f57c78a3d36d1a55a508d28dbffb88144100de
      outs:
    join:
      cmd:
        - cat data/*.csv > joined
      sources:
        - glob: data/*.csv
          files:
            - path: data/a.csv
              id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
              size: 2
            - path: data/b.csv
              id: sha256:53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3
              size: 2
      outs:
    seeded:
      cmd:
        - echo "$SEED" > seeded
      env:
        SEED: sha256:6fb73794ff4063024324220bbc4d94cc328397594a4b5aec6f258298e336cd0f
      environment:
        - file: requirements.txt
          id: sha256:e09f656c130b9c08b2c5ab7187c891295e449ed77febea2a6ceee9cc98ccb0fc
          size: 6
        - command: cat version
          id: sha256:5717e7c840171019a4eeab5b79a7f894a4986eaff93d04ec5b12c9a189f594bf
          size: 4
          line: '1.0'
      outs:
    sum:
      cmd:
        - tail -n +2 table.csv > sum
      sources:
        - query: table.csv
          sql: SELECT sum(price) FROM data
          id: sha256:b8f426ef752711bb8b521464abc6a6293bb4549df2a436b5ecf8d6e1396e9d11
          size: 20
          file: sha256:5b45cc300fc9c1dfa3d3d479a5b4cf93a93bd269afccabc199d3b2ba98a7ded5
      outs:

What is beside an input is no reason to run.

  $ echo no > data/more.txt; sed -i 's/title/Title/' notes.txt; echo INFO again >> app.log; echo 3,0 >> table.csv
  $ mlrepo status -q --exit-code
  $ mlrepo repro
  Nothing to do: 6 stages up to date.

Each kind of change has its words.

  $ echo 3 > data/c.csv; echo 22 > data/b.csv; rm data/a.csv; sed -i 's/use b/use c/' notes.txt
  $ echo ERROR net >> app.log; echo 4,5 >> table.csv; echo pandas >> requirements.txt; export SEED=2
  $ mlrepo status
  Recorded, to be committed in git:
    added:         errors
    added:         joined
    added:         picked
    added:         seeded
    added:         sum
    added:         tag
  Stages out of date ('mlrepo repro' runs them):
    join
      changed dependency: data/*.csv (added data/c.csv; modified data/b.csv; removed data/a.csv)
    pick
      changed dependency: lines 2-3 of notes.txt (modified)
    errors
      changed dependency: lines of app.log that match '^ERROR' (modified)
    sum
      changed dependency: query of table.csv 'SELECT sum(price) FROM data' (modified)
    seeded
      changed environment variable: SEED (modified)
      changed environment: requirements.txt

A command of the repository runs in repro only, never in status, so status does not know of these.

  $ echo 1.1 > version
  $ mlrepo repro --dry-run
  join: runs
    dependency modified data/*.csv: added data/c.csv; modified data/b.csv; removed data/a.csv
  pick: runs
    dependency modified lines 2-3 of notes.txt
  errors: runs
    dependency modified lines of app.log that match '^ERROR'
  tag: runs
    dependency modified output of 'cat version'
  sum: runs
    dependency modified query of table.csv 'SELECT sum(price) FROM data'
  seeded: runs
    environment variable modified SEED
    environment changed requirements.txt
    environment changed 'cat version' 1.0 → 1.1
  $ mlrepo repro -q -j 1 && mlrepo status -q --exit-code
  $ unset SEED && mlrepo repro --dry-run seeded && export SEED=2
  join: up to date
  seeded: runs
    environment variable deleted SEED

A changed environment can be a remark instead of a reason.

  $ mlrepo config repro.environment report
  $ echo torch > requirements.txt && echo 1.2 > version
  $ mlrepo status
  Recorded, to be committed in git:
    added:         errors
    added:         joined
    added:         picked
    added:         seeded
    added:         sum
    added:         tag
  Reported only: environment changed requirements.txt, for stage seeded
  The workspace is as recorded.
  $ mlrepo repro --dry-run seeded
  join: up to date
  seeded: up to date
    environment changed requirements.txt (only reported)
    environment changed 'cat version' 1.1 → 1.2 (only reported)
  $ mlrepo config repro.environment sometimes
  error: cannot set repro.environment to 'sometimes'
  why: it must be rerun or report
  [64]

What cannot be read or computed is an error that says where.

  $ sed -i 's/sum(price)/sum(cost)/' mlrepo.yaml && mlrepo status
  error: cannot read the query of table.csv 'SELECT sum(cost) FROM data', a dependency of the stage 'sum'
  why: SQLite says: no such column: cost
  hint: correct it in mlrepo.yaml
  [2]
  $ sed -i 's/sum(cost)/sum(price)/; s/\^ERROR, file/"(ERROR", file/' mlrepo.yaml && mlrepo status
  error: cannot read the lines of app.log that match '(ERROR', a dependency of the stage 'errors'
  why: the expression is wrong: Unmatched ( or \(
  hint: correct it in mlrepo.yaml
  [2]
  $ sed -i 's/"(ERROR", file/^ERROR, file/; s/command: cat version}/command: cat nothing}/' mlrepo.yaml
  $ mlrepo repro -n
  error: cannot tell what the stage 'tag' depends on
  why: 'cat nothing' exited with 1
  hint: run it by hand, or correct it in mlrepo.yaml
  [2]
