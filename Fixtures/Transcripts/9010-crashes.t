Ctrl-C while a stage runs: status 130, its earlier output is back, and nothing of it runs on.

  $ env --default-signal=INT true 2> /dev/null || exit 80
  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ wait_for() { for i in $(seq 500); do [ -s "$1" ] && return; sleep 0.02; done; echo "no $1"; }
  $ alive() {
  >   case $(ps -o stat= -p $(cat child)) in '' | Z*) ;; *) echo "it runs on" ;; esac
  >   rm child
  > }
  $ echo 1 > in && mlrepo stage add -q -n make -d in -o out 'cat in > out' && mlrepo repro -q && git add -A
  $ git commit -q -m one && cp mlrepo.lock lock
  $ mlrepo stage add -f -q -n make -d in -o out 'echo half > out; sleep 30 & echo $! > child; sleep 30'
  $ env --default-signal=INT mlrepo repro -q & running=$!
  $ wait_for child; kill -INT $running; wait $running
  error: the stage 'make' was stopped
  why: interrupted
  hint: its earlier outputs are back in place; 'mlrepo repro' runs it again
  [130]
  $ cat out; cmp mlrepo.lock lock; alive
  1

The same by SIGTERM, and with --json.

  $ mlrepo repro --json 2>&1 & running=$!; wait_for child; kill -TERM $running; wait $running
  {
    "error": "the stage 'make' was stopped",
    "why": "interrupted",
    "hint": "its earlier outputs are back in place; 'mlrepo repro' runs it again",
    "category": "interrupted",
    "exit": 130
  }
  [130]
  $ cat out; cmp mlrepo.lock lock; alive
  1

A second Ctrl-C does not wait for a stage that will not end: it ends all of it at once, and the next command settles the rest.

  $ mlrepo stage add -f -q -n make -d in -o out 'trap "" INT TERM; echo half > out; echo $$ > child; while :; do sleep 0.1; done'
  $ env --default-signal=INT mlrepo repro -q & running=$!; wait_for child; while kill -INT $running 2> /dev/null; do sleep 0.1; done; wait $running
  [130]
  $ while kill -0 $(cat child) 2> /dev/null; do sleep 0.02; done; alive; cat out
  half
  $ mlrepo repro --dry-run; cat out; cmp mlrepo.lock lock
  note: the stage 'make' was interrupted; its earlier outputs are back
  make: runs
    command changed cat in > out → trap "" INT TERM; echo half > out; echo $$ > child; while :; do sleep 0.1; done
  1
  $ rm child; mlrepo stage add -f -q -n make -d in -o out 'echo half > out; sleep 30 & echo $! > child; sleep 30'
  rm: cannot remove 'child': No such file or directory

A program that nohup or a shell has told to ignore the signal goes on ignoring it.

  $ mlrepo stage add -f -q -n other -o other 'echo $$ > child; while [ ! -e go ]; do sleep 0.02; done; echo done > other'
  $ (trap "" HUP; exec mlrepo repro -q --single other) & running=$!; wait_for child; kill -HUP $running; touch go; wait $running
  $ cat other; rm child go
  done

kill -9 cannot be answered at once; the next commands find everything in the store.

  $ git checkout -q mlrepo.lock; mlrepo repro -q --single make & running=$!; wait_for child; kill -9 $running; wait $running 2> /dev/null
  [137]
  $ kill -9 $(cat child) 2> /dev/null; cat out; rm child
  half
  $ mlrepo status
  note: the stage 'make' was interrupted; its earlier outputs are back
  Recorded, to be committed in git:
    added:         other
  Stages out of date ('mlrepo repro' runs them):
    make
      changed command: cat in > out → echo half > out; sleep 30 & echo $! > child; sleep 30
  $ mlrepo checkout
  nothing to do: the workspace is as recorded
  $ mlrepo checkout --force && cat out
  nothing to do: the workspace is as recorded
  1
  $ mlrepo stage add -f -q -n make -d in -o out 'cat in > out' && mlrepo repro -q --single make && cat out && mlrepo fsck
  1
  checked 11 objects, 1.8 KiB: all intact

Ctrl-C and kill -9 in the middle of a large add leave no pointer, or a whole one; the next command sweeps up.

  $ mkdir data && for i in 1 2 3 4; do head -c 40000000 /dev/zero > data/$i; echo $i >> data/$i; done
  $ writing() { until [ -n "$(find .mlrepo/tmp -type f -size +1M 2> /dev/null | head -n 1)" ]; do sleep 0.01; done; }
  $ env --default-signal=INT mlrepo add -q data & running=$!
  $ writing; kill -INT $running; wait $running
  error: stopped
  why: interrupted
  hint: nothing is lost; run the command again to go on
  [130]
  $ ls data.mlr; ls data | wc -l; ls -A .mlrepo/tmp
  ls: cannot access 'data.mlr': No such file or directory
  4
  running
  $ mlrepo add -q data & running=$!; writing; kill -9 $running; wait $running 2> /dev/null; ls data.mlr; ls -A .mlrepo/tmp | wc -l
  ls: cannot access 'data.mlr': No such file or directory
  2
  $ mlrepo add data && mlrepo fsck && ls -A .mlrepo/tmp
  added     data  4 files, 152.6 MiB
  stored 5 new objects, 152.6 MiB
  checked 18 objects, 152.6 MiB: all intact
  running

So it is with a checkout.

  $ rm -r data; mlrepo checkout -q & running=$!; writing; kill -9 $running; wait $running 2> /dev/null; ls data
  ls: cannot access 'data': No such file or directory
  [2]
  $ mlrepo checkout -q data && mlrepo fsck && cat data/* | sha256sum && ls -A .mlrepo/tmp
  checked 18 objects, 152.6 MiB: all intact
  ca840fd7eef5877a4ea746594efcb2cd2f2172652e0f8733f10e0f6b99ef4e07  -
  running
