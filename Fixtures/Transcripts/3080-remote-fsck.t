'fsck --remote' compares the files of a remote with its indexes, and these with what any commit needs.

  $ git init -q -b main ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share && mlrepo remote modify --local origin jobs 1
  $ mkdir data && seq 20000 > data/a && seq 5 > data/b && seq 2000000 > big.txt && mlrepo add -q data big.txt && git add . && git commit -q -m one
  $ mlrepo whereis data
  data: 3 objects
    store   all
    origin  not known: nothing was pushed to it or fetched from it yet
  $ mlrepo push -q && mlrepo fsck --remote origin
  looked at 2 packs, 17 entries, 3.1 MiB: all is well
  $ mlrepo fsck --remote origin --read-data
  read 2 packs, 17 entries, 3.1 MiB: all is well
  $ mlrepo whereis
  big.txt: 1 object
    store   all
    origin  all, as of [-0-9]* [0-9:]* .0000, all bytes of it read [-0-9]* [0-9:]* .0000 (re)
  data: 3 objects
    store   all
    origin  all, as of [-0-9]* [0-9:]* .0000, all bytes of it read [-0-9]* [0-9:]* .0000 (re)
  $ mlrepo whereis data/b --json
  [
    {
      "path": "data/b",
      "objects": 1,
      "complete": true,
      "places": [
        {
          "remote": null,
          "objects": 1,
          "all": true,
          "listed": null,
          "read": null
        },
        {
          "remote": "origin",
          "objects": 1,
          "all": true,
          "listed": [0-9]+, (re)
          "read": [0-9]+ (re)
        }
      ]
    }
  ]

What is not there is named, with the paths and commits that need it.

  $ seq 6 > data/b && mlrepo add -q data && git commit -q -a -m two
  $ mlrepo fsck --remote origin
  missing: sha256:7c94216a87db31689e8901f8d349352be7fe595706fdb7d361bf53e59175eadd, which the store has
    needed by data in the workspace, and at dfe62af
  missing: sha256:c5d161527c5f9d09a2ed9cd76c4063481472f14da4dda40d19468bbfab4421a7, which the store has
    needed by data/b in the workspace, and at dfe62af
  looked at 2 packs, 17 entries, 3.1 MiB: not all is well
  hint: 'mlrepo push --all-commits -r origin' sends what the store has
  [1]
  $ mlrepo whereis data
  data: 3 objects
    store   all
    origin  1 of 3, as of [-0-9]* [0-9:]* .0000, all bytes of it read [-0-9]* [0-9:]* .0000 (re)
  $ mlrepo push -q && mlrepo fsck --remote origin -q && mlrepo whereis data
  data: 3 objects
    store   all
    origin  all, as of [-0-9]* [0-9:]* .0000 (re)

So is damage, whatever this clone knows of the indexes.

  $ cp -r ../share ../saved
  $ chmod u+w ../share/packs/* && truncate -s -1 $(ls ../share/packs/*.idx | head -1) && mlrepo fsck --remote origin
  damaged: packs/pack-1e391bfc2ca27d84d53a4a91cf349e51d1523da59c65c066c77ede57d81c7fdb.idx: its bytes do not match its name
  looked at 3 packs, 17 entries, 3.1 MiB: not all is well
  hint: take the damaged files out of the remote, then 'mlrepo push --all-commits -r origin' where the data is
  [1]
  $ rm -r ../share && cp -r ../saved ../share && chmod u+w ../share/packs/* && for f in ../share/packs/*.pack; do printf X | dd of=$f bs=1 seek=90 conv=notrunc status=none; done
  $ mlrepo fsck --remote origin
  missing: sha256:d2d7c0abc3eb76d91b0b5a2702e92a9f2908269c9c1b3604bdfe2521c71d6274, which the store has
    needed by big.txt in the workspace, and at dfe62af and 860d0eb
  looked at 3 packs, 19 entries, 3.1 MiB: not all is well
  hint: 'mlrepo push --all-commits -r origin' sends what the store has
  [1]
  $ mlrepo fsck --remote origin --read-data > found
  hint: take the damaged files out of the remote, then 'mlrepo push --all-commits -r origin' where the data is
  [1]
  $ sed 's/pack-[0-9a-f]*/pack-DIGITS/' found | sort
    needed by big.txt in the workspace, and at dfe62af and 860d0eb
    needed by data at 860d0eb
    needed by data in the workspace, and at dfe62af
  damaged: packs/pack-DIGITS.pack: its bytes do not match its checksum (sha256:d2d7c0abc3eb76d91b0b5a2702e92a9f2908269c9c1b3604bdfe2521c71d6274)
  damaged: packs/pack-DIGITS.pack: the bytes that came do not match its id (sha256:7c94216a87db31689e8901f8d349352be7fe595706fdb7d361bf53e59175eadd)
  damaged: packs/pack-DIGITS.pack: the bytes that came do not match its id (sha256:c7935219c1264d789e385002098160617d07028c214e71aa6c9855faeb4e8c1e)
  missing: sha256:7c94216a87db31689e8901f8d349352be7fe595706fdb7d361bf53e59175eadd, which the store has
  missing: sha256:c7935219c1264d789e385002098160617d07028c214e71aa6c9855faeb4e8c1e, which the store has
  missing: sha256:d2d7c0abc3eb76d91b0b5a2702e92a9f2908269c9c1b3604bdfe2521c71d6274, which the store has
  read 3 packs, 19 entries, 3.1 MiB: not all is well

A gc of the store keeps what is not on enough remotes.

  $ rm -r ../share && cp -r ../saved ../share && rm found && mlrepo config core.numCopies 1 && mlrepo config --local gc.gracePeriod 0
  $ echo never pushed > x && mlrepo add -q x && echo again > x && mlrepo add -q x && rm -r .mlrepo/ops
  $ mlrepo gc
  in use:     7 objects, 14.3 MiB
  too young:  0 objects, 0 B
  kept:       8 objects, 613 B, on fewer remotes than core.numCopies
  would go:   0 objects, 0 B
  $ mlrepo remote add -q other ../other && mlrepo config core.numCopies 2 && mlrepo remove -q --data data big.txt && git commit -q -a -m three
  $ git checkout -q --orphan new && git commit -q -m new && git branch -q -D main && git reflog expire --expire=now --all && rm -r .mlrepo/ops
  $ mlrepo gc
  in use:     1 object, 6 B
  too young:  0 objects, 0 B
  kept:       15 objects, 14.3 MiB, on fewer remotes than core.numCopies
  would go:   0 objects, 0 B
  $ mlrepo config core.numCopies 1 && mlrepo gc
  in use:     1 object, 6 B
  too young:  0 objects, 0 B
  kept:       9 objects, 616 B, on fewer remotes than core.numCopies
  would go:   6 objects, 14.3 MiB
  nothing was changed; 'mlrepo gc --yes' does it
  $ mlrepo config core.numCopies 65
  error: cannot set core.numCopies to '65'
  why: it must be a whole number from 0 to 64
  [64]
  $ mlrepo fsck --remote origin --repair
  error: cannot understand the arguments of 'mlrepo fsck'
  why: choose one of --repair and --remote
  usage: mlrepo fsck [--repair] [--restart] [--remote <name>] [--read-data] [--json]
  hint: mlrepo fsck --help
  [64]
