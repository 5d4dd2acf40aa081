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

All of it is one operation, which undo takes back.

  $ mlrepo op log | sed 's/.*  //'; mlrepo undo; ls; mlrepo repro -j 2 | sort; mlrepo status | tail -n 1

A stage that needs more than there is runs alone; what needs nothing it lacks runs beside others.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   big: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log', resources: {cpus: 64}}
  >   one: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log'}
  >   two: {cmd: 'echo start >> ../log; sleep 0.1; echo end >> ../log', resources: {cpus: 64}}
  > E
  $ mlrepo repro -q -j 4 && cat ../log

After a failure nothing new starts; with --keep-going, what does not follow it still runs.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   bad: {cmd: 'echo broken; exit 3', outs: [x]}
  >   after: {cmd: 'cp x y', deps: [x], outs: [y]}
  >   other: {cmd: 'echo fine > z', outs: [z]}
  >   last: {cmd: 'cp z zz', deps: [z], outs: [zz]}
  > E
  $ mlrepo repro -j 1; mlrepo repro -j 1 -k | sed 's/done in .*/done/'; mlrepo repro -k --json 2>&1 | tail -n 8

Parts of the pipeline by pattern, and what stages need without themselves.

  $ mlrepo repro --dry-run --glob 'l*' 'o?her'; mlrepo repro -n --upstream-only last; mlrepo repro --glob 'n*'
  $ mlrepo repro --single --downstream last; mlrepo repro --glob; mlrepo repro -j 0; mlrepo repro --watch --json

What is run without being committed is neither stored nor locked; 'mlrepo commit' does that later.

  $ cp mlrepo.lock ../lock && echo 'stages: {n: {cmd: echo 1 > n, outs: [n]}}' > mlrepo.yaml && mlrepo repro --no-commit | tail -n 1 | sed 's/in .*//'
  $ cat n; cmp mlrepo.lock ../lock; mlrepo status | tail -n 2; mlrepo commit n; mlrepo repro

Each stage is asked about.

  $ printf 'stages:\n  p: {cmd: echo 1 > p, outs: [p]}\n  q: {cmd: cp p q, deps: [p], outs: [q]}\n  r: {cmd: echo > r, outs: [r]}\n' > mlrepo.yaml
  $ printf 'n\ny\n' | mlrepo repro -i | sed 's/done in .*/done/'; ls p q r; mlrepo repro -i < /dev/null
