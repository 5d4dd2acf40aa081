A result counts only if it is known what it was made from, and if the stage made what it says and nothing else.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init && echo 1 > in && echo 'k: 1' > params.yaml
  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   other: {cmd: echo z > z; mkdir zz, outs: [z, zz]}
  >   first: {cmd: cat in > a, deps: [in], outs: [a]}
  >   second: {cmd: cat in a > b, deps: [in, a], params: [k], outs: [b]}
  > E
  $ mlrepo repro -q -j 1 && git add -A && git commit -q -m one && cp mlrepo.lock ../lock
  $ try() { sed -i "s|^  second: {cmd: [^,]*|  second: {cmd: $1|" mlrepo.yaml; mlrepo repro -q; echo "[$?]"; cat b; cmp mlrepo.lock ../lock; }
  $ try 'cat in > b; echo 2 >> in'
  error: cannot record the stage 'second'
  why: its dependency in changed while it ran
  hint: run 'mlrepo repro' again when nothing else writes there
  [15]
  1
  1
  $ git checkout -q in 2> /dev/null || echo 1 > in; try 'cat in > b; sed -i s/1/2/ params.yaml'
  error: cannot record the stage 'second'
  why: its params changed while it ran
  hint: run 'mlrepo repro' again when nothing else writes there
  [15]
  1
  1
  $ echo 'k: 1' > params.yaml; try 'cat in > b; echo evil > a'
  error: cannot record the stage 'second'
  why: its dependency a changed while it ran
  hint: run 'mlrepo repro' again when nothing else writes there
  [15]
  1
  1
  $ mlrepo checkout --force a 2> /dev/null; cat a; try 'cat in > b; rm a'
  saved    a  (get it back with: mlrepo cat sha256:886b67480dbe73b406ad83a1dd6d9596f93089d90c220ccfc91944c95f1c68c4)
  modified a
  wrote 1 file, 2 B
  1
  error: cannot record the stage 'second'
  why: its dependency a changed while it ran
  hint: run 'mlrepo repro' again when nothing else writes there
  [15]
  1
  1
  $ mlrepo checkout -q && try 'cat in > b; echo evil > z'; mlrepo checkout -q --force z && try 'cat in > b; touch zz/more'; ls zz
  error: cannot record the stage 'second'
  why: z, an output of the stage 'other', changed while it ran: its command wrote there
  hint: let the command write to its own outputs only; 'mlrepo repro --trace' lists what it writes
  [15]
  1
  1
  error: cannot record the stage 'second'
  why: zz, an output of the stage 'other', changed while it ran: its command wrote there
  hint: let the command write to its own outputs only; 'mlrepo repro --trace' lists what it writes
  [15]
  1
  1
  more

Deep inside what another stage has made a write is noticed, too: of a file as of a name.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   other: {cmd: mkdir -p zz/deep; echo 1 > zz/deep/file; echo 2 > zz/deep/old, outs: [zz]}
  >   one: {cmd: cat in > a, deps: [in], outs: [a]}
  >   two: {cmd: cat in > b, deps: [in], after: [one], outs: [b]}
  > E
  $ mlrepo repro -q && sed -i 's|cmd: cat in > a|cmd: echo x >> zz/deep/file; cat in > a|' mlrepo.yaml && mlrepo repro -q -j 1
  error: cannot record the stage 'one'
  why: zz/deep/file, in an output of the stage 'other', changed while it ran: its command wrote there
  hint: let the command write to its own outputs only; 'mlrepo repro --trace' lists what it writes
  [15]
  $ mlrepo checkout -q --force zz 2> /dev/null; sed -i 's|echo x >> zz/deep/file|rm zz/deep/old|' mlrepo.yaml && mlrepo repro -q -j 1 -k; grep -c two: mlrepo.lock
  error: cannot record the stage 'one'
  why: zz/deep, in an output of the stage 'other', changed while it ran: its command wrote there; not run because of that: 'two'
  hint: the whole output of each is in .mlrepo/logs
  1
  $ mlrepo checkout -q --force zz 2> /dev/null; sed -i 's|rm zz/deep/old; ||' mlrepo.yaml && mlrepo repro -q && mlrepo status
  Recorded, to be committed in git:
    modified:      b
    deleted:       z
    modified:      zz
  The workspace is as recorded.

Two repros of one stage: the second waits, and then has nothing to do.

  $ echo 'stages: {slow: {cmd: "echo ran >> ../runs; until [ -e ../go ]; do sleep 0.01; done; echo 1 > s", outs: [s]}}' > mlrepo.yaml
  $ mlrepo repro -q & until [ -e ../runs ]; do sleep 0.01; done; mlrepo repro > ../second 2>&1 &
  $ until grep -qs waiting ../second; do sleep 0.01; done; touch ../go; wait; cat ../second ../runs
  slow: waiting, another mlrepo runs it
  slow: up to date, another mlrepo has run it
  Nothing to do: 1 stage up to date.
  ran

The repository is not locked meanwhile: other commands work.

  $ echo 'stages: {slow: {cmd: "touch ../now; while [ -e ../now ]; do sleep 0.01; done; echo 2 > s", outs: [s]}}' > mlrepo.yaml
  $ mlrepo repro -q & while [ ! -e ../now ]; do sleep 0.01; done; echo x > new && mlrepo add -q new && ls new.mlr; rm ../now; wait; cat s
  new.mlr
  2

A try that fails is made again, and one that takes too long is ended.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   again: {cmd: 'ls half; echo x > half; echo try >> ../tries; [ $(wc -l < ../tries) = 3 ]', outs: [half], retries: {count: 2, delay: 0.01}}
  >   long: {cmd: sleep 100, timeout: 0.2}
  > E
  $ mlrepo repro -k -j 1 2>&1 | sed 's/done in .*/done/'; grep -c . .mlrepo/logs/again.log
  again: never run
    $ ls half; echo x > half; echo try >> ../tries; [ $(wc -l < ../tries) = 3 ]
  ls: cannot access 'half': No such file or directory
  again: 'ls half; echo x > half; echo try >> ../tries; [ $(wc -l < ../tries) = 3 ]' exited with 1; tried again in 0.01 s
  ls: cannot access 'half': No such file or directory
  again: 'ls half; echo x > half; echo try >> ../tries; [ $(wc -l < ../tries) = 3 ]' exited with 1; tried again in 0.02 s
  ls: cannot access 'half': No such file or directory
  again: done
  long: never run
    $ sleep 100
  long: failed: it took longer than its timeout of 0.2 s
  error: the stage 'long' failed
  why: it took longer than its timeout of 0.2 s
  hint: the whole output of each is in .mlrepo/logs
  5
