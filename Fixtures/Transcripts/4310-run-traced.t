What a command reads and makes is found by tracing it.

  $ git init -q p && cd p && mlrepo init -q && echo 3 > data && git add -A && git commit -qm data

A folder whose files are all meant stands for them.

  $ mkdir raw code && echo 1 > raw/a && echo 2 > raw/b && echo 'def f(): return 1' > code/lib.py && echo note > code/README
  $ cat > train.py <<'END'
  > import os, sys
  > sys.path.insert(0, "code")
  > import lib
  > os.makedirs("result/parts", exist_ok=True)
  > total = sum(int(open(f"raw/{name}").read()) for name in sorted(os.listdir("raw")))
  > open("result/sum", "w").write(f"{total}\n")
  > open("result/parts/a", "w").write("a\n")
  > open("../elsewhere", "w").write("not ours\n")
  > print("trained")
  > END
  $ mlrepo run --auto -- python3 train.py
  run-train: never run
    $ python3 train.py
  trained
  run-train: done in .* s (re)
  recorded as the stage 'run-train' in mlrepo.yaml; it makes result
  $ tail -8 mlrepo.yaml; cat .gitignore
    run-train:
      cmd: python3 train.py
      deps:
        - code/lib.py
        - raw
        - train.py
      outs:
        - result
  /result
  $ mlrepo status; mlrepo repro
  Recorded, to be committed in git:
    added:         result
  The workspace is as recorded.
  Nothing to do: 1 stage up to date.
  $ echo 5 > raw/b; mlrepo repro -q run-train && cat result/sum
  6
  $ mlrepo run --auto -n log 'cat raw/a >> log.txt; cat log.txt; echo >> log.txt'
  log: never run
    $ cat raw/a >> log.txt; cat log.txt; echo >> log.txt
  1
  log: done in .* s (re)
  recorded as the stage 'log' in mlrepo.yaml; it makes log.txt
  $ mlrepo run --auto -n late 'cat data > x; echo 4 > data.new; cp raw/a y; sh -c "echo 9 >> raw/a"'
  late: never run
    $ cat data > x; echo 4 > data.new; cp raw/a y; sh -c "echo 9 >> raw/a"
  error: cannot record the stage 'late'
  why: its command reads raw/a and then writes it, so it is neither a dependency nor an output
  hint: let it write another file, or say that it goes on with that one: --out-persist 'raw/a'
  [15]
  $ mlrepo run --auto -n second 'cp data result/sum'
  second: never run
    $ cp data result/sum
  error: cannot record the stage 'second'
  why: result/sum, in an output of the stage 'run-train', changed while it ran: its command wrote there
  hint: let the command write to its own outputs only; 'mlrepo repro --trace' lists what it writes
  [15]

'stage add --auto' only proposes, and runs the command as it is.

  $ mlrepo stage add --auto -n score -- python3 -c 'open("score.json", "w").write(open("data").read()); print("scored")'
  scored
  stages:
    score:
      cmd: python3 -c 'open("score.json", "w").write(open("data").read()); print("scored")'
      deps:
        - data
      outs:
        - score.json
  nothing is added yet; --yes adds it
  $ mlrepo stage add --auto --yes -n score -d data -- python3 -c 'open("score.json", "w").write(open("data").read())'
  stages:
    score:
      cmd: python3 -c 'open("score.json", "w").write(open("data").read())'
      deps:
        - data
      outs:
        - score.json
  added the stage 'score' to mlrepo.yaml; record what it made with: mlrepo commit score
  $ mlrepo commit score && mlrepo status
  recorded  stage 'score'
  Recorded, to be committed in git:
    added:         log.txt
    added:         result
    added:         score.json
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      result/sum
  Stages out of date ('mlrepo repro' runs them):
    run-train
      changed dependency: raw (modified)
      changed output: result (modified)
    log
      changed dependency: raw/a (modified)
  $ mlrepo stage add --auto -n more -- sh -c 'cat code/README; echo >> code/README'
  note
  stages:
    more:
      cmd: sh -c 'cat code/README; echo >> code/README'
  note: it reads code/README and then writes it; if it goes on with it: --out-persist 'code/README'
  nothing is added yet; --yes adds it
  $ mlrepo stage add --auto -n more -- false
  error: cannot tell what the stage 'more' reads and makes
  why: its command has to succeed for that, and did not
  hint: correct the command, or leave out --auto
  [15]
  $ mlrepo stage add --auto -n score -- true
  error: cannot add the stage 'score'
  why: mlrepo.yaml:16:3: there is a stage of this name
  hint: --force replaces it
  [2]
