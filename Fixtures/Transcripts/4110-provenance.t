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
  $ git checkout -q in 2> /dev/null || echo 1 > in; try 'cat in > b; sed -i s/1/2/ params.yaml'
  $ echo 'k: 1' > params.yaml; try 'cat in > b; echo evil > a'
  $ mlrepo checkout --force a 2> /dev/null; cat a; try 'cat in > b; rm a'
  $ mlrepo checkout -q && try 'cat in > b; echo evil > z'; mlrepo checkout -q --force z && try 'cat in > b; touch zz/more'; ls zz

Two repros of one stage: the second waits, and then has nothing to do.

  $ echo 'stages: {slow: {cmd: "echo ran >> ../runs; sleep 0.5; echo 1 > s", outs: [s]}}' > mlrepo.yaml
  $ mlrepo repro -q & while [ ! -e ../runs ]; do sleep 0.01; done; mlrepo repro; wait; cat ../runs

The repository is not locked meanwhile: other commands work.

  $ echo 'stages: {slow: {cmd: "touch ../now; while [ -e ../now ]; do sleep 0.01; done; echo 2 > s", outs: [s]}}' > mlrepo.yaml
  $ mlrepo repro -q & while [ ! -e ../now ]; do sleep 0.01; done; echo x > new && mlrepo add -q new && ls new.mlr; rm ../now; wait; cat s

A try that fails is made again, and one that takes too long is ended.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   again: {cmd: 'ls half; echo x > half; echo try >> ../tries; [ $(wc -l < ../tries) = 3 ]', outs: [half], retries: {count: 2, delay: 0.01}}
  >   long: {cmd: sleep 100, timeout: 0.2}
  > E
  $ mlrepo repro -k -j 1 2>&1 | sed 's/done in .*/done/'; grep -c . .mlrepo/logs/again.log
