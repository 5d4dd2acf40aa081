What a stage made in one clone is had in another without running it again.

  $ git init -q ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share
  $ seq 10 > in.txt && mlrepo add -q in.txt
  $ mlrepo stage add -q -n count -d in.txt -o out.txt 'echo counting >&2; wc -l < in.txt > out.txt'
  $ mlrepo stage add -q -n twice -d out.txt -o twice.txt 'cat out.txt out.txt > twice.txt'
  $ mlrepo repro -q && git add . && git commit -q -m one && mlrepo push --run-cache
  pushed to origin: 3 objects, 30 B, 2 runs
  sent .* in .* s, .*/s (re)
  $ cd .. && git clone -q ada ben && cd ben
  $ mlrepo repro --pull
  fetched from origin: 3 objects, 30 B in .* s, .*/s, 2 runs (re)
  count: restored out.txt from the store
  twice: restored twice.txt from the store
  $ cat twice.txt
  10
  10

Also where the lock does not know of the run.

  $ cd ../ada && seq 20 > in.txt && mlrepo commit -q in.txt && git commit -q -am 'more data' && mlrepo push -q in.txt
  $ mlrepo repro -q && mlrepo push --run-cache && git checkout -q mlrepo.lock
  pushed to origin: 2 objects, 9 B, 2 runs
  sent .* in .* s, .*/s; 51 B were there already (re)
  $ cd ../ben && git pull -q ../ada && mlrepo pull in.txt && mlrepo repro --pull
  fetched from origin: 1 object, 51 B in .* s, .*/s (re)
  modified in.txt
  wrote 1 file, 51 B
  fetched from origin: 2 runs
  count: restored out.txt from the store
  twice: restored twice.txt from the store
  $ cat twice.txt
  20
  20
  $ mlrepo repro --pull --dry-run
  error: cannot understand the arguments of 'mlrepo repro'
  why: --pull goes with neither --dry-run, --explain nor --watch
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  [64]

An output can go to a remote of its own, or stay here.

  $ cd ../ada && mlrepo repro -q && mlrepo remote default -q origin && mlrepo remote add -q vault ../vault
  $ cat > mlrepo.yaml << 'END'
  > stages:
  >   count:
  >     cmd: wc -l < in.txt > out.txt
  >     deps: [in.txt]
  >     outs:
  >       - out.txt: {remote: vault}
  >   twice:
  >     cmd: cat out.txt out.txt > twice.txt; echo ours > own.txt
  >     deps: [out.txt]
  >     outs:
  >       - twice.txt
  >       - own.txt: {push: false}
  > END
  $ mlrepo repro -q && git add . && git commit -q -m remotes && mlrepo push
  nothing to push: origin has everything (2 objects)
  pushed to vault: 1 object, 3 B
  sent .* in .* s, .*/s (re)
  $ mlrepo push --with-deps twice.txt
  nothing to push: origin has everything (2 objects)
  nothing to push: vault has everything (1 object)
  $ cd .. && git clone -q ada cid && cd cid && mlrepo pull
  fetched from origin: 3 objects, 60 B in .* s, .*/s (re)
  added    in.txt
  added    out.txt
  added    twice.txt
  left out own.txt  (never pushed; its stage makes it)
  wrote 3 files, 60 B
  $ ls
  in.txt
  in.txt.mlr
  mlrepo.lock
  mlrepo.yaml
  out.txt
  twice.txt

The hook pushes data before git pushes commits, and stops git when that fails.

  $ cd ../ada && git clone -q --bare . ../git && git remote add origin ../git && mlrepo install --hooks -q
  $ echo more >> in.txt && mlrepo commit -q in.txt && git commit -q -am more && git push -q origin main && mlrepo push in.txt
  Recorded, to be committed in git:
    modified:      in.txt
  Stages out of date ('mlrepo repro' runs them):
    count
      changed dependency: in.txt (modified)
    twice
      runs if 'count' makes something new
  nothing to push: origin has everything (1 object)
  $ mv ../share ../gone && touch ../share && git commit -q --allow-empty -m x && git push -q origin main
  Stages out of date ('mlrepo repro' runs them):
    count
      changed dependency: in.txt (modified)
    twice
      runs if 'count' makes something new
  error: cannot open the folder $SANDBOX/share
  why: Not a directory
  error: failed to push some refs to '../git'
  [1]
  $ git push -q --no-verify origin main
