With hard links preferred, data is not held twice: 'add' leaves a read-only name of the store's own file.

  $ git init -q shop && cd shop && mlrepo init -q && mlrepo config core.links hardlink,copy
  $ mkdir data && yes one | head -c 300000 > data/large && cp data/large data/same && cp data/large data/run
  $ chmod +x data/run && echo small > data/small && yes two | head -c 300000 > big.bin
  $ mlrepo add data big.bin
  added     big.bin  293.0 KiB
  added     data  4 files, 878.9 KiB
  stored 4 new objects, 586.3 KiB
  $ stat -c '%A %h %n' data/* big.bin
  -r--r--r-- 3 data/large
  -rwxr-xr-x 1 data/run
  -r--r--r-- 3 data/same
  -rw-r--r-- 1 data/small
  -r--r--r-- 2 big.bin
  $ git commit -q -m data && mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ mlrepo add data big.bin
  unchanged big.bin  293.0 KiB
  unchanged data  4 files, 878.9 KiB

Small files lie in packs and executable ones need a mode of their own: both stay copies.

  $ rm -r data big.bin && mlrepo checkout -q && stat -c '%A %h %n' data/* big.bin && mlrepo status
  -r--r--r-- 3 data/large
  -rwxr-xr-x 1 data/run
  -r--r--r-- 3 data/same
  -rw-r--r-- 1 data/small
  -r--r--r-- 2 big.bin
  Nothing has changed: data and stages are as recorded.

Only a private copy can be edited; recording the edit makes a link of it again.

  $ mlrepo unprotect big.bin && stat -c '%A %h %n' big.bin && mlrepo status
  private now: big.bin
  -rw-r--r-- 1 big.bin
  Nothing has changed: data and stages are as recorded.
  $ echo edited >> big.bin && mlrepo commit && stat -c '%A %h %n' big.bin
  updated   big.bin  293.0 KiB
  stored 1 new object, 293.0 KiB
  -r--r--r-- 2 big.bin
  $ mlrepo undo && mlrepo checkout -f && tail -c 4 big.bin && stat -c '%A %h %n' big.bin
  took back: mlrepo commit big.bin
  modified big.bin
  wrote 1 file, 293.0 KiB
  two
  -r--r--r-- 2 big.bin
  $ mlrepo fsck && mlrepo gc --yes && mlrepo status
  checked 9 objects, 879.6 KiB: all intact
  in use:     9 objects, 879.6 KiB
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  Nothing has changed: data and stages are as recorded.

What is tracked no more is the user's own.

  $ mlrepo remove big.bin && stat -c '%A %h %n' big.bin
  no longer tracked: big.bin
  -rw-r--r-- 1 big.bin
  $ mlrepo undo && mlrepo add -q big.bin && stat -c '%A %h %n' big.bin
  took back: mlrepo remove big.bin
  -r--r--r-- 2 big.bin
  $ yes three | head -c 300000 > new.bin && mlrepo add -q new.bin && mlrepo undo && stat -c '%A %h %n' new.bin
  took back: mlrepo add new.bin
  -rw-r--r-- 1 new.bin

Outputs of stages are linked as well, but for those that a stage writes into.

  $ mlrepo stage add -q -n make -o out.bin --out-persist log.bin -- 'yes four | head -c 300000 | tee out.bin >> log.bin'
  $ mlrepo repro -q; stat -c '%A %h %n' out.bin log.bin
  -r--r--r-- 2 out.bin
  -rw-r--r-- 1 log.bin
  $ rm log.bin && mlrepo checkout -q log.bin && stat -c '%A %h %n' log.bin
  -r--r--r-- 3 log.bin
  $ mlrepo repro -f make > /dev/null && stat -c '%A %h %s %n' out.bin log.bin && mlrepo status
  -r--r--r-- 2 300000 out.bin
  -rw-r--r-- 1 600000 log.bin
  Recorded, to be committed in git:
    added:         log.bin
    added:         out.bin
  The workspace is as recorded.

The same with symbolic links. Who takes the link for the data finds the data.

  $ mlrepo config core.links symlink,copy && git add . && git commit -q -m more
  $ mlrepo add data big.bin
  unchanged big.bin  293.0 KiB
  unchanged data  4 files, 878.9 KiB
  $ stat -c '%F %n' data/* big.bin && cmp data/large <(yes one | head -c 300000) && mlrepo status
  regular file data/large
  regular file data/run
  regular file data/same
  regular file data/small
  regular file big.bin
  Nothing has changed: data and stages are as recorded.
  $ mlrepo unprotect data/large && stat -c '%F %n' data/large && mlrepo add -q data && stat -c '%F %n' data/large
  private now: data/large
  regular file data/large
  symbolic link data/large
  $ mlrepo remove data && stat -c '%F %n' data/*
  no longer tracked: data
  regular file data/large
  regular file data/run
  regular file data/same
  regular file data/small

A symbolic link keeps its object, though nothing that git knows names it any more.

  $ yes five | head -c 300000 > five.bin && mlrepo add -q five.bin && stat -c '%F %n' five.bin
  symbolic link five.bin
  $ git reset -q --hard && rm -rf .mlrepo/ops && mlrepo config gc.gracePeriod 0 && mlrepo gc --yes && head -n 1 five.bin
  in use:     7 objects, 1.7 MiB
  too young:  0 objects, 0 B
  to trash:   16 objects, 587.6 KiB
  five
