  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && echo 1 > data/a && echo 2 > b.csv && echo 3 > c.csv && mlrepo add -q data b.csv c.csv
  $ git commit -q -m data

The data stays unless it is to go; it is in the store either way.

  $ mlrepo remove b.csv && git status --short && cat .gitignore && ls b.csv
  no longer tracked: b.csv
  M  .gitignore
  D  b.csv.mlr
  ?? b.csv
  /c.csv
  /data
  b.csv
  $ echo changed > c.csv && mlrepo remove --data c.csv.mlr && ls c.csv
  no longer tracked: c.csv; data removed, 'mlrepo undo' brings it back
  ls: cannot access 'c.csv': No such file or directory
  [2]
  $ mlrepo cat sha256:$(echo changed | sha256sum | cut -d ' ' -f 1)
  changed
  $ mlrepo remove b.csv
  error: cannot remove b.csv
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo remove data/a
  error: cannot remove data/a
  why: it is tracked as a part of data
  hint: mlrepo remove 'data'
  [2]
  $ mlrepo remove --json data | python3 -m json.tool
  [
      {
          "path": "data",
          "id": "sha256:e0973eef8d59b11f7facd197f8a258c9fb1927bcc4f3ddcf51e8cc9270f70702",
          "size": 2,
          "files": 1
      }
  ]
  $ git reset -q --hard && mlrepo checkout && ls
  added    c.csv
  wrote 1 file, 2 B
  b.csv
  b.csv.mlr
  c.csv
  c.csv.mlr
  data
  data.mlr

A move takes the data, its pointer and the stages that read it along.

  $ cat > mlrepo.yaml <<'E'
  > # counts
  > stages:
  >   count:
  >     cmd: wc -l < b.csv > n
  >     deps:
  >       - b.csv  # the input
  >     outs: [n]
  > E
  $ git add . && git commit -q -m count
  $ mlrepo move b.csv raw/b.csv
  moved b.csv to raw/b.csv
  rewrote the dependencies of the stage 'count'
  note: the command of the stage 'count' still names b.csv; edit mlrepo.yaml
  $ git status --short && cat mlrepo.yaml && ls raw
  M  .gitignore
  M  mlrepo.yaml
  A  raw/.gitignore
  R  b.csv.mlr -> raw/b.csv.mlr
  # counts
  stages:
    count:
      cmd: wc -l < b.csv > n
      deps:
        - raw/b.csv  # the input
      outs: [n]
  b.csv
  b.csv.mlr
  $ mlrepo status
  Recorded, to be committed in git:
    deleted:       b.csv
    added:         raw/b.csv
  Stages out of date ('mlrepo repro' runs them):
    count
      never run
  $ mlrepo move data raw && ls raw raw/data && mlrepo status | head -n 4
  moved data to raw/data
  raw:
  b.csv
  b.csv.mlr
  data
  data.mlr
  
  raw/data:
  a
  Recorded, to be committed in git:
    deleted:       b.csv
    deleted:       data
    added:         raw/b.csv
  $ mlrepo move raw/data raw/data/in
  error: cannot move raw/data to raw/data/in
  why: a folder cannot move into itself
  [2]
  $ mlrepo move raw/data c.csv
  error: cannot move raw/data to c.csv
  why: c.csv exists
  hint: choose another name, or take it away first
  [2]
  $ mlrepo move raw/data raw/data
  error: cannot move raw/data to raw/data
  why: it is there already
  [64]
  $ mlrepo move nowhere x
  error: cannot move nowhere
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo move raw/data/a x
  error: cannot move raw/data/a
  why: it is tracked as a part of raw/data
  hint: mlrepo move 'raw/data'
  [2]
  $ mlrepo move raw/b.csv ../x
  error: cannot use the path '../x'
  why: it lies outside the repository
  hint: the repository's root is $SANDBOX/shop
  [2]
  $ mlrepo move raw/b.csv .mlrepo/x
  error: cannot use the path '.mlrepo/x'
  why: it lies inside mlrepo's own folder
  hint: paths are relative to the repository's root and stay inside it
  [2]
  $ mlrepo move --json raw/b.csv raw/d.csv
  {
    "from": "raw/b.csv",
    "to": "raw/d.csv",
    "rewritten": [
      "count"
    ],
    "commands_to_edit": []
  }

The data comes back with undo.

  $ mlrepo remove -q --data raw/d.csv && mlrepo undo && cat raw/d.csv
  took back: mlrepo remove raw/d.csv
  2

An edited file is moved with its edits.

  $ echo edit > raw/d.csv && mlrepo move raw/d.csv e.csv && cat e.csv && mlrepo status | head -n 4
  moved raw/d.csv to e.csv
  rewrote the dependencies of the stage 'count'
  edit
  Recorded, to be committed in git:
    deleted:       b.csv
    deleted:       data
    added:         e.csv

What a stage makes is not removed or moved behind its back.

  $ sed -i 's/b.csv > n/e.csv > n/' mlrepo.yaml && mlrepo repro -q && mlrepo remove n
  error: cannot remove n
  why: it is an output of the stage 'count'
  hint: edit mlrepo.yaml, then run: mlrepo repro count
  [2]
  $ mlrepo move n m
  error: cannot move n
  why: it is an output of the stage 'count'
  hint: edit mlrepo.yaml, then run: mlrepo repro count
  [2]
