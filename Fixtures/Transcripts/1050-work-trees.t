A work tree of git's has the store, the lock and the settings of the clone it was made in; its index and its operations are its own.

  $ git init -q -b main shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for i in 1 2 3 4 5; do echo "number $i" > data/$i; done && mlrepo add -q data && git commit -q -m data
  $ mlrepo config --local core.autostage false && old() { find .mlrepo/objects -type f -exec touch -d '30 days ago' {} +; }
  $ git worktree add -q -b side ../side && cd ../side && mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       data
  $ mlrepo checkout && cat data/3 && mlrepo config core.autostage
  added    data
  wrote 5 files, 45 B
  number 3
  false
  $ echo side > data/side && mlrepo add data && ls -A .mlrepo && git commit -q -a -m side
  updated   data  6 files, 50 B
  stored 2 new objects, 448 B
  .gitignore
  config
  index
  ops
  tmp
  $ mlrepo op log | sed 's/^[0-9a-f-]* *[^ ]* *[^ ]* *[^ ]* *//'
  add data
  checkout
  $ cd ../shop && mlrepo op log | wc -l && mlrepo cat --rev side data/side
  1
  side

gc in either keeps what the other needs: pointers that git does not know yet, and what an undo brings back.

  $ cd ../side && echo 'only here' > new && mlrepo add -q new
  $ echo again > new && mlrepo add -q new && cd ../shop && old && mlrepo gc --yes && cd ../side
  in use:     16 objects, 1.3 KiB
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  $ mlrepo undo -q && mlrepo checkout -q && cat new && mlrepo fsck
  only here
  checked 16 objects, 1.3 KiB: all intact
  $ cd ../shop && echo 'only there' > other && mlrepo add -q other && echo changed > other && mlrepo add -q other && old
  $ cd ../side && mlrepo gc --yes && cd ../shop && mlrepo undo -q && mlrepo checkout -q && cat other && mlrepo fsck
  in use:     21 objects, 1.6 KiB
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  only there
  checked 21 objects, 1.6 KiB: all intact

What is damaged is named with the work tree that needs it.

  $ sum=$(echo 'only here' | sha256sum | cut -d ' ' -f 1) && mv .mlrepo/objects/loose/${sum:0:2}/${sum:2} ../kept && mlrepo fsck
  missing: sha256:06a249dc6db689997a013cc33683678c6dcb98c676d91d44de2764ceb58521ce
    needed by new of $SANDBOX/side in the workspace
  checked 20 objects, 1.5 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]
  $ mv ../kept .mlrepo/objects/loose/${sum:0:2}/${sum:2}

Of a work tree that is gone git still knows what was committed and staged. One that is locked may be out of reach only.

  $ mv ../side ../moved && mlrepo gc && git worktree lock ../side && mlrepo gc --yes; mlrepo fsck
  in use:     15 objects, 1.2 KiB
  too young:  0 objects, 0 B
  would go:   6 objects, 356 B
  nothing was changed; 'mlrepo gc --yes' does it
  error: cannot tell what the work tree $SANDBOX/side needs
  why: it is locked and not there
  hint: mount it; if it is gone: git worktree unlock '$SANDBOX/side'
  note: cannot tell what the work tree $SANDBOX/side needs: it is locked and not there
  checked 21 objects, 1.6 KiB: all intact
  $ git worktree unlock ../side && git worktree prune && mlrepo gc
  in use:     15 objects, 1.2 KiB
  too young:  0 objects, 0 B
  would go:   6 objects, 356 B
  nothing was changed; 'mlrepo gc --yes' does it

The work tree of a bare repository keeps its objects in git's folder, for all of them.

  $ git clone -q --bare . ../bare.git && git -C ../bare.git worktree add -q ../one main && git -C ../bare.git worktree add -q -b two ../two main
  $ cd ../one && echo here > here && mlrepo add -q here && git add . && git commit -q -m here && ls ../bare.git/mlrepo
  lock
  objects
  tmp
  $ cd ../two && git merge -q main && mlrepo checkout -q here && cat here
  here

A submodule is a repository of its own, in which everything works.

  $ git init -q ../super && cd ../super && mlrepo init -q && git -c protocol.file.allow=always submodule --quiet add ../shop sub && git commit -q -m sub
  $ cd sub && echo inner > inner && mlrepo add inner && rm inner && mlrepo checkout inner && cat inner && ls .mlrepo/objects && cd .. && mlrepo status
  added     inner  6 B
  stored 1 new object, 6 B
  added    inner
  wrote 1 file, 6 B
  inner
  loose
  packs
  Nothing has changed: data and stages are as recorded.
