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
  run-cat: never run
    $ sh -c 'cat data data > model'
  run-cat: done in .* s (re)
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
  run-cp: done in .* s (re)
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
    "plots": [],
    "frozen": false,
    "added": true
  }
  $ mlrepo run -n copy -d data -o third 'cat data > third'
  error: cannot add the stage 'copy'
  why: mlrepo.yaml:15:3: there is a stage of this name
  hint: --force replaces it
  [2]
  $ mlrepo run -n copy -f -d data -o third 'cat data > third'
  copy: command changed cp data third → cat data > third
    $ cat data > third
  copy: done in .* s (re)
  recorded as the stage 'copy' in mlrepo.yaml; it makes third

When the command fails, nothing is left of it: neither in the pipeline nor in what it makes.

  $ cp mlrepo.yaml before; mlrepo run -n copy -f -d data -o third 'echo half > third; exit 3'
  copy: command changed cat data > third → echo half > third; exit 3
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

A frozen stage does not run, and without a tracer '--auto' says so.

  $ mlrepo stage edit -q copy --frozen && mlrepo run -n copy 'cat data > third'
  error: cannot run the stage 'copy'
  why: it is frozen
  hint: mlrepo stage edit copy --no-frozen
  [2]

  $ PATH=$(dirname $(command -v mlrepo)) mlrepo run --auto -n none 'echo'
  error: cannot trace commands
  why: the program 'strace' is not installed here
  hint: apt-get install strace
  [2]
  $ mlrepo stage add --yes -n score -- true
  error: cannot understand the arguments of 'mlrepo stage add'
  why: --yes goes with --auto
  usage: mlrepo stage add [<options>] --name <name> <command> ...
  hint: mlrepo stage add --help
  [64]
