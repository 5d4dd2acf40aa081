A pipeline can take values from files of params, and make many stages of one.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ cat > params.yaml <<'E'
  > train: {depth: 3, lr: 0.1, verbose: true, seeds: [1, 2]}
  > models:
  >   rf: {trees: 10}
  >   gb: {trees: 20}
  > E
  $ printf 'class Data:\n    rows = 100  # of them\n    name: str = "digits"\n' > settings.py
  $ cat > mlrepo.yaml <<'E'
  > vars:
  >   - settings.py
  >   - out: results
  > stages:
  >   prepare:
  >     cmd:
  >       - mkdir -p ${out}
  >       - echo ${Data.name} ${Data.rows} \${HOME:+home} > ${out}/data.txt
  >     params:
  >       - settings.py: [Data.rows]
  >     outs: ["${out}/data.txt"]
  >   train:
  >     foreach: ${models}
  >     do:
  >       cmd: echo train ${train} --trees ${item.trees} > ${out}/${key}.txt
  >       deps: ["${out}/data.txt"]
  >       params: ["models.${key}"]
  >       outs: ["${out}/${key}.txt"]
  >   score:
  >     matrix:
  >       model: [rf, gb]
  >       seed: ${train.seeds}
  >     cmd: cat ${out}/${item.model}.txt > ${out}/${key}.score
  >     deps: ["${out}/${item.model}.txt"]
  >     outs: ["${out}/${item.model}-${item.seed}.score"]
  > E
  $ mlrepo stage list
  prepare     makes results/data.txt
  train@rf    makes results/rf.txt
  train@gb    makes results/gb.txt
  score@rf-1  makes results/rf-1.score
  score@rf-2  makes results/rf-2.score
  score@gb-1  makes results/gb-1.score
  score@gb-2  makes results/gb-2.score
  $ mlrepo repro -q; cat results/data.txt results/rf.txt results/gb-2.score
  digits 100 home
  train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 10
  train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 20
  $ sed -n '/train@rf/,/outs/p' mlrepo.lock
    train@rf:
      cmd:
        - echo train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 10 > results/rf.txt
      deps:
        - path: results/data.txt
          id: sha256:4c55ecf642349d1ae02b59fad417b5e6cc5238de1186cb6cc1487dc8ed77d90a
          size: 16
      params:
        params.yaml:
          models.rf:
            trees: 10
      outs:
  $ mlrepo status
  Recorded, to be committed in git:
    added:         results/data.txt
    added:         results/gb-1.score
    added:         results/gb-2.score
    added:         results/gb.txt
    added:         results/rf-1.score
    added:         results/rf-2.score
    added:         results/rf.txt
  The workspace is as recorded.

What changes in the params changes the stages that name it, and no others.

  $ git add -A && git commit -q -m 'first results'
  $ sed -i 's/trees: 20/trees: 25/' params.yaml; sed -i 's/rows = 100/rows = 0x80/' settings.py
  $ mlrepo params diff
  Path         Param            HEAD  workspace  Change
  params.yaml  models.gb.trees  20    25         5
  settings.py  Data.rows        100   128        28
  $ mlrepo repro -n
  prepare: runs
    command changed mkdir -p results; 'echo digits 100 ${HOME:+home} > results/data.txt' → mkdir -p results; 'echo digits 128 ${HOME:+home} > results/data.txt'
    params changed Data.rows 100 → 128 (settings.py)
  train@rf: may run
    if 'prepare' makes something new
  train@gb: runs
    command changed echo train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 20 > results/gb.txt → echo train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 25 > results/gb.txt
    params changed models.gb.trees 20 → 25 (params.yaml)
  score@rf-1: may run
    if 'train@rf' makes something new
  score@rf-2: may run
    if 'train@rf' makes something new
  score@gb-1: may run
    if 'train@gb' makes something new
  score@gb-2: may run
    if 'train@gb' makes something new

A group is named as one, and each of its stages by itself.

  $ mlrepo repro -q train && cat results/gb.txt
  train --depth 3 --lr 0.1 --verbose --seeds 1 2 --trees 25
  $ mlrepo repro -n score@rf-1
  prepare: up to date
  train@rf: up to date
  score@rf-1: up to date
  $ mkdir sub && printf 'stages:\n  train: {cmd: echo sub > t, outs: [t]}\n' > sub/mlrepo.yaml
  $ cd sub && mlrepo repro -q :train && cat t && cd ..
  sub
  $ mlrepo repro -q sub/mlrepo.yaml 'score@*'; mlrepo repro -n sub/t
  sub/mlrepo.yaml:train: up to date
  $ mlrepo repro trian
  error: cannot find the stage 'trian'
  why: no pipeline file has it
  hint: did you mean 'train'?
  [2]

A name that nothing defines, in each stage that uses it; and what is no name.

  $ try() { cat > mlrepo.yaml; mlrepo repro -n; }
  $ try <<'E'
  > stages:
  >   one: {cmd: 'echo ${train.dept}'}
  >   two: {cmd: 'echo $HOME ${HOME}'}
  >   three: {cmd: 'echo ${train'}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:14: '${train.dept}' in stage 'one' stands for nothing; did you mean '${train.depth}'?
       mlrepo.yaml:3:14: '${HOME}' in stage 'two' stands for nothing
       mlrepo.yaml:4:16: a '${' has no '}' on its line
  hint: for a variable of the shell, write $NAME or \${NAME}
  [2]
  $ try <<'E'
  > stages:
  >   each:
  >     foreach: [{a: 1}, {b: 2}]
  >     do: {cmd: 'echo ${item.a}'}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:4:15: '${item.a}' in stage 'each@1' stands for nothing; did you mean '${item.b}'?
  [2]

Too many stages, and two of one name.

  $ printf 'many: [%s]\n' "$(seq -s, 300)" > many.yaml
  $ try <<'E'
  > vars: [many.yaml]
  > stages:
  >   grid:
  >     matrix: {a: '${many}', b: '${many}', c: '${many}'}
  >     cmd: echo
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:3:3: stage 'grid' stands for 27000000, and a pipeline file holds at most 10000 stages
  [2]
  $ try <<'E'
  > stages:
  >   twice: {foreach: [1, '1'], do: {cmd: echo}}
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:3: stage 'twice' makes two stages 'twice@1'
  [2]

A value has one meaning.

  $ try <<'E'
  > vars: [{train: {depth: 9}}]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:8: 'train.depth' is already defined in params.yaml
  [2]
  $ try <<'E'
  > vars: ['params.yaml:train', missing.yaml]
  > E
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:1:8: values of 'params.yaml' are taken already
  [2]
