The workspace comes to match the pointers of whatever commit git is at.

  $ git init -q -b main shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for name in a b c; do echo $name > data/$name; done && echo 1 > x.csv
  $ mlrepo add -q data x.csv && git commit -q -m one
  $ echo more >> data/a && rm data/b && echo d > data/d && echo 2 > x.csv && echo only > two.csv
  $ mlrepo add -q data x.csv two.csv && git commit -q -m two
  $ git checkout -q HEAD~1 && mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data/a
    deleted:       data/b
    new:           data/d
    modified:      x.csv
  $ mlrepo checkout --dry-run
  deleted  two.csv
  modified data/a
  added    data/b
  deleted  data/d
  modified x.csv
  $ mlrepo checkout --dry-run --json | python3 -m json.tool
  {
      "dry_run": true,
      "unsaved": [],
      "changes": [
          {
              "path": "two.csv",
              "change": "deleted"
          },
          {
              "path": "data/a",
              "change": "modified"
          },
          {
              "path": "data/b",
              "change": "added"
          },
          {
              "path": "data/d",
              "change": "deleted"
          },
          {
              "path": "x.csv",
              "change": "modified"
          }
      ],
      "saved": [],
      "kept": [],
      "missing": [],
      "files": 0,
      "bytes": 0
  }
  $ mlrepo checkout && mlrepo checkout
  deleted  two.csv
  modified data/a
  added    data/b
  deleted  data/d
  modified x.csv
  wrote 3 files, 6 B
  nothing to do: the workspace is as recorded
  $ ls data; cat data/a x.csv; ls two.csv
  a
  b
  c
  a
  1
  ls: cannot access 'two.csv': No such file or directory
  [2]
  $ mlrepo status --exit-code
  Nothing has changed: data and stages are as recorded.
  $ git checkout -q main && mlrepo checkout --json | python3 -m json.tool > /dev/null && cat two.csv
  only

Paths choose a part; a part of a folder is a part, too.

  $ rm -r data x.csv && mlrepo checkout x.csv && mlrepo status
  added    x.csv
  wrote 1 file, 2 B
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       data
  $ mlrepo checkout data/a && mlrepo status; mlrepo checkout data/nothing
  added    data/a
  wrote 1 file, 7 B
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       data/c
    deleted:       data/d
  error: cannot find data/nothing
  why: the tracked path data holds nothing of this name
  hint: mlrepo ls 'data'
  [2]
  $ echo edit > data/a && mlrepo checkout data/c && cat data/a && mlrepo checkout -q --force data/a . && cat data/a
  added    data/c
  wrote 1 file, 2 B
  edit
  a
  more
  $ mlrepo checkout nowhere
  error: cannot check out nowhere
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo checkout x.cvs
  error: cannot check out x.cvs
  why: it is not tracked here; did you mean 'x.csv'?
  hint: mlrepo ls
  [2]
  $ cd data && mlrepo checkout . && ls && cd ..
  nothing to do: the workspace is as recorded
  a
  c
  d
  $ rm two.csv && mlrepo checkout two.csv.mlr
  added    two.csv
  wrote 1 file, 5 B

What the user changed is not in the store: nothing is touched, unless it is to be, and then it is kept.

  $ echo mine > x.csv && echo mine > data/c && rm data/a
  $ mlrepo checkout
  error: cannot check out
  why: the store does not have what would be overwritten:
       data/c
       x.csv
  hint: 'mlrepo add' or 'mlrepo commit' keeps it as a version; 'mlrepo checkout --force' stores it and goes ahead
  [2]
  $ cat x.csv; ls data
  mine
  c
  d
  $ mlrepo checkout --dry-run
  unsaved  data/c  (not in the store: needs --force)
  unsaved  x.csv  (not in the store: needs --force)
  added    data/a
  modified data/c
  modified x.csv
  $ mlrepo checkout --force
  saved    data/c  (get it back with: mlrepo cat sha256:fcbc800db3f1867000b852f1ce0044b8f1584f76ade1ed6e65189824f95c3cda)
  saved    x.csv  (get it back with: mlrepo cat sha256:fcbc800db3f1867000b852f1ce0044b8f1584f76ade1ed6e65189824f95c3cda)
  added    data/a
  modified data/c
  modified x.csv
  wrote 3 files, 11 B
  $ cat x.csv data/c
  2
  c
  $ mlrepo cat sha256:$(echo mine | sha256sum | cut -d ' ' -f 1)
  mine

Files that were never recorded stay where they are, as long as nothing else has to be there.

  $ echo extra > data/extra && git checkout -q HEAD~1 && mlrepo checkout
  deleted  two.csv
  modified data/a
  added    data/b
  deleted  data/d
  modified x.csv
  kept     data/extra  (not in the store)
  wrote 3 files, 6 B
  $ ls data
  a
  b
  c
  extra
  $ mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    new:           data/extra
  $ git checkout -q main && rm data/extra && mlrepo checkout -q
  $ git rm -q --cached two.csv.mlr && rm two.csv.mlr && echo unsaved > two.csv && mlrepo checkout; cat two.csv; mlrepo status
  kept     two.csv  (not in the store)
  nothing to do: the workspace is as recorded
  unsaved
  Recorded, to be committed in git:
    deleted:       two.csv
  The workspace is as recorded.
  $ git checkout -q HEAD -- . && mlrepo checkout; cat two.csv
  error: cannot check out
  why: the store does not have what would be overwritten:
       two.csv
  hint: 'mlrepo add' or 'mlrepo commit' keeps it as a version; 'mlrepo checkout --force' stores it and goes ahead
  unsaved

A pointer of somebody else's whose data never came is named; the other files come.

  $ mlrepo checkout -qf; rm -r data x.csv
  $ sed -i 's/id: sha256:.*/id: sha256:0000000000000000000000000000000000000000000000000000000000000000/' x.csv.mlr
  $ mlrepo checkout
  added    data
  wrote 3 files, 11 B
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       x.csv: the store does not have sha256:0000000000000000000000000000000000000000000000000000000000000000
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ ls data x.csv
  ls: cannot access 'x.csv': No such file or directory
  data:
  a
  c
  d
  [2]
  $ mlrepo checkout --json 2> /dev/null | python3 -m json.tool
  {
      "dry_run": false,
      "unsaved": [],
      "changes": [],
      "saved": [],
      "kept": [],
      "missing": [
          {
              "path": "x.csv",
              "id": "sha256:0000000000000000000000000000000000000000000000000000000000000000"
          }
      ],
      "files": 0,
      "bytes": 0
  }
  $ mlrepo status
  Recorded, to be committed in git:
    modified:      x.csv
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       x.csv
    not in store:  x.csv  (sha256:0000000000000000000000000000000000000000000000000000000000000000)
