A command is run and recorded in one go: the stage and its result come together, and go together.

  $ git init -q p && cd p && mlrepo init -q && git add -A && git commit -qm init
  $ echo 3 > data; echo '# the pipeline of this project' > mlrepo.yaml; git add -A && git commit -qm data
  $ mlrepo run -d data -o model --dry-run -- sh -c 'cat data data > model'
  would run, and then add to mlrepo.yaml:
  stages:
    run-cat:
      cmd: sh -c 'cat data data > model'
      deps:
        - data
      outs:
        - model
  $ mlrepo run -d data -o model -- sh -c 'cat data data > model'
  run-cat: forced; never run
    $ sh -c 'cat data data > model'
  run-cat: done in 0.00 s
  recorded as the stage 'run-cat' in mlrepo.yaml; it makes model
  $ cat mlrepo.yaml; git status --short; mlrepo status
  # the pipeline of this project
  stages:
    run-cat:
      cmd: sh -c 'cat data data > model'
      deps:
        - data
      outs:
        - model
  A  .gitignore
  A  mlrepo.lock
  M  mlrepo.yaml
  Recorded, to be committed in git:
    added:         model
  The workspace is as recorded.
  $ mlrepo op log --json | grep '"command"'
      "command": "run run-cat",
  $ mlrepo undo && cat mlrepo.yaml && ls && git status --short
  took back: mlrepo run run-cat
  # the pipeline of this project
  data
  mlrepo.yaml

The name is made from the command, unless one is given; the same command again runs as it stands.

  $ mlrepo run -q -d data -o model 'cp data model' && mlrepo run -q -d data -o other 'cp data other' && mlrepo stage list
  run-cp    makes model
  run-cp-2  makes other
  $ mlrepo run 'cp data model'
  run-cp: forced
    $ cp data model
  run-cp: done in 0.01 s
  $ mlrepo run -n copy -d data -o third --json 'cp data third'
  {
    "name": "copy",
    "file": "mlrepo.yaml",
    "cmd": [
      "cp data third"
    ],
    "wdir": ".",
    "deps": [
      "data"
    ],
    "outs": [
      "third"
    ],
    "metrics": [],
    "frozen": false,
    "added": true
  }
  $ mlrepo run -n copy -d data -o third 'cat data > third'
  error: cannot add the stage 'copy'
  why: mlrepo.yaml:15:3: there is a stage of this name
  hint: mlrepo stage add --force -n copy … replaces it
  [2]
  $ mlrepo run -n copy -f -d data -o third 'cat data > third'
  copy: forced; command changed cp data third → cat data > third
    $ cat data > third
  copy: done in 0.01 s
  recorded as the stage 'copy' in mlrepo.yaml; it makes third

When the command fails, nothing is left of it: neither in the pipeline nor in what it makes.

  $ cp mlrepo.yaml before; mlrepo run -n copy -f -d data -o third 'echo half > third; exit 3'
  copy: forced; command changed cat data > third → echo half > third; exit 3
    $ echo half > third; exit 3
  error: the stage 'copy' failed
  why: 'echo half > third; exit 3' exited with 3
  hint: the whole output is in .mlrepo/logs/copy.log
  [15]
  $ cmp mlrepo.yaml before && cat third && mlrepo status
  3
  Recorded, to be committed in git:
    added:         model
    added:         other
    added:         third
  The workspace is as recorded.
  $ mlrepo run -o out 'exit 1' 2>&1 | tail -1; cmp mlrepo.yaml before && ls
  hint: the whole output is in .mlrepo/logs/run-exit.log
  before
  data
  mlrepo.lock
  mlrepo.yaml
  model
  other
  third
  $ mlrepo run -o data 'echo > data'
  error: cannot run the stage 'run-echo'
  why: git tracks its output data
  hint: git rm -r --cached 'data', or give the output 'cache: false'
  [2]
  $ mlrepo run
  error: cannot understand the arguments of 'mlrepo run'
  why: missing expected argument '<command> ...'
  usage: mlrepo run [<options>] <command> ...
  hint: mlrepo run --help
  [64]

With a tracer nobody has to say what the command reads and makes. A folder whose files are all meant stands for them.

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
  run-train: forced; never run
    $ python3 train.py
  trained
  run-train: done in 0.90 s
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
  /model
  /other
  /result
  /third
  $ mlrepo status; mlrepo repro
  Recorded, to be committed in git:
    added:         model
    added:         other
    added:         result
    added:         third
  The workspace is as recorded.
  Nothing to do: 4 stages up to date.
  $ echo 5 > raw/b; mlrepo repro -q run-train && cat result/sum
  6
  $ mlrepo run --auto -n log 'cat raw/a >> log.txt; cat log.txt; echo >> log.txt'
  log: forced; never run
    $ cat raw/a >> log.txt; cat log.txt; echo >> log.txt
  1
  log: done in 0.05 s
  recorded as the stage 'log' in mlrepo.yaml; it makes log.txt
  $ mlrepo run --auto -n late 'cat data > x; echo 4 > data.new; cp raw/a y; sh -c "echo 9 >> raw/a"'
  late: forced; never run
    $ cat data > x; echo 4 > data.new; cp raw/a y; sh -c "echo 9 >> raw/a"
  error: cannot record the stage 'late'
  why: its command reads raw/a and then writes it, so it is neither a dependency nor an output
  hint: let it write another file, or say that it goes on with that one: --out-persist
  [15]
  $ mlrepo run --auto -n second 'cp data result/sum'
  second: forced; never run
    $ cp data result/sum
  error: cannot record the stage 'second'
  why: stage 'second' writes result/sum, which lies in result, an output of stage 'run-train'
  hint: say what it makes with -o, and what it reads with -d, without --auto
  [2]
  $ PATH=$(dirname $(command -v mlrepo)) mlrepo run --auto -n none 'echo'
  error: cannot trace commands
  why: the program 'strace' is not installed here
  hint: apt-get install strace
  [2]

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
    added:         model
    added:         other
    added:         result
    added:         score.json
    added:         third
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      result/sum
  Stages out of date ('mlrepo repro' runs them):
    run-train
      changed dependency: raw (modified)
      changed output: result (modified)
    log
      changed dependency: raw/a (modified)
  $ mlrepo stage add --auto -n more -- sh -c 'cat other; echo >> other'
  error: cannot add the stage 'log'
  why: mlrepo.yaml:29:3: there is a stage of this name
  hint: mlrepo stage add --force -n log … replaces it
  [2]
  $ mlrepo stage add --auto -n more -- false
  error: cannot add the stage 'log'
  why: mlrepo.yaml:29:3: there is a stage of this name
  hint: mlrepo stage add --force -n log … replaces it
  [2]
  $ mlrepo stage add --auto -n score -- true
  error: cannot add the stage 'score'
  why: mlrepo.yaml:35:3: there is a stage of this name
  hint: mlrepo stage add --force -n score … replaces it
  [2]
  $ mlrepo stage add --yes -n score -- true
  error: cannot understand the arguments of 'mlrepo stage add'
  why: --yes goes with --auto
  usage: mlrepo stage add [<options>] --name <name> <command> ...
  hint: mlrepo stage add --help
  [64]
