Stages come into mlrepo.yaml one by one; what people wrote there stays.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo repro
  error: cannot find a pipeline
  why: no mlrepo.yaml has a stage
  hint: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
  [2]
  $ mlrepo stage list; mlrepo dag
  no stages yet; add one with: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
  no stages yet; add one with: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
  $ echo 1 > in && printf 'a: 1\nb: {c: 2}\n' > params.yaml
  $ mlrepo stage add -n first -d in -p a,b.c -o out/first --desc 'copies' 'mkdir -p out && cp in out/first'
  added the stage 'first' to mlrepo.yaml; run it with: mlrepo repro first
  $ sed -i 's/^stages:/# the pipeline\nstages:/' mlrepo.yaml
  $ mlrepo stage add -n second -d out/first -o two -M m.json -O three --out-persist four -w . -- sh -c 'cat out/first > two; echo "{\"n\": 1}" > m.json; touch three; echo x >> four'
  added the stage 'second' to mlrepo.yaml; run it with: mlrepo repro second
  $ cat mlrepo.yaml
  # the pipeline
  stages:
    first:
      desc: copies
      cmd: mkdir -p out && cp in out/first
      deps:
        - in
      params:
        - a
        - b.c
      outs:
        - out/first
    second:
      wdir: '.'
      cmd: 'sh -c ''cat out/first > two; echo "{\"n\": 1}" > m.json; touch three; echo x >> four'''
      deps:
        - out/first
      outs:
        - two
        - three:
            cache: false
        - four:
            persist: true
      metrics:
        - m.json:
            cache: false
  $ mlrepo stage list; mlrepo stage list --json | python3 -m json.tool > /dev/null
  first   copies
  second  makes two, three, four, m.json
  $ mlrepo dag; mlrepo dag --dot; mlrepo dag --mermaid; mlrepo dag --json
  first
  └── second
  digraph pipeline {
    "first";
    "second";
    "first" -> "second";
  }
  flowchart TD
    s1["first"]
    s2["second"]
    s1 --> s2
  {
    "first": [],
    "second": [
      "first"
    ]
  }
  $ mlrepo repro && cat mlrepo.lock && cat .gitignore out/.gitignore && git status --short
  first: never run
    $ mkdir -p out && cp in out/first
  first: done in * s (glob)
  second: never run
    $ sh -c 'cat out/first > two; echo "{\"n\": 1}" > m.json; touch three; echo x >> four'
  second: done in * s (glob)
  # Written by mlrepo: what each stage last read and made. Keep it in git.
  version: 1
  stages:
    first:
      cmd:
        - mkdir -p out && cp in out/first
      deps:
        - path: in
          id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
          size: 2
      params:
        params.yaml:
          a: 1
          b.c: 2
      outs:
        - path: out/first
          id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
          size: 2
    second:
      cmd:
        - 'sh -c ''cat out/first > two; echo "{\"n\": 1}" > m.json; touch three; echo x >> four'''
      deps:
        - path: out/first
          id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
          size: 2
      outs:
        - path: four
          id: sha256:73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac
          size: 2
        - path: m.json
          id: sha256:372f279dec24e545b8b362b351ad1e131e55611f5caf789e7fb5e92dfdb5a79c
          size: 9
          cache: false
        - path: three
          id: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
          size: 0
          cache: false
        - path: two
          id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
          size: 2
  /four
  /two
  /first
  A  .gitignore
  A  mlrepo.lock
  A  mlrepo.yaml
  A  out/.gitignore
  ?? in
  ?? m.json
  ?? params.yaml
  ?? three
  $ mlrepo status --exit-code
  Recorded, to be committed in git:
    added:         four
    added:         out/first
    added:         two
  The workspace is as recorded.

What cannot be is refused before anything is written.

  $ cp mlrepo.yaml before
  $ mlrepo stage add -n first -o x true
  error: cannot add the stage 'first'
  why: mlrepo.yaml:3:3: there is a stage of this name
  hint: --force replaces it
  [2]
  $ mlrepo stage add -n 'no:name' -o x true
  error: cannot name a stage 'no:name'
  why: a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'
  [2]
  $ mlrepo stage add -n x -o two true
  error: cannot add the stage 'x'
  why: the stages 'second' and 'x' both write two
  [2]
  $ mlrepo stage add -n x -o two/inner true
  error: cannot add the stage 'x'
  why: stage 'x' writes two/inner, which lies in two, an output of stage 'second'
  [2]
  $ mlrepo stage add -n x -o in -d in true
  error: cannot add the stage 'x'
  why: in is one of its dependencies and one of its outputs
  [2]
  $ mlrepo stage add -n x -d two -o in true
  error: cannot add the stage 'x'
  why: they depend on each other in a circle: first -> second -> x -> first
  [2]
  $ mlrepo stage add -n x -o ../x true
  error: cannot add the stage 'x'
  why: mlrepo.yaml:30:9: '../x' cannot be an output: it leaves the repository
  [2]
  $ mlrepo stage add -n x -o /x true
  error: cannot add the stage 'x'
  why: mlrepo.yaml:30:9: '/x' cannot be an output: it is absolute
  hint: write it relative to the stage's folder
  [2]
  $ mlrepo stage add -n x -o .git/x true
  error: cannot add the stage 'x'
  why: mlrepo.yaml:30:9: '.git/x' cannot be an output: it lies inside git's own folder
  hint: paths are relative to the repository's root and stay inside it
  [2]
  $ mlrepo stage add -n x -o x -d ../../y true
  error: cannot add the stage 'x'
  why: mlrepo.yaml:30:9: '../../y' cannot be a path in 'deps': it leaves the repository
  [2]
  $ mlrepo add -q in && mlrepo stage add -n x -o in true; mlrepo remove -q in
  error: cannot add the stage 'x'
  why: the outputs of stage 'x' and the tracked path in overlap
  $ cmp before mlrepo.yaml

Replaced with --force; from a sub-folder into that folder's own file.

  $ mlrepo stage add -f -n second -d out/first -o two 'cp out/first two'
  added the stage 'second' to mlrepo.yaml; run it with: mlrepo repro second
  $ grep -c . mlrepo.yaml
  18
  $ mkdir sub && cd sub && echo s > s && mlrepo stage add -n inner -d s -d ../two -o t 'cat s ../two > t'
  added the stage 'inner' to sub/mlrepo.yaml; run it with: mlrepo repro inner
  $ cat mlrepo.yaml
  stages:
    inner:
      cmd: cat s ../two > t
      deps:
        - s
        - ../two
      outs:
        - t
  $ mlrepo repro inner
  second: command changed 'sh -c ''cat out/first > two; echo "{\"n\": 1}" > m.json; touch three; echo x >… → cp out/first two; output removed four; output removed m.json; output removed three
    $ cp out/first two
  second: done in * s (glob)
  sub/mlrepo.yaml:inner: never run
    $ cat s ../two > t
  sub/mlrepo.yaml:inner: done in * s (glob)
  $ mlrepo repro sub/mlrepo.yaml:inner; mlrepo repro t; mlrepo stage list; mlrepo dag
  Nothing to do: 3 stages up to date.
  Nothing to do: 3 stages up to date.
  first                  copies
  second                 makes two
  sub/mlrepo.yaml:inner  makes sub/t
  first
  └── second
      └── sub/mlrepo.yaml:inner
  $ cd .. && mlrepo repro inner; mlrepo repro sub/t; mlrepo repro nothing
  Nothing to do: 3 stages up to date.
  Nothing to do: 3 stages up to date.
  error: cannot find the stage 'nothing'
  why: no pipeline file has it
  hint: mlrepo stage list
  [2]
