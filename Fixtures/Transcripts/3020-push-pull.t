What one clone pushes, another pulls.

  $ git init -q ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share
  $ mkdir -p data/train data/test && for n in 1 2 3; do echo train $n > data/train/$n; echo test $n > data/test/$n; done
  $ seq 2000000 > big.txt && echo id > ids && ln -s 1 data/train/link && mlrepo add -q data big.txt ids
  $ git add . && git commit -q -m one
  $ mlrepo status --remote
  Nothing has been pushed to origin yet.
  Not on origin ('mlrepo push' sends it):
    big.txt  1 object, 14.2 MiB
    data  10 objects, 743 B
    ids  1 object, 3 B
  $ mlrepo push --dry-run
  would push to origin: 12 objects, 14.2 MiB; 0 objects there already
  $ mlrepo push
  pushed to origin: 12 objects, 14.2 MiB
  sent .* in .* s, .*/s (re)
  $ mlrepo push
  nothing to push: origin has everything (12 objects)
  $ mlrepo status --remote
  All that is recorded is here and on origin.
  $ cd .. && git clone -q ada ben && cd ben
  $ mlrepo fetch --dry-run
  would fetch from origin: 9 objects, 14.2 MiB

Only a part of a folder comes when only that is asked for, and only that is written.

  $ mlrepo pull data/test/2
  fetched from origin: 1 object, 7 B in .* s, .*/s (re)
  added    data/test/2
  wrote 1 file, 7 B
  $ find data -type f
  data/test/2
  $ mlrepo pull data/train
  fetched from origin: 4 objects, 25 B in .* s, .*/s (re)
  added    data/train/1
  added    data/train/2
  added    data/train/3
  added    data/train/link
  wrote 4 files, 25 B
  $ mlrepo pull nothing
  error: cannot fetch nothing
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo pull data/test/7
  error: cannot fetch data/test/7
  why: data as it is recorded has nothing there
  hint: mlrepo ls 'data'
  [2]

Then the rest.

  $ mlrepo fetch
  fetched from origin: 4 objects, 14.2 MiB in .* s, .*/s (re)
  $ mlrepo pull
  nothing to fetch: the store has everything
  added    big.txt
  added    data/test/1
  added    data/test/3
  added    ids
  wrote 4 files, 14.2 MiB
  $ mlrepo pull
  nothing to fetch: the store has everything
  nothing to do: the workspace is as recorded
  $ mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ cmp big.txt ../ada/big.txt && readlink data/train/link
  1

A change in the middle of a large file sends the chunks around it.

  $ sed -i '1000000i inserted' big.txt && mlrepo add -q big.txt && mlrepo push
  pushed to origin: 1 object, 14.2 MiB
  sent .* in .* s, .*/s; 13.2 MiB were there already (re)
  $ mlrepo push --json | grep -c sent
  1
  $ git commit -q -am two && cd ../ada && git pull -q ../ben && mlrepo pull && sed -n 1000000p big.txt
  fetched from origin: 1 object, 14.2 MiB in .* s, .*/s; 13.2 MiB were here already (re)
  modified big.txt
  wrote 1 file, 14.2 MiB
  inserted

Of earlier revisions, tags and branches.

  $ git tag v1 HEAD~1 && rm -rf .mlrepo/objects && mlrepo fetch -q && mlrepo cat --rev v1 ids
  id
  $ mlrepo fetch --rev v1
  fetched from origin: 1 object, 14.2 MiB in .* s, .*/s; 13.2 MiB were here already (re)
  $ mlrepo fetch -T
  nothing to fetch: the store has everything
  $ mlrepo fetch -A
  nothing to fetch: the store has everything
  $ mlrepo push -a -T -A
  nothing to push: origin has everything (13 objects)
  $ mlrepo push --rev v1 big.txt
  nothing to push: origin has everything (1 object)
  $ mlrepo push --rev v1 other
  error: cannot push other
  why: none of these revisions tracks it
  hint: mlrepo ls --rev REV
  [2]

What is in neither place is named.

  $ echo lost > lost && mlrepo add -q lost && rm -rf .mlrepo/objects
  $ mlrepo push
  error: could not push everything
  why: 1 object cannot be sent; the rest is done:
       cannot push lost: neither the store nor the remote has sha256:ed1d1a8db09e369fa33bde54f504d1fda0161a5ccd8a0d5517d92456fec28c41
  hint: 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ mlrepo status --remote --exit-code
  Only on origin ('mlrepo pull' brings it):
    big.txt
    data
    ids
  Neither here nor on origin:
    lost  1 object
  [1]
  $ mlrepo status --remote big.txt && mlrepo status --remote --rev HEAD lost
  Only on origin ('mlrepo pull' brings it):
    big.txt
  error: cannot compare lost
  why: none of these revisions tracks it
  hint: mlrepo ls --rev REV
  [2]
  $ mlrepo fetch -q
  error: could not fetch everything
  why: 1 object cannot be had; the rest is done:
       cannot fetch lost: $SANDBOX/share does not have sha256:ed1d1a8db09e369fa33bde54f504d1fda0161a5ccd8a0d5517d92456fec28c41
  hint: push it from where it still exists
  [12]
  $ mlrepo push -q -r
  error: cannot understand the arguments of 'mlrepo push'
  why: missing value for '-r <name>'
  usage: mlrepo push [<options>] [<paths> ...]
  hint: mlrepo push --help
  [64]

Nothing has been written that git sees.

  $ git status --short
  M  .gitignore
  A  lost.mlr
