What is wrong in mlrepo.yaml is told with its place, and the nearest word that is known.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ try() { cat > mlrepo.yaml; mlrepo repro -n; }
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: true
  >     depps: [x]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:4:5: unknown key 'depps' in stage 'a'; did you mean 'deps'?
  [2]
  $ try <<'E'
  > stage:
  >   a: {cmd: x}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:1: unknown key 'stage' in the pipeline; did you mean 'stages'?
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: x
  >     outs:
  >       - y: {cahce: false}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:5:13: unknown key 'cahce' in the output 'y'; did you mean 'cache'?
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     deps: [x]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:3: stage 'a' has no 'cmd', the command it runs
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: x
  >     deps: y
  >     frozen: 3
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:5:13: 'frozen' should be true or false, but is a whole number (3)
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: x
  >     frozen: soon
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:4:13: 'frozen' should be true or false, but is text (soon)
  [2]
  $ try <<'E'
  > stages: [a, b]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:9: 'stages' should be a map, but is a list
  [2]
  $ try <<'E'
  > stages:
  >   a: make it
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:6: stage 'a' should be a map, but is text (make it)
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: x
  >   a:
  >     cmd: y
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:3: the key 'a' stands here and again further down in the same map
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: "x
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:4:1: while scanning a quoted scalar that starts at 3:10: found unexpected end of stream
  [2]
  $ try <<'E'
  > stages:
  > 	a:
  >     cmd: x
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:1: while scanning for the next token that starts at 2:1: found character that cannot start any token
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: python train.py ${train.depth}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:3:10: '${train.depth}' in stage 'a' stands for nothing
  hint: for a variable of the shell, write $NAME or \${NAME}
  [2]
  $ try <<'E'
  > datasets: []
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:1: 'datasets' in the pipeline is not read by this version
  [2]
  $ try <<'E'
  > stages:
  > <<<<<<< HEAD
  >   a: {cmd: x}
  > =======
  >   a: {cmd: y}
  > >>>>>>> other
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:1: a merge left its conflict markers here
  hint: settle it in an editor, or take one side: git checkout --ours -- 'mlrepo.yaml'
  [2]
  $ try <<'E'
  > stages:
  >   a:
  >     cmd: x
  >     outs: [../y]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:4:12: '../y' cannot be an output: it leaves the repository
  [2]
  $ try <<'E'
  > stages:
  >   'a:b':
  >     cmd: x
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:3: a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'
  [2]
  $ printf 'stages:\n  a: {cmd: "\xff"}\n' | try
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:13: the byte 0xff is not valid UTF-8; save the file as UTF-8
  [2]
  $ (echo 'vars:'; echo '  - a0: &a0 [x, x]'; for i in $(seq 30); do echo "  - a$i: &a$i [*a$((i-1)), *a$((i-1)), *a$((i-1))]"; done) | try
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:13:22: aliases stand for more than 1048576 values and letters up to here
  [2]
  $ printf '%0.s[' $(seq 100000) | try 2>&1 | cut -c 1-120
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:1: lists and maps nest deeper than 64 levels here
  $ try < /dev/null
  error: cannot find a pipeline
  why: no mlrepo.yaml has a stage
  hint: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
  [2]
  $ echo 'stages: {}' | try
  error: cannot find a pipeline
  why: no mlrepo.yaml has a stage
  hint: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
  [2]

Stages that cannot go together.

  $ try <<'E'
  > stages:
  >   a: {cmd: x, deps: [three], outs: [one]}
  >   b: {cmd: x, deps: [one], outs: [two]}
  >   c: {cmd: x, deps: [two], outs: [three]}
  > E
  error: cannot order the stages
  why: they depend on each other in a circle: a -> b -> c -> a
  hint: take one of them out of the 'deps' or the 'after' of the next
  [2]
  $ try <<'E'
  > stages:
  >   a: {cmd: x, outs: [one]}
  >   b: {cmd: x, outs: [./one]}
  > E
  error: cannot use the pipeline
  why: the stages 'a' and 'b' both write one
  hint: edit mlrepo.yaml near line 3
  [2]
  $ try <<'E'
  > stages:
  >   a: {cmd: x, outs: [one]}
  >   b: {cmd: x, outs: [one/two]}
  > E
  error: cannot use the pipeline
  why: stage 'b' writes one/two, which lies in one, an output of stage 'a'
  hint: edit mlrepo.yaml near line 3
  [2]
  $ try <<'E'
  > stages:
  >   a: {cmd: x, deps: [one], outs: [one]}
  > E
  error: cannot use stage 'a'
  why: one is one of its dependencies and one of its outputs
  hint: edit mlrepo.yaml near line 2
  [2]
  $ try <<'E'
  > stages:
  >   a: {cmd: x, deps: [one/two], outs: [one]}
  > E
  error: cannot use stage 'a'
  why: one/two is one of its dependencies and one of its outputs
  hint: edit mlrepo.yaml near line 2
  [2]
  $ echo 1 > data && mlrepo add -q data
  $ try <<'E'
  > stages:
  >   a: {cmd: x, outs: [data]}
  > E
  error: cannot use the pipeline
  why: the outputs of stage 'a' and the tracked path data overlap
  hint: mlrepo remove 'data'
  [2]
  $ mlrepo status --json
  {
    "error": "cannot use the pipeline",
    "why": "the outputs of stage 'a' and the tracked path data overlap",
    "hint": "mlrepo remove 'data'",
    "category": "failed",
    "exit": 2
  }
  [2]

A missing or a damaged file of params.

  $ try <<'E'
  > stages:
  >   a: {cmd: x, params: [one.two], outs: [o]}
  > E
  a: runs
    never run
  $ mlrepo repro
  error: cannot run the stage 'a'
  why: its file of params params.yaml does not exist
  hint: make the file, or correct 'params' in mlrepo.yaml
  [2]
  $ echo 'one: 1' > params.yaml; mlrepo repro
  error: cannot run the stage 'a'
  why: params.yaml has no param 'one.two'
  hint: add it to params.yaml, or correct 'params' in mlrepo.yaml
  [2]
  $ echo 'one: [' > params.yaml; mlrepo repro; mlrepo status; mlrepo params diff
  error: cannot read params.yaml
  why: params.yaml:2:1: while parsing a flow node that starts at 2:1: did not find expected node content
  error: cannot read params.yaml
  why: params.yaml:2:1: while parsing a flow node that starts at 2:1: did not find expected node content
  Path         Param  HEAD  workspace
  params.yaml  -      -     unreadable
  note: cannot read params.yaml: params.yaml:2:1: while parsing a flow node that starts at 2:1: did not find expected node content
