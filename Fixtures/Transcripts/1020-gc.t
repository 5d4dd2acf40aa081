What anything in git refers to is kept: branches, tags, the stash, the reflog, and the index.

  $ git init -q -b main shop && cd shop && mlrepo init -q && git commit -q -m init
  $ keep() { echo "$1" > x.csv; mlrepo add -q x.csv; }
  $ keep main && git commit -q -m main
  $ git checkout -q -b side && keep branch && git commit -q -m side && git checkout -q main && mlrepo checkout -q
  $ keep tag && git commit -q -m tagged && git tag -a -m v1 v1 && git reset -q --hard HEAD~1 && mlrepo checkout -q
  $ keep reflog && git commit -q -m lost && git reset -q --hard HEAD~1 && mlrepo checkout -q
  $ keep stash && git stash -q && mlrepo checkout -q
  $ keep index && mlrepo config --local core.autostage false && keep workspace && git diff --stat HEAD && git diff --stat
   x.csv.mlr | 4 ++--
   1 file changed, 2 insertions(+), 2 deletions(-)
   x.csv.mlr | 4 ++--
   1 file changed, 2 insertions(+), 2 deletions(-)
  $ echo none > y.csv && mlrepo add -q y.csv && mlrepo remove -q --data y.csv
  $ mlrepo gc
  in use:     18 objects, 928 B
  too young:  0 objects, 0 B
  would go:   0 objects, 0 B
  $ mlrepo config --local gc.gracePeriod 0
  $ mlrepo gc
  in use:     7 objects, 45 B
  too young:  0 objects, 0 B
  would go:   11 objects, 883 B
  nothing was changed; 'mlrepo gc --yes' does it
  $ mlrepo gc --yes -v
    sha256:7c14dadde59c661a6b3a7fce2d7f0723d6ba96df78d7636d3a2d64c8a5f312f7  14 B
    sha256:7b7e758ddc08b254edb9701f73fa1e3713a3c694d1085d5230fd4f7eda0d7c97  107 B
    sha256:f63591a63ab29b2e819497b83e1cbedb3c5655ee7b07da8e5e0230410597eb2d  108 B
    sha256:e1fa6de629380f2a0f0fbfa58a73a4e89e8ccf3d4d0be64d532aec9e79406709  107 B
    sha256:6ae072dbeae2667dd8d3097bfcba4c44bed3c80ae8e127afaec1f24c780ea964  107 B
    sha256:22e9a49a44fd6a21cc6db34cd0f0053cbab70bc074e887185ba86b684ce13d85  7 B
    sha256:fcf33dfbe13c2354bf0e1b063f9fb422747a46cee00b7420bceff2b81457b345  5 B
    sha256:86eac2b84106afe1033b7482cdf1aa252fcfeaa22ff6ba4e9e0a666e89733c5c  107 B
    sha256:f572083197b2382e5e1a14c60ef5a66590b9ff5ac013128a4aa80fd60b83c32d  107 B
    sha256:38138b1340caa4e12e6a8749f4fc8e5a44e5159b429296dc6916fd97669ab0a0  107 B
    sha256:f40aab1c7ecdc772f169fca17584fc745dfc75a0cfc1af3c323e9fe4522626ad  107 B
  in use:     7 objects, 45 B
  too young:  0 objects, 0 B
  to trash:   11 objects, 883 B
  $ has() { mlrepo cat sha256:$(echo $1 | sha256sum | cut -d ' ' -f 1) 2> /dev/null || echo "no $1"; }
  $ for name in main branch tag reflog stash index workspace none; do has $name; done
  main
  branch
  tag
  reflog
  stash
  index
  workspace
  no none
  $ mlrepo fsck && mlrepo status && mlrepo gc --json | python3 -m json.tool
  checked 7 objects, 45 B: all intact
  Recorded, to be committed in git:
    modified:      x.csv
  The workspace is as recorded.
  {
      "done": false,
      "unneeded": {
          "objects": 0,
          "bytes": 0
      },
      "young": {
          "objects": 0,
          "bytes": 0
      },
      "scattered": {
          "objects": 0,
          "bytes": 0
      },
      "few_copies": {
          "objects": 0,
          "bytes": 0
      },
      "left_over": {
          "files": 0,
          "bytes": 0
      },
      "in_use": {
          "objects": 7,
          "bytes": 45
      }
  }
  $ find .mlrepo/trash -mindepth 2 -type f | wc -l
  11

Once nothing remembers them they go.

  $ git stash drop -q && git tag -d v1 > /dev/null && git branch -q -D side && git reflog expire --expire=now --all
  $ mlrepo gc --yes
  in use:     3 objects, 21 B
  too young:  0 objects, 0 B
  to trash:   4 objects, 24 B
  $ for name in main branch tag reflog stash workspace; do has $name; done
  main
  no branch
  no tag
  no reflog
  no stash
  workspace
  $ mlrepo fsck && mlrepo status
  checked 3 objects, 21 B: all intact
  Recorded, to be committed in git:
    modified:      x.csv
  The workspace is as recorded.

What cannot be read may need anything: gc refuses, whatever the damage is.

  $ keep other && echo junk > x.csv.mlr && git commit -q -a -m junk && mlrepo gc
  error: cannot tell what is needed
  why: cannot read x.csv.mlr of commit 0f7833a: x.csv.mlr:1:1: expected a map, found text
  hint: undo what made it so, or wait until no branch, tag, stash or reflog reaches that commit
  [13]
  $ mlrepo gc --yes --json
  {
    "error": "cannot tell what is needed",
    "why": "cannot read x.csv.mlr of commit 0f7833a: x.csv.mlr:1:1: expected a map, found text",
    "hint": "undo what made it so, or wait until no branch, tag, stash or reflog reaches that commit",
    "category": "damaged",
    "exit": 13
  }
  [13]
  $ git reset -q --hard HEAD~1 && mlrepo checkout -q && mlrepo gc
  error: cannot tell what is needed
  why: cannot read x.csv.mlr of commit 0f7833a: x.csv.mlr:1:1: expected a map, found text
  hint: undo what made it so, or wait until no branch, tag, stash or reflog reaches that commit
  [13]
  $ mlrepo fsck; mlrepo log x.csv
  unreadable: cannot read x.csv.mlr of commit 0f7833a: x.csv.mlr:1:1: expected a map, found text
  checked 6 objects, 242 B: not all is well
  b21b1e8  2024-05-06 07:08 +0000  5 B                     main
  $ git update-ref -d ORIG_HEAD
  $ git reflog expire --expire=now --all && mlrepo gc --yes && has other
  in use:     1 object, 5 B
  too young:  0 objects, 0 B
  to trash:   5 objects, 237 B
  no other
  $ mlrepo fsck
  checked 1 object, 5 B: all intact
