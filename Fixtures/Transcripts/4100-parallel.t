Stages that do not follow each other run at the same time. What they print has their names before it.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   # Each waits for the other: one after the other they would never end.
  >   left: {cmd: 'mkfifo ../meet; echo hello > ../meet; echo left > l', outs: [l]}
  >   right: {cmd: 'while [ ! -p ../meet ]; do sleep 0.01; done; cat ../meet; printf unended; echo right > r', outs: [r]}
  >   both: {cmd: 'cat l r > b; echo joined', deps: [l, r], outs: [b]}
  > E
  $ mlrepo repro -j 2 > out; grep -v '^  \|: never\|done in' out | sort; grep -c 'done in' out; cat b
  both | joined
  right | hello
  right | unended
  3
  left
  right

All of it is one operation, which undo takes back.

  $ mlrepo op log | sed 's/.*  //'; mlrepo undo; ls; mlrepo repro -j 2 | sort; mlrepo status | tail -n 1
  repro both left right
  took back: mlrepo repro both left right
  mlrepo.yaml
  out
  both: restored b from the store
  left: restored l from the store
  right: restored r from the store
  The workspace is as recorded.

A stage that needs more than there is runs alone; what needs nothing it lacks runs beside others.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   big: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log', resources: {cpus: 64}}
  >   one: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log'}
  >   two: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log', resources: {cpus: 64}}
  > E
  $ mlrepo repro -q -j 4 && cat ../log
  start
  end
  start
  end
  start
  end

After a failure nothing new starts; with --keep-going, what does not follow it still runs.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   bad: {cmd: 'echo broken; exit 3', outs: [x]}
  >   after: {cmd: 'cp x y', deps: [x], outs: [y]}
  >   other: {cmd: 'echo fine > z', outs: [z]}
  >   last: {cmd: 'cp z zz', deps: [z], outs: [zz]}
  > E
  $ mlrepo repro -j 1; mlrepo repro -j 1 -k | sed 's/done in .*/done/'; mlrepo repro -k --json 2>&1 | tail -n 8
  bad: never run
    $ echo broken; exit 3
  broken
  error: the stage 'bad' failed
  why: 'echo broken; exit 3' exited with 3; its last lines:
       broken
  hint: the whole output is in .mlrepo/logs/bad.log
  error: the stage 'bad' failed
  why: 'echo broken; exit 3' exited with 3; not run because of that: 'after'
  hint: the whole output of each is in .mlrepo/logs
  bad: never run
    $ echo broken; exit 3
  broken
  bad: failed: 'echo broken; exit 3' exited with 3; its last lines:
       broken
  other: never run
    $ echo fine > z
  other: done
  last: never run
    $ cp z zz
  last: done
  broken
  {
    "error": "the stage 'bad' failed",
    "why": "'echo broken; exit 3' exited with 3; not run because of that: 'after'",
    "hint": "the whole output of each is in .mlrepo/logs",
    "category": "stage-failed",
    "exit": 15
  }

Parts of the pipeline by pattern, and what stages need without themselves.

  $ mlrepo repro --dry-run --glob 'l*' 'o?her'; mlrepo repro -n --upstream-only last; mlrepo repro --glob 'n*'
  other: up to date
  last: up to date
  other: up to date
  error: cannot find a stage
  why: no name matches 'n*'
  hint: mlrepo stage list
  [2]
  $ mlrepo repro --single --downstream last; mlrepo repro --glob; mlrepo repro -j 0; mlrepo repro --watch --json
  error: cannot understand the arguments of 'mlrepo repro'
  why: choose one of --single, --downstream and --upstream-only
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  error: cannot understand the arguments of 'mlrepo repro'
  why: name the stages
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  error: cannot understand the arguments of 'mlrepo repro'
  why: --jobs must be a number from 1 to 1024
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  {
    "error": "cannot understand the arguments of 'mlrepo repro'",
    "why": "--watch goes with neither --dry-run nor --json\nusage: mlrepo repro [<options>] [<targets> ...]",
    "hint": "mlrepo repro --help",
    "category": "usage",
    "exit": 64
  }
  [64]

What is run without being committed is neither stored nor locked; 'mlrepo commit' does that later.

  $ cp mlrepo.lock ../lock && echo 'stages: {n: {cmd: echo 1 > n, outs: [n]}}' > mlrepo.yaml && mlrepo repro --no-commit | tail -n 1 | sed 's/in .*//'
  n: done 
  $ cat n; cmp mlrepo.lock ../lock; mlrepo status | tail -n 2; mlrepo commit n; mlrepo repro
  1
    n
      never run
  recorded  stage 'n'
  Nothing to do: 1 stage up to date.

Each stage is asked about.

  $ printf 'stages:\n  p: {cmd: echo 1 > p, outs: [p]}\n  q: {cmd: cp p q, deps: [p], outs: [q]}\n  r: {cmd: echo > r, outs: [r]}\n' > mlrepo.yaml
  $ printf 'n\ny\n' | mlrepo repro -i | sed 's/done in .*/done/'; ls p q r; mlrepo repro -i < /dev/null
  p: never run
  run it? [y]es, [n]o, [a]ll, [q]uit: r: never run
  run it? [y]es, [n]o, [a]ll, [q]uit: r: never run
    $ echo > r
  r: done
  Not run: p, q
  ls: cannot access 'p': No such file or directory
  ls: cannot access 'q': No such file or directory
  r
  p: never run
  run it? [y]es, [n]o, [a]ll, [q]uit: 
  Not run: p, q
