A stage that fails has status 15 and its last lines in the message; lock and outputs are as before.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ echo good > in && mlrepo stage add -q -n make -d in -o out 'cat in > out' && mlrepo repro -q
  $ mlrepo stage add -q -n next -d out -o last 'cp out last' && mlrepo repro -q && git add -A && git commit -q -m one
  $ cp mlrepo.lock lock
  $ mlrepo stage add -f -q -n make -d in -o out 'echo broken > out; seq 30; echo "it went wrong" >&2; exit 3'
  $ mlrepo repro
  make: command changed cat in > out → echo broken > out; seq 30; echo "it went wrong" >&2; exit 3
    $ echo broken > out; seq 30; echo "it went wrong" >&2; exit 3
  1
  2
  3
  4
  5
  6
  7
  8
  9
  10
  11
  12
  13
  14
  15
  16
  17
  18
  19
  20
  21
  22
  23
  24
  25
  26
  27
  28
  29
  30
  it went wrong
  error: the stage 'make' failed
  why: 'echo broken > out; seq 30; echo "it went wrong" >&2; exit 3' exited with 3; its last lines:
       22
       23
       24
       25
       26
       27
       28
       29
       30
       it went wrong
  hint: the whole output is in .mlrepo/logs/make.log
  [15]
  $ cat out last; cmp mlrepo.lock lock; ls .mlrepo/logs; wc -l < .mlrepo/logs/make.log
  good
  good
  make.failed
  make.log
  next.log
  31
  $ mlrepo repro --json 2> err; tail -n 7 err; mlrepo repro -q 2>&1 | head -n 1
  {
    "error": "the stage 'make' failed",
    "why": "'echo broken > out; seq 30; echo \"it went wrong\" >&2; exit 3' exited with 3; its last lines:\n     22\n     23\n     24\n     25\n     26\n     27\n     28\n     29\n     30\n     it went wrong",
    "hint": "the whole output is in .mlrepo/logs/make.log",
    "category": "stage-failed",
    "exit": 15
  }
  error: the stage 'make' failed

One that does not make its output, and other things that can go wrong:

  $ try() { mlrepo stage add -f -q -n make -d in -o out "$1" && mlrepo repro -q; echo "[$?]"; cat out; cmp mlrepo.lock lock; }
  $ try true
  error: the stage 'make' failed
  why: it did not make its output out
  hint: correct the command, or 'outs' in mlrepo.yaml
  [15]
  good
  $ try no-such-command
  error: the stage 'make' failed
  why: 'no-such-command' exited with 127; its last lines:
       /bin/sh: 1: no-such-command: not found
  hint: the whole output is in .mlrepo/logs/make.log
  [15]
  good
  $ try 'kill -9 $$'
  error: the stage 'make' failed
  why: 'kill -9 $$' was ended by signal 9
  hint: the whole output is in .mlrepo/logs/make.log
  [15]
  good
  $ try 'kill -TERM $$'
  error: the stage 'make' failed
  why: 'kill -TERM $$' was ended by signal 15
  hint: the whole output is in .mlrepo/logs/make.log
  [15]
  good
  $ try 'cp in out; echo moved >> in'
  error: cannot record the stage 'make'
  why: its dependency in changed while it ran
  hint: run 'mlrepo repro' again when nothing else writes there
  [15]
  good
  $ git checkout -q in
  $ try 'ln -s /etc/passwd out'
  error: the stage 'make' failed
  why: its output out cannot be stored: it is a symbolic link to /etc/passwd, an absolute path
  hint: correct the command, or 'outs' in mlrepo.yaml
  [15]
  good
  $ try 'mkfifo out'
  error: the stage 'make' failed
  why: its output out cannot be stored: it is a fifo, socket or device, not a file
  hint: correct the command, or 'outs' in mlrepo.yaml
  [15]
  good
  $ try 'mkdir out; mkfifo out/pipe'
  error: the stage 'make' failed
  why: its output out cannot be stored: 1 of its files cannot be stored:
       out/pipe: it is a fifo, socket or device, not a file
  hint: correct the command, or 'outs' in mlrepo.yaml
  [15]
  good
  $ try 'rm -rf .mlrepo/objects/nothing; exit 1'
  error: the stage 'make' failed
  why: 'rm -rf .mlrepo/objects/nothing; exit 1' exited with 1
  hint: the whole output is in .mlrepo/logs/make.log
  [15]
  good
  $ mlrepo stage add -f -q -n make -o out -w nowhere 'pwd' && mlrepo repro -q; ls -d nowhere
  error: the stage 'make' failed
  why: it did not make its output nowhere/out
  hint: correct the command, or 'outs' in mlrepo.yaml
  nowhere
  $ mlrepo stage add -f -q -n make -o out -w in 'pwd' && mlrepo repro -q
  error: cannot open the folder $SANDBOX/shop/in
  why: Not a directory
  [2]

An output that git tracks cannot be one that the store keeps.

  $ echo old > code && git add code && git commit -q -m code && mlrepo stage add -f -q -n make -d in -o code 'echo > code'
  $ mlrepo repro make; cat code
  error: cannot run the stage 'make'
  why: git tracks its output code
  hint: git rm -r --cached 'code', or give the output 'cache: false'
  old

Without an earlier output there is nothing to put back, and what the failed command left stays to be looked at.

  $ mlrepo stage add -f -q -n new -o fresh 'echo half > fresh; exit 1' && mlrepo repro -q --single new; ls fresh
  error: the stage 'new' failed
  why: 'echo half > fresh; exit 1' exited with 1
  hint: the whole output is in .mlrepo/logs/new.log
  fresh
