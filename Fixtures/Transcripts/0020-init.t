Without git there is nothing to keep pointers in, and the hint is what to run.

  $ mkdir shop && cd shop
  $ mlrepo init
  error: cannot make a repository in $SANDBOX/shop
  why: neither it nor a folder above it holds a '.git'
  hint: git init && mlrepo init
  [10]
  $ mlrepo status
  error: cannot find a repository at $SANDBOX/shop
  why: neither it nor any folder above it holds a .mlrepo folder
  hint: git init && mlrepo init
  [10]
  $ git init -q
  $ mlrepo status
  error: cannot find a repository at $SANDBOX/shop
  why: neither it nor any folder above it holds a .mlrepo folder
  hint: mlrepo init
  [10]

In a git repository it makes a folder, and stages what git is to share.

  $ mlrepo init
  initialized $SANDBOX/shop/.mlrepo
  next: mlrepo add DATA, then git commit
  $ git status --short
  A  .mlrepo/.gitignore
  A  .mlrepo/config
  $ cat .mlrepo/.gitignore
  /config.local
  /index/
  /lock
  /logs/
  /objects/
  /ops/
  /tmp/
  /trash/
  $ git commit -q -m init
  $ mlrepo status
  Nothing has changed: data and stages are as recorded.

Doing it again changes nothing.

  $ mlrepo init
  $SANDBOX/shop/.mlrepo is there already; nothing changed
  $ git status --short

A file that went missing comes back.

  $ rm .mlrepo/.gitignore && mlrepo init -q && git status --short

Below the root it asks whether that is meant, and then makes one for this folder alone.

  $ mkdir -p apps/one && cd apps/one
  $ mlrepo init
  error: cannot make a repository in $SANDBOX/shop/apps/one
  why: it is a sub-folder of the git repository $SANDBOX/shop
  hint: run 'mlrepo init' there, or 'mlrepo init --subdir' to make one for this folder only
  [64]
  $ mlrepo init --subdir --json
  {
    "root": "$SANDBOX/shop/apps/one",
    "created": true
  }
  $ git status --short
  A  .mlrepo/.gitignore
  A  .mlrepo/config
  $ echo 1 > data.csv && mlrepo add data.csv
  added     data.csv  2 B
  stored 1 new object, 2 B
  $ git -C ../.. status --short
  A  apps/one/.gitignore
  A  apps/one/.mlrepo/.gitignore
  A  apps/one/.mlrepo/config
  A  apps/one/data.csv.mlr
  $ git commit -q -m one && rm data.csv && mlrepo checkout && mlrepo log data.csv
  added    data.csv
  wrote 1 file, 2 B
  60ed0dd  2024-05-06 07:08 +0000  2 B                     one
  $ mlrepo -C ../.. ls

In a folder of git's own, or without a work tree, it refuses.

  $ cd ../../.git && mlrepo init
  error: cannot make a repository in $SANDBOX/shop/.git
  why: it lies inside a '.git' folder
  hint: mlrepo -C '$SANDBOX/shop' init
  [64]
  $ cd .. && git init -q --bare ../bare.git && cd ../bare.git && mlrepo init
  error: cannot make a repository in $SANDBOX/bare.git
  why: it is bare: it has no work tree
  hint: git clone '$SANDBOX/bare.git'
  [10]

A name in the way of the folder is named.

  $ cd .. && git init -q taken && cd taken && echo mine > .mlrepo
  $ mlrepo init
  error: cannot make a repository in $SANDBOX/taken
  why: its '.mlrepo' is not a folder
  hint: mv .mlrepo mlrepo.old && mlrepo init
  [2]
  $ cat .mlrepo
  mine
