Each thing a stage can say.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir work && echo hi > work/in && echo '{"a": {"b": 1}}' > p.json && printf '[t]\nx = 1.5\n' > p.toml
  $ echo 'z: [1, 2]' > params.yaml
  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   inside:
  >     wdir: work
  >     cmd: 'pwd; cat in > out; env | grep ^MLREPO_STAGE'
  >     deps: [in]
  >     outs: [out]
  >   always:
  >     cmd: date +%s%N > stamp
  >     always_changed: true
  >     outs:
  >       - stamp: {cache: false}
  >   log:
  >     cmd: echo line >> lines
  >     deps: [work/out]
  >     outs:
  >       - lines: {persist: true}
  >   frozen:
  >     cmd: exit 1
  >     frozen: true
  >     deps: [work/in]
  >     outs: [never]
  >   values:
  >     cmd: echo ran > values
  >     params:
  >       - z
  >       - p.json: [a.b]
  >       - p.toml:
  >     outs: [values]
  >   folder:
  >     cmd: mkdir -p dir/empty; cp work/in dir/a; ln -s a dir/b
  >     deps: [work/in]
  >     outs: [dir]
  > E
  $ mlrepo repro -j 1 > output; sed "s/done in .*/done/" output
  inside: never run
    $ pwd; cat in > out; env | grep ^MLREPO_STAGE
  frozen: frozen
  $SANDBOX/shop/work
  MLREPO_STAGE=inside
  inside: done
  always: runs always (always_changed); never run
    $ date +%s%N > stamp
  always: done
  log: never run
    $ echo line >> lines
  log: done
  values: never run
    $ echo ran > values
  values: done
  folder: never run
    $ mkdir -p dir/empty; cp work/in dir/a; ln -s a dir/b
  folder: done
  $ mlrepo repro -n
  inside: up to date
  always: runs
    runs always (always_changed)
  log: up to date
  frozen: frozen
  values: up to date
  folder: up to date
  $ mlrepo repro -q; cat lines; git check-ignore stamp never lines values dir work/out
  line
  lines
  values
  dir
  work/out
  $ echo ho > work/in && mlrepo repro -q && cat lines
  line
  line
  $ rm -r dir && mlrepo repro -q folder && find dir | sort && readlink dir/b
  dir
  dir/a
  dir/b
  dir/empty
  a

Params of every format, whole files and single keys.

  $ sed -i 's/1.5/1.50/' p.toml && mlrepo repro -n values
  values: up to date
  $ sed -i 's/1.50/2.5/' p.toml && echo '{"a": {"b": 1.0}}' > p.json && echo 'z: [1, 2, 3]' > params.yaml && mlrepo repro -n values
  values: runs
    params changed a.b 1 → 1.0 (p.json)
    params changed t.x 1.5 → 2.5 (p.toml)
    params changed z [1, 2] → [1, 2, 3] (params.yaml)
  $ mlrepo params diff --json > /dev/null; mlrepo repro -q values && mlrepo status | grep -c values
  1
  $ echo '{"a": {"c": 1.0}}' > p.json && mlrepo repro values
  error: cannot run the stage 'values'
  why: p.json has no param 'a.b'; did you mean 'a.c'?
  hint: add it to p.json, or correct 'params' in mlrepo.yaml
  [2]
  $ echo '{"a": {' > p.json && mlrepo repro values
  error: cannot read p.json
  why: p.json:2:1: a key in double quotes should stand here
  [2]
  $ rm p.toml && git checkout -q p.json 2> /dev/null; echo '{"a": {"b": 1}}' > p.json; mlrepo repro values
  error: cannot run the stage 'values'
  why: its file of params p.toml does not exist
  hint: make the file, or correct 'params' in mlrepo.yaml
  [2]

Standard input is empty, and each stage has its own shell.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   reads:
  >     cmd: [cat; echo end, 'cd work; x=1', 'echo "$x" > pwd; pwd >> pwd; echo out; echo err >&2']
  >     outs: [pwd]
  > E
  $ echo input | mlrepo repro | sed "s/done in .*/done/"; cat pwd
  reads: never run
    $ cat; echo end
    $ cd work; x=1
    $ echo "$x" > pwd; pwd >> pwd; echo out; echo err >&2
  end
  out
  err
  reads: done
  
  $SANDBOX/shop

Output without a line end, output that is closed early, and what is left in the background.

  $ cat > mlrepo.yaml <<'E'
  > stages:
  >   part: {cmd: printf part, deps: [work/in]}
  >   shut: {cmd: 'exec > /dev/null 2>&1; sleep 0.2; echo 1 > shut', outs: [shut]}
  >   left: {cmd: '(sleep 30; echo late) & echo $! > left', outs: [left]}
  > E
  $ mlrepo repro -j 1 | sed "s/done in .*/done/"
  part: never run
    $ printf part
  part
  part: done
  shut: never run
    $ exec > /dev/null 2>&1; sleep 0.2; echo 1 > shut
  shut: done
  left: never run
    $ (sleep 30; echo late) & echo $! > left
  left: done
  $ cat shut; case $(ps -o stat= -p $(cat left)) in '' | Z*) ;; *) echo "it runs on" ;; esac
  1
  $ mlrepo repro -f -v left 2>&1 | sed "s/done in .*/done/"
  left: forced
    $ (sleep 30; echo late) & echo $! > left
  left: done
