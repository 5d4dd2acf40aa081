What changed between commits, or since one.

  $ git init -q -b main shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo log
  error: cannot show the log
  why: no commit tracks any data
  hint: mlrepo add DATA && git commit
  [2]
  $ mkdir data && for name in a b c d; do echo $name > data/$name; done && echo 1 > x.csv && echo 3 > z.csv
  $ mlrepo add -q data x.csv z.csv && git commit -q -m one
  $ mlrepo diff
  no differences
  $ echo more >> data/a && rm data/b && mv data/c data/e && mkdir data/sub && echo f > data/sub/f && echo 22 > x.csv
  $ mlrepo diff
  modified data/  1 added, 1 deleted, 1 modified, 1 renamed; 8 B → 13 B
  modified x.csv  2 B → 3 B
  $ mlrepo add -q data x.csv && mlrepo move -q z.csv y.csv && echo new > new.csv && mlrepo add -q new.csv
  $ git commit -q -m two
  $ mlrepo diff HEAD~1 HEAD
  modified data/  1 added, 1 deleted, 1 modified, 1 renamed; 8 B → 13 B
  added    new.csv  4 B
  modified x.csv  2 B → 3 B
  renamed  z.csv → y.csv
  $ mlrepo diff -R HEAD~1
  modified data/  1 added, 1 deleted, 1 modified, 1 renamed; 8 B → 13 B
    modified data/a  2 B → 7 B
    deleted  data/b  2 B
    renamed  data/c → data/e
    added    data/sub/f  2 B
  added    new.csv  4 B
  modified x.csv  2 B → 3 B
  renamed  z.csv → y.csv
  $ mlrepo diff HEAD HEAD~1
  modified data/  1 added, 1 deleted, 1 modified, 1 renamed; 13 B → 8 B
  deleted  new.csv  4 B
  modified x.csv  3 B → 2 B
  renamed  y.csv → z.csv
  $ mlrepo diff --json -R HEAD~1 HEAD | python3 -m json.tool > /dev/null
  $ mlrepo diff --json HEAD~1 | python3 -m json.tool | head -n 12
  [
      {
          "path": "data",
          "change": "modified",
          "old": {
              "id": "sha256:361b1b9c5081b027ea50c8645c4fc56e7093b00efe1dc2325c1df75574cd3187",
              "size": 8,
              "files": 4
          },
          "new": {
              "id": "sha256:2ca6ef2d898f0f1c9cebf1c7b562c3e7d50777b62c62d68441f6f781ae9a0f35",
              "size": 13,
  $ mlrepo diff --exit-code; mlrepo diff --exit-code HEAD~1 > /dev/null
  no differences
  [1]
  $ mlrepo diff nowhere
  error: cannot find the revision 'nowhere'
  why: git has no such branch, tag or commit
  hint: git log --oneline
  [2]
  $ mlrepo diff HEAD~9 HEAD
  error: cannot find the revision 'HEAD~9'
  why: git has no such branch, tag or commit
  hint: git log --oneline
  [2]
  $ mlrepo diff --json HEAD nowhere
  {
    "error": "cannot find the revision 'nowhere'",
    "why": "git has no such branch, tag or commit",
    "hint": "git log --oneline",
    "category": "failed",
    "exit": 2
  }
  [2]

Listing and printing at any commit touch nothing.

  $ mlrepo ls
        13 B       4 files  data/
         4 B                new.csv
         3 B                x.csv
         2 B                y.csv
  $ mlrepo ls data
         7 B                data/a
         2 B                data/d
         2 B                data/e
         2 B        1 file  data/sub/
  $ mlrepo ls -R --rev HEAD~1
         2 B                data/a
         2 B                data/b
         2 B                data/c
         2 B                data/d
         2 B                x.csv
         2 B                z.csv
  $ mlrepo ls --rev HEAD~1 data/sub
  error: cannot find data/sub
  why: the tracked path data holds nothing of this name
  hint: mlrepo ls 'data'
  [2]
  $ mlrepo ls nowhere
  error: cannot list nowhere
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo ls --rev nowhere
  error: cannot find the revision 'nowhere'
  why: git has no such branch, tag or commit
  hint: git log --oneline
  [2]
  $ mlrepo ls --json data/sub
  [
    {
      "path": "data/sub/f",
      "id": "sha256:092fcfbbcfca3b5be7ae1b5e58538e92c35ab273ae13664fed0d67484c8e78a6",
      "size": 2
    }
  ]
  $ (cd data && mlrepo ls . && mlrepo cat sub/f)
         7 B                data/a
         2 B                data/d
         2 B                data/e
         2 B        1 file  data/sub/
  f
  $ mlrepo cat x.csv; mlrepo cat x.csv --rev HEAD~1; mlrepo cat z.csv --rev main~1
  22
  1
  3
  $ mlrepo cat x.csv.mlr --rev HEAD~1 | head -n 2
  out:
    path: x.csv
  $ mlrepo cat data
  error: cannot print data
  why: it is a folder
  hint: mlrepo ls 'data'
  [2]
  $ mlrepo cat data/nowhere
  error: cannot find data/nowhere
  why: the tracked path data holds nothing of this name
  hint: mlrepo ls 'data'
  [2]
  $ mlrepo cat nowhere
  error: cannot print nowhere
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo cat sha256:12
  error: cannot read the object id 'sha256:12'
  why: an id is 'sha256:' and 64 hexadecimal digits in lower case
  hint: mlrepo ls --json
  [64]
  $ mlrepo cat sha256:0000000000000000000000000000000000000000000000000000000000000000
  error: cannot read the object sha256:0000000000000000000000000000000000000000000000000000000000000000
  why: the store does not have it
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]

The log names the commits at which data changed, across merges and renames of branches.

  $ git checkout -q -b side HEAD~1 && mlrepo checkout -q && echo side > z.csv && mlrepo add -q z.csv
  $ git commit -q -m side && git checkout -q main && git commit -q --allow-empty -m idle
  $ git merge -q -m merge side > /dev/null 2>&1; mlrepo status; git diff --name-only --diff-filter=U
  error: cannot read y.csv.mlr
  why: y.csv.mlr: it holds the conflict markers of a merge; take one side, --ours or --theirs
  hint: git checkout --ours -- 'y.csv.mlr' && mlrepo checkout
  y.csv.mlr
  $ git checkout -q --ours . ; git add -A; git commit -q -m merge; mlrepo checkout; mlrepo status
  modified data/a
  deleted  data/b
  deleted  data/c
  added    data/e
  added    data/sub/f
  added    new.csv
  modified x.csv
  added    y.csv
  wrote 6 files, 20 B
  Nothing has changed: data and stages are as recorded.
  $ git log --oneline --graph
  *   5910296 merge
  |\  
  | * 5920d16 side
  * | 05adcf5 idle
  * | 32c6ae1 two
  |/  
  * 019f85f one
  * ae9dc5e init
  $ mlrepo log x.csv
  32c6ae1  2024-05-06 07:08 +0000  3 B                     two
  019f85f  2024-05-06 07:08 +0000  2 B                     one
  $ mlrepo log z.csv
  32c6ae1  2024-05-06 07:08 +0000  removed                 two
  5920d16  2024-05-06 07:08 +0000  5 B                     side
  019f85f  2024-05-06 07:08 +0000  2 B                     one
  $ mlrepo log data/a
  32c6ae1  2024-05-06 07:08 +0000  7 B                     two
  019f85f  2024-05-06 07:08 +0000  2 B                     one
  $ mlrepo log data/sub
  32c6ae1  2024-05-06 07:08 +0000  1 file, 2 B             two
  $ mlrepo log
  32c6ae1  2024-05-06 07:08 +0000  7 files, 22 B           two
  5920d16  2024-05-06 07:08 +0000  6 files, 15 B           side
  019f85f  2024-05-06 07:08 +0000  6 files, 12 B           one
  $ mlrepo log -n 1 data; mlrepo log --json x.csv | python3 -m json.tool | head -n 12
  32c6ae1  2024-05-06 07:08 +0000  4 files, 13 B           two
  [
      {
          "commit": "32c6ae18bb36d31ac0c54da08abb474720882198",
          "time": 1714979289,
          "author": "Ada",
          "summary": "two",
          "content": {
              "id": "sha256:f14b4987904bcb5814e4459a057ed4d20f58a633152288a761214dcd28780b56",
              "size": 3
          },
          "unreadable": false
      },
  $ mlrepo log nowhere
  error: cannot show the log of nowhere
  why: no commit tracks it
  hint: mlrepo ls
  [2]
  $ (cd data && mlrepo log a)
  32c6ae1  2024-05-06 07:08 +0000  7 B                     two
  019f85f  2024-05-06 07:08 +0000  2 B                     one
