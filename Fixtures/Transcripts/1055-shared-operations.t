Two clones with one store: a gc in one leaves what the other can still take back.

  $ git init -q one && cd one && mlrepo init -q --store $PWD/../store && echo first > a && mlrepo add -q a && git add . && git commit -q -m first
  $ git clone -q . ../two && cd ../two && mlrepo init -q --store $PWD/../store && mlrepo checkout -q
  $ echo second > a && mlrepo add -q a && echo third > a && mlrepo add -q a
  $ cd ../one && mlrepo config --local gc.gracePeriod 0 && mlrepo gc --yes
  in use:     6 objects, 328 B
  too young:  0 objects, 0 B
  to trash:   1 object, 3 B
  $ cd ../two && mlrepo undo && mlrepo checkout -q && cat a
  took back: mlrepo add a
  second

Where the other has no grace period either, its operations are forgotten too: none stays that could not be taken back.

  $ mlrepo config --local gc.gracePeriod 0 && cd ../one && mlrepo gc --yes -q && cd ../two && mlrepo op log && mlrepo undo
  error: cannot undo
  why: there is no operation to take back
  hint: mlrepo op log
  [2]
  $ mlrepo fsck && cat a
  checked 2 objects, 13 B: all intact
  second
