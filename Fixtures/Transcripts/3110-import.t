An import is tracked here, and remembers where it is from.

  $ export HOME=$PWD/home && mkdir home
  $ git init -q -b main ada && cd ada && mlrepo init -q && mkdir data && for n in 1 2; do echo $n > data/$n; done
  $ mlrepo add -q data && git add . && git commit -q -m one && git tag v1 && cd ..
  $ git init -q ben && cd ben && mlrepo init -q && git commit -q -m start
  $ mlrepo import ../ada@main data -o train
  imported  train  2 files, 4 B from ../ada@main: data
  $ cat train.mlr && cat train/1
  out:
    path: train
    id: sha256:dae6b04e662b55ed7db97bb43e29726d3b80a65c38358e3e2653437ba7580a65
    size: 4
    files: 2
  from:
    repo: ../ada
    path: data
    rev: main
    rev_lock: '2d731d729355d70f67e8b0d397408fe32e286805'
  1
  $ mlrepo status && git commit -q -m import
  Recorded, to be committed in git:
    added:         train
  The workspace is as recorded.
  $ mlrepo import ../ada data/1 -o train/x
  error: cannot import train/x
  why: it lies in train, which is tracked already
  hint: mlrepo add 'train'
  [2]
  $ mlrepo import ../ada data -o train
  error: cannot import train
  why: it exists already
  hint: --force stores what is there and replaces it; 'mlrepo undo' brings it back
  [2]

Nothing asks the other repository but 'update', and 'status' when it is told to.

  $ echo new > ../ada/data/1 && mlrepo -C ../ada add -q data && git -C ../ada commit -q -a -m two
  $ mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ mlrepo status --imports
  Changed where they are from ('mlrepo update' takes it over):
    train  ../ada@main: data
  $ mlrepo status --imports --exit-code > /dev/null
  [1]

Anybody could have written a pointer that names private files of this machine, so those are updated only by name.

  $ mlrepo update
  note: train is from this machine (../ada@main: data); it is updated when it is named
  $ mlrepo update train
  updated   train  2 files, 6 B from ../ada@main: data
  $ cat train/1 && git diff HEAD --stat && mlrepo status --imports
  new
   train.mlr | 6 +++---
   1 file changed, 3 insertions(+), 3 deletions(-)
  All imports are as they are where they are from.
  $ mlrepo undo && cat train/1 && git status --short
  took back: mlrepo update train
  1
  $ echo mine > train/2 && mlrepo update train
  error: cannot update train
  why: the store does not have what would be overwritten:
       train/2
  hint: --force stores it and goes ahead; 'mlrepo undo' brings it back
  [2]
  $ mlrepo update train --force && cat train/2 && mlrepo undo && cat train/2
  updated   train  2 files, 6 B from ../ada@main: data
  2
  took back: mlrepo update train
  mine
  $ mlrepo checkout -q --force && mlrepo update train --rev v1 && git diff HEAD train.mlr | grep '^[+-]'
  updated   train  2 files, 4 B from ../ada@v1: data
  --- a/train.mlr
  +++ b/train.mlr
  -  rev: main
  +  rev: v1
  $ mlrepo update train --json | grep -v _lock
  [
    {
      "path": "train",
      "action": "unchanged",
      "id": "sha256:dae6b04e662b55ed7db97bb43e29726d3b80a65c38358e3e2653437ba7580a65",
      "size": 4,
      "files": 2,
      "from": {
        "repo": "../ada",
        "path": "data",
        "rev": "v1",
      }
    }
  ]

What is changed here is no import any more, and what is moved still is.

  $ mlrepo move -q train learn && grep -A1 from learn.mlr
  from:
    repo: ../ada
  $ echo mine >> learn/1 && mlrepo add -q learn && cat learn.mlr
  out:
    path: learn
    id: sha256:ba853e694a348a25fec583ff08673010f03cbeb3a0db5a51a1e69a955a3ff258
    size: 9
    files: 2
  $ mlrepo update learn
  error: cannot update learn
  why: it is no import
  hint: mlrepo import
  [64]
