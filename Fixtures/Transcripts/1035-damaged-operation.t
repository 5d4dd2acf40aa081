What only 'undo' needs: a pointer that no commit has, damaged in a store that lies elsewhere.

  $ mkdir store && git init -q shop && cd shop && mlrepo init -q --store $PWD/../store && git commit -q -m init
  $ for text in one two three; do echo $text > data && mlrepo add -q data; done && git add . && git commit -q -m data
  $ short() { sed 's/[0-9a-f]\{2\}\/[0-9a-f]\{62\}:/ID:/g; s/[0-9a-f]\{64\}[-a-z0-9]*/ID/g; s/[0-9a-f]\{16\}-[0-9a-f]\{4\}/OPERATION/g'; }
  $ pointer=$(grep -l 27dd8ed44a ../store/objects/loose/*/*) && chmod u+w $pointer && echo junk >> $pointer

fsck says whose it is, and only looks: what it says the first time it says again.

  $ mlrepo fsck > out 2>&1; echo $?; short < out; mlrepo fsck 2>&1 | diff out -
  1
  damaged: loose/ID: its bytes do not match its id
    needed by data.mlr, to take back OPERATION and OPERATION
  checked 7 objects, 343 B: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  $ mlrepo fsck --repair | short
  hint: add what is missing again where it still exists
  damaged: damaged/ID: it was found damaged earlier
    needed by data.mlr, to take back OPERATION and OPERATION
  repaired: put aside 1 damaged object
  checked 6 objects, 232 B: not all is well
  $ mlrepo fsck --json | short | grep -A 9 needed_by
        "needed_by": [
          {
            "path": "data.mlr",
            "clone": null,
            "workspace": false,
            "commits": [],
            "operations": [
              "OPERATION",
              "OPERATION"
            ]

What that pointer would bring back is not known, so gc takes nothing.

  $ mlrepo gc 2>&1 | short
  error: cannot tell what is needed
  why: data.mlr for the operation OPERATION is damaged or missing: sha256:ID
  hint: mlrepo fsck; operations older than gc.gracePeriod are not asked
  $ mlrepo undo 2>&1 | short
  error: cannot read the object sha256:ID
  why: the store does not have it
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it

The pointer is stored again when the same data is added.

  $ mlrepo undo > /dev/null 2>&1; echo two > data && mlrepo add -q data && mlrepo fsck
  set aside earlier: 1 file in $SANDBOX/store/objects/damaged
  checked 7 objects, 338 B: all intact
