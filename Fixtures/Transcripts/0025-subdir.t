A repository of a sub-folder has data, stages and history of its own; paths are relative to it.

  $ git init -q shop && cd shop && mkdir -p apps/one && cd apps/one && mlrepo init -q --subdir
  $ echo 1 > in && mlrepo add in && mlrepo stage add -q -n copy -d in -o out 'cp in out' && mlrepo repro -q
  added     in  2 B
  stored 1 new object, 2 B
  $ git commit -q -m one && git ls-files --full-name
  apps/one/.gitignore
  apps/one/.mlrepo/.gitignore
  apps/one/.mlrepo/config
  apps/one/in.mlr
  apps/one/mlrepo.lock
  apps/one/mlrepo.yaml
  $ echo 22 > in && mlrepo repro -q && mlrepo add -q in && git commit -q -m two && mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ mlrepo diff HEAD~1 && mlrepo log in && mlrepo ls --rev HEAD~1 && mlrepo cat out --rev HEAD~1
  modified in  2 B → 3 B
  modified out  2 B → 3 B
  1b94304  2024-05-06 07:08 +0000  3 B                     two
  1c41f5d  2024-05-06 07:08 +0000  2 B                     one
         2 B                in
         2 B                out
  1
  $ git checkout -q HEAD~1 && mlrepo checkout && cat out && mlrepo repro
  modified in
  modified out
  wrote 2 files, 4 B
  1
  Nothing to do: 1 stage up to date.
  $ git checkout -q - && rm in out && mlrepo checkout && mlrepo fsck && mlrepo gc
  added    in
  added    out
  wrote 2 files, 6 B
  checked 9 objects, 1.0 KiB: all intact
  in use:     9 objects, 1.0 KiB
  too young:  0 objects, 0 B
  would go:   0 objects, 0 B

Outside of it there is none, and paths do not lead out of it.

  $ cd .. && mlrepo status
  error: cannot find a repository at $SANDBOX/shop/apps
  why: neither it nor any folder above it holds a .mlrepo folder
  hint: mlrepo init
  [10]
  $ cd one && echo 3 > ../x && mlrepo add ../x
  error: cannot use the path '../x'
  why: it lies outside the repository
  hint: the repository's root is $SANDBOX/shop/apps/one
  [2]
  $ mlrepo stage add -n x -d ../x -o y true
  error: cannot add the stage 'x'
  why: mlrepo.yaml:11:9: '../x' cannot be a path in 'deps': it leaves the repository
  [2]
