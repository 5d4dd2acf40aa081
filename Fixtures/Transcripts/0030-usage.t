  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init

A mistyped word gets the nearest that exists, and status 64.

  $ mlrepo stauts
  error: cannot run 'mlrepo stauts'
  why: there is no such command
  hint: mlrepo status
  [64]
  $ mlrepo stage ad
  error: cannot run 'mlrepo stage ad'
  why: there is no such command
  hint: mlrepo stage add
  [64]
  $ mlrepo frobnicate
  error: cannot run 'mlrepo frobnicate'
  why: there is no such command
  hint: 'mlrepo help' lists all commands
  [64]
  $ mlrepo add
  error: cannot understand the arguments of 'mlrepo add'
  why: missing expected argument '<paths> ...'
  usage: mlrepo add <paths> ... [--json]
  hint: mlrepo add --help
  [64]
  $ mlrepo add --jsn x
  error: cannot understand the arguments of 'mlrepo add'
  why: unknown option '--jsn'. Did you mean '--json'?
  usage: mlrepo add <paths> ... [--json]
  hint: mlrepo add --help
  [64]
  $ mlrepo log -n
  error: cannot understand the arguments of 'mlrepo log'
  why: missing value for '-n <number>'
  usage: mlrepo log [<path>] [--number <number>] [--json]
  hint: mlrepo log --help
  [64]
  $ mlrepo log -n zero
  error: cannot understand the arguments of 'mlrepo log'
  why: the value 'zero' is invalid for '-n <number>'
  usage: mlrepo log [<path>] [--number <number>] [--json]
  hint: mlrepo log --help
  [64]
  $ mlrepo log -n 0
  error: cannot understand the arguments of 'mlrepo log'
  why: --number must be at least 1
  usage: mlrepo log [<path>] [--number <number>] [--json]
  hint: mlrepo log --help
  [64]
  $ mlrepo ls --rev
  error: cannot understand the arguments of 'mlrepo ls'
  why: missing value for '--rev <rev>'
  usage: mlrepo ls [<path>] [--rev <rev>] [--recursive] [--json]
  hint: mlrepo ls --help
  [64]
  $ mlrepo stage add -n a
  error: cannot understand the arguments of 'mlrepo stage add'
  why: missing expected argument '<command> ...'
  usage: mlrepo stage add [<options>] --name <name> <command> ...
  hint: mlrepo stage add --help
  [64]
  $ mlrepo stage
  OVERVIEW: Describe the steps of a pipeline.
  
  Example: mlrepo stage add -n train -d data.csv -p train.depth -o model --
  python train.py
  
  USAGE: mlrepo stage <subcommand>
  
  OPTIONS:
    --version               Show the version.
    -h, --help              Show help information.
  
  SUBCOMMANDS:
    add                     Add a stage to mlrepo.yaml.
    edit                    Change a stage in mlrepo.yaml.
    remove, rm              Take stages out of mlrepo.yaml.
    list, ls                List the stages in the order in which they run.
    show                    Show a stage with all that its description comes to.
  
    See 'mlrepo help stage <subcommand>' for detailed help.
  $ mlrepo repro --single
  error: cannot understand the arguments of 'mlrepo repro'
  why: name the stages
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  [64]
  $ mlrepo dag --dot --mermaid
  error: cannot understand the arguments of 'mlrepo dag'
  why: choose one of --mermaid, --dot, --svg and --json
  usage: mlrepo dag [<stage> ...] [--full] [--outs] [--status] [--mermaid] [--dot] [--svg] [--json]
  hint: mlrepo dag --help
  [64]
  $ mlrepo metrics show --precision 99
  error: cannot understand the arguments of 'mlrepo metrics show'
  why: --precision must be from 1 to 17
  usage: mlrepo metrics show [<files> ...] [--rev <rev>] [--md] [--precision <precision>] [--json]
  hint: mlrepo metrics show --help
  [64]
  $ mlrepo -C
  error: cannot understand the command line
  why: -C needs a folder
  hint: mlrepo help
  [64]
  $ mlrepo | head -n 9
  OVERVIEW: git for data, models and metrics.
  
  Keeps large files as hashed objects in .mlrepo, links them to git commits,
  rebuilds pipeline stages whose inputs changed, and says what changed between
  two commits, from bytes to metrics.
  
  Example: mlrepo init && mlrepo add data && git commit -m "data v1"
  
  USAGE: mlrepo <subcommand>

Every verb says how it is used, with an example.

  $ for verb in init add remove move status checkout commit diff log ls cat repro dag train evaluate split fsck gc \
  >   config doctor version 'stage add' 'stage list' 'params diff' 'metrics show' 'metrics diff'; do
  >   mlrepo $verb --help > help && grep -q '^USAGE: mlrepo' help && grep -q 'Example: ' help || echo "no: $verb"
  >   awk -v verb="$verb" 'length > 150 { print verb ": " $0 }' help
  > done; rm help
  $ mlrepo help log
  OVERVIEW: Show the commits at which data changed.
  
  With a path, the commits at which what it holds changed, with its size and
  number of files from then on; it may be a tracked path or anything in one.
  Without, the commits at which any tracked path changed.
  
  Example: mlrepo log data/images
  
  USAGE: mlrepo log [<path>] [--number <number>] [--json]
  
  ARGUMENTS:
    <path>                  A tracked path, or something in one.
  
  OPTIONS:
    -C <dir>                Run as if started in this folder.
    -q, --quiet             Print nothing but what was asked for.
    -v, --verbose           Print more.
    --no-color              Use no colour.
    -n, --number <number>   Show at most this many commits.
    --json                  Print JSON.
    --version               Show the version.
    -h, --help              Show help information.
  $ mlrepo version; mlrepo --version; mlrepo version --json
  mlrepo 0.1.0
  mlrepo 0.1.0
  {
    "version": "0.1.0"
  }

`-C` and the other options of all commands work before the verb and after it.

  $ mkdir sub && echo 1 > sub/a.csv
  $ mlrepo -C sub add a.csv
  added     sub/a.csv  2 B
  stored 1 new object, 2 B
  $ mlrepo ls -C sub
         2 B                sub/a.csv
  $ mlrepo -q -C sub status; mlrepo status -q -C sub
  $ mlrepo -C nowhere status
  error: cannot use the folder nowhere
  why: No such file or directory
  [2]
  $ mlrepo -C sub/a.csv status
  error: cannot open the folder $SANDBOX/shop/sub/a.csv
  why: Not a directory
  [2]

With --json an error is an object on standard error.

  $ mlrepo add --json nowhere 2>&1 > /dev/null | python3 -m json.tool
  {
      "error": "cannot add nowhere",
      "why": "there is no such file or folder",
      "hint": null,
      "category": "failed",
      "exit": 2
  }
  $ mlrepo ls --json nowhere
  {
    "error": "cannot list nowhere",
    "why": "it is not tracked here",
    "hint": "mlrepo ls",
    "category": "failed",
    "exit": 2
  }
  [2]

A reader that has enough ends the command in silence; a full disk does not.

  $ name=$(printf 'long%.0s' $(seq 50)); mkdir sub/many; for i in $(seq 400); do echo $i > "sub/many/$name $i"; done
  $ mlrepo add -q sub/many && git commit -q -m files
  $ mlrepo ls -R | head -n 1; echo ${PIPESTATUS[0]}
         2 B                sub/a.csv
  141
  $ mlrepo ls > /dev/full
  error: cannot write the output
  why: No space left on device
  [2]
  $ mlrepo version > /dev/full
  error: cannot write the output
  why: No space left on device
  [2]

No colour where it is not wanted; on a terminal there is some.

  $ echo 2 > sub/a.csv; mlrepo status | od -c | grep -c 033
  0
  [1]
  $ command -v script > /dev/null || exit 80
  $ env -u NO_COLOR TERM=xterm script -qec 'mlrepo status' /dev/null < /dev/null | grep -c $'\033'
  1
  $ env -u NO_COLOR TERM=xterm script -qec 'mlrepo status --no-color' /dev/null < /dev/null | grep -c $'\033'
  0
  [1]
  $ env NO_COLOR=1 TERM=xterm script -qec 'mlrepo status' /dev/null < /dev/null | grep -c $'\033'
  0
  [1]
