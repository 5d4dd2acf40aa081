Stages are changed, shown and taken away; what people wrote around them stays.

  $ git init -q shop && cd shop && mlrepo init -q && mkdir data && echo 1 > data/a && echo 2 > data/b && printf 'depth: 6\neta: 0.3\nseed: 1\n' > params.yaml
  $ cat > mlrepo.yaml <<'END'
  > # the whole pipeline
  > stages:
  >   # cleans
  >   clean:
  >     cmd: cat data/a > clean.csv   # quick
  >     deps:
  >       # the raw data
  >       - data/a
  >     outs: [clean.csv]
  > 
  >   # trains
  >   train:
  >     cmd: cat clean.csv params.yaml > model; echo 1 > m.json
  >     deps: [clean.csv]
  >     params:
  >       - depth     # how deep
  >       - eta
  >       - seed
  >     outs:
  >       - model:
  >           desc: the booster
  >     metrics:
  >       - m.json: {cache: false}
  > 
  >   # one for each
  >   score:
  >     foreach: [eu, us]
  >     do:
  >       cmd: cat model > score-${item}
  >       deps: [model]
  >       outs:
  >         - score-${item}
  >       after: [train]
  > END
  $ mlrepo repro -q && git add -A && git commit -q -m v1
  $ mlrepo stage show train
  train  (mlrepo.yaml:12)
    command     cat clean.csv params.yaml > model; echo 1 > m.json
    reads       clean.csv
    params      params.yaml:depth = 6
                params.yaml:eta = 0.3
                params.yaml:seed = 1
    makes       model  (kept in the store)
                m.json  (metrics, kept in git)
    follows     clean
    followed by score@eu
                score@us
    state       up to date
    last result m.json  2 B, 4355a46b19
                model  28 B, 40308b0813
  $ mlrepo stage show score --json
  [
    {
      "name": "score@eu",
      "file": "mlrepo.yaml",
      "cmd": [
        "cat model > score-eu"
      ],
      "wdir": ".",
      "deps": [
        "model"
      ],
      "outs": [
        "score-eu"
      ],
      "metrics": [],
      "plots": [],
      "frozen": false,
      "line": 26,
      "desc": null,
      "group": "score",
      "sources": [],
      "params": {},
      "env": [],
      "environment": [],
      "resources": {
        "cpus": 1,
        "memory": null,
        "gpus": 0
      },
      "timeout": null,
      "retries": 0,
      "executor": null,
      "upstream": [
        "train"
      ],
      "downstream": [],
      "state": "up to date",
      "reasons": [],
      "failed": null,
      "result": {
        "cmd": [
          "cat model > score-eu"
        ],
        "deps": [
          {
            "path": "model",
            "id": "sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b",
            "size": 28
          }
        ],
        "outs": [
          {
            "path": "score-eu",
            "id": "sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b",
            "size": 28
          }
        ]
      }
    },
    {
      "name": "score@us",
      "file": "mlrepo.yaml",
      "cmd": [
        "cat model > score-us"
      ],
      "wdir": ".",
      "deps": [
        "model"
      ],
      "outs": [
        "score-us"
      ],
      "metrics": [],
      "plots": [],
      "frozen": false,
      "line": 26,
      "desc": null,
      "group": "score",
      "sources": [],
      "params": {},
      "env": [],
      "environment": [],
      "resources": {
        "cpus": 1,
        "memory": null,
        "gpus": 0
      },
      "timeout": null,
      "retries": 0,
      "executor": null,
      "upstream": [
        "train"
      ],
      "downstream": [],
      "state": "up to date",
      "reasons": [],
      "failed": null,
      "result": {
        "cmd": [
          "cat model > score-us"
        ],
        "deps": [
          {
            "path": "model",
            "id": "sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b",
            "size": 28
          }
        ],
        "outs": [
          {
            "path": "score-us",
            "id": "sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b",
            "size": 28
          }
        ]
      }
    }
  ]
  $ mlrepo stage edit train --add-dep data/b --add-dep ./clean.csv --remove-param eta --add-param 'other.yaml:x' --add-env HOME --timeout 10m --cpus 2 --desc 'fits'
  changed the stage 'train' in mlrepo.yaml
  $ mlrepo stage edit clean --add-dep data/b --add-out log.txt --cmd 'cat data/a data/b > clean.csv; touch log.txt'
  changed the stage 'clean' in mlrepo.yaml
  $ mlrepo stage edit score --add-dep data/b --frozen
  changed the stage 'score' in mlrepo.yaml
  $ git diff HEAD mlrepo.yaml
  diff --git a/mlrepo.yaml b/mlrepo.yaml
  index 3bf782a..202caaa 100644
  --- a/mlrepo.yaml
  +++ b/mlrepo.yaml
  @@ -2,32 +2,41 @@
   stages:
     # cleans
     clean:
  -    cmd: cat data/a > clean.csv   # quick
  +    cmd: cat data/a data/b > clean.csv; touch log.txt   # quick
       deps:
         # the raw data
         - data/a
  -    outs: [clean.csv]
  +      - data/b
  +    outs: [clean.csv, log.txt]
   
     # trains
     train:
       cmd: cat clean.csv params.yaml > model; echo 1 > m.json
  -    deps: [clean.csv]
  +    deps: [clean.csv, data/b]
       params:
         - depth     # how deep
  -      - eta
         - seed
  +      - other.yaml:
  +          - x
       outs:
         - model:
             desc: the booster
       metrics:
         - m.json: {cache: false}
  +    env:
  +      - HOME
  +    desc: fits
  +    timeout: 10m
  +    resources:
  +      cpus: 2
   
     # one for each
     score:
       foreach: [eu, us]
       do:
         cmd: cat model > score-${item}
  -      deps: [model]
  +      deps: [model, data/b]
         outs:
           - score-${item}
         after: [train]
  +      frozen: true
  $ mlrepo stage edit train --remove-param other.yaml:x --remove-env HOME --timeout '' --desc '' --retries 0
  changed the stage 'train' in mlrepo.yaml
  $ mlrepo stage edit score --no-frozen && mlrepo stage edit score --no-frozen
  changed the stage 'score' in mlrepo.yaml
  Nothing to change.
  $ git diff HEAD mlrepo.yaml
  diff --git a/mlrepo.yaml b/mlrepo.yaml
  index 3bf782a..1c725ce 100644
  --- a/mlrepo.yaml
  +++ b/mlrepo.yaml
  @@ -2,32 +2,34 @@
   stages:
     # cleans
     clean:
  -    cmd: cat data/a > clean.csv   # quick
  +    cmd: cat data/a data/b > clean.csv; touch log.txt   # quick
       deps:
         # the raw data
         - data/a
  -    outs: [clean.csv]
  +      - data/b
  +    outs: [clean.csv, log.txt]
   
     # trains
     train:
       cmd: cat clean.csv params.yaml > model; echo 1 > m.json
  -    deps: [clean.csv]
  +    deps: [clean.csv, data/b]
       params:
         - depth     # how deep
  -      - eta
         - seed
       outs:
         - model:
             desc: the booster
       metrics:
         - m.json: {cache: false}
  +    resources:
  +      cpus: 2
   
     # one for each
     score:
       foreach: [eu, us]
       do:
         cmd: cat model > score-${item}
  -      deps: [model]
  +      deps: [model, data/b]
         outs:
           - score-${item}
         after: [train]
  $ mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && git diff HEAD mlrepo.yaml

A new name takes the recorded result along, and nothing runs again.

  $ mlrepo stage edit train --rename fit && mlrepo stage edit score --rename rate
  changed the stage 'fit' in mlrepo.yaml
  changed the stage 'rate' in mlrepo.yaml
  $ git diff -U0 HEAD -- mlrepo.yaml mlrepo.lock
  diff --git a/mlrepo.lock b/mlrepo.lock
  index 8fee2bc..5a0827b 100644
  --- a/mlrepo.lock
  +++ b/mlrepo.lock
  @@ -15 +15,21 @@ stages:
  -  score@eu:
  +  fit:
  +    cmd:
  +      - cat clean.csv params.yaml > model; echo 1 > m.json
  +    deps:
  +      - path: clean.csv
  +        id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
  +        size: 2
  +    params:
  +      params.yaml:
  +        depth: 6
  +        eta: 0.3
  +        seed: 1
  +    outs:
  +      - path: m.json
  +        id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
  +        size: 2
  +        cache: false
  +      - path: model
  +        id: sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b
  +        size: 28
  +  rate@eu:
  @@ -26 +46 @@ stages:
  -  score@us:
  +  rate@us:
  @@ -37,20 +56,0 @@ stages:
  -  train:
  -    cmd:
  -      - cat clean.csv params.yaml > model; echo 1 > m.json
  -    deps:
  -      - path: clean.csv
  -        id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
  -        size: 2
  -    params:
  -      params.yaml:
  -        depth: 6
  -        eta: 0.3
  -        seed: 1
  -    outs:
  -      - path: m.json
  -        id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
  -        size: 2
  -        cache: false
  -      - path: model
  -        id: sha256:40308b0813618db88dee49d127707124913c081ab3186d4022568533414d796b
  -        size: 28
  diff --git a/mlrepo.yaml b/mlrepo.yaml
  index 3bf782a..2ba0e4d 100644
  --- a/mlrepo.yaml
  +++ b/mlrepo.yaml
  @@ -12 +12 @@ stages:
  -  train:
  +  fit:
  @@ -26 +26 @@ stages:
  -  score:
  +  rate:
  @@ -33 +33 @@ stages:
  -      after: [train]
  +      after: [fit]
  $ mlrepo repro
  Nothing to do: 4 stages up to date.

What cannot be is refused, and nothing is written.

  $ cp mlrepo.yaml before
  $ mlrepo stage edit fit --remove-dep clean.cvs
  error: cannot edit the stage 'fit'
  why: 'clean.cvs' is no dependency of it; did you mean 'clean.csv'?
  [2]
  $ mlrepo stage edit fit --remove-env HOME
  error: cannot edit the stage 'fit'
  why: 'HOME' is no environment variable of it; it has none
  [2]
  $ mlrepo stage edit fit --remove-param depht
  error: cannot edit the stage 'fit'
  why: 'depht' is no param of it; did you mean 'depth'?
  [2]
  $ mlrepo stage edit fit --rename clean
  error: cannot edit the stage 'fit'
  why: there is a stage 'clean'
  hint: choose another name
  [2]
  $ mlrepo stage edit fit --add-out clean.csv
  error: cannot edit the stage 'fit'
  why: the stages 'clean' and 'fit' both write clean.csv
  [2]
  $ mlrepo stage edit clean --add-dep model
  error: cannot edit the stage 'clean'
  why: they depend on each other in a circle: clean -> fit -> clean
  [2]
  $ mlrepo stage edit fit --timeout soon
  error: cannot edit the stage 'fit'
  why: mlrepo.yaml:24:14: 'timeout' should be a time, such as 90 (seconds), 10m or 1h 30m, but is soon
  [2]
  $ mlrepo stage edit fti --frozen
  error: cannot find the stage 'fti'
  why: no pipeline file has it
  hint: did you mean 'fit'?
  [2]
  $ mlrepo stage edit rate@us --frozen
  error: cannot change the stage 'rate@us' alone
  why: it is one of those that 'rate' in mlrepo.yaml makes
  hint: name 'rate' to change all of them
  [2]
  $ mlrepo stage remove clean
  error: cannot remove the stage 'clean'
  why: the stage 'fit' needs what it makes
  hint: remove that one too, or keep what is made and remove with --force
  [2]
  $ mlrepo stage remove rate@us
  error: cannot change the stage 'rate@us' alone
  why: it is one of those that 'rate' in mlrepo.yaml makes
  hint: name 'rate' to change all of them
  [2]
  $ mlrepo stage show nowhere
  error: cannot find the stage 'nowhere'
  why: no pipeline file has it
  hint: mlrepo stage list
  [2]
  $ cmp before mlrepo.yaml

Removed stages leave what they made behind.

  $ mlrepo stage remove rate fit
  removed the stage 'fit'
  removed the stage 'rate@eu'
  removed the stage 'rate@us'
  what it made stays, and git sees it now: model, score-eu, score-us
  $ cat mlrepo.yaml && git status --short
  # the whole pipeline
  stages:
    # cleans
    clean:
      cmd: cat data/a > clean.csv   # quick
      deps:
        # the raw data
        - data/a
      outs: [clean.csv]
  
    # trains
  
    # one for each
  M  .gitignore
  M  mlrepo.lock
  M  mlrepo.yaml
  ?? before
  ?? model
  ?? score-eu
  ?? score-us
  $ mlrepo stage remove clean --json && cat mlrepo.yaml; cat mlrepo.lock .gitignore
  {
    "stages": [
      "clean"
    ],
    "outs": [
      "clean.csv"
    ]
  }
  # the whole pipeline
  stages:
    # cleans
    {}
  
    # trains
  
    # one for each
  cat: mlrepo.lock: No such file or directory
  cat: .gitignore: No such file or directory
  [1]
  $ mlrepo undo -q && mlrepo undo -q && cmp before mlrepo.yaml && mlrepo stage list
  clean    makes clean.csv
  fit      makes model, m.json
  rate@eu  makes score-eu
  rate@us  makes score-us

A stage may say from the start how it runs.

  $ mlrepo stage add -n report -d clean.csv --plot curve.csv --env LANG --after fit --timeout 90 --retries 2 --cpus 2 --memory '1 GiB' --executor local -- cp clean.csv curve.csv
  added the stage 'report' to mlrepo.yaml; run it with: mlrepo repro report
  $ tail -18 mlrepo.yaml
          - score-${item}
        after: [fit]
    report:
      cmd: cp clean.csv curve.csv
      deps:
        - clean.csv
      after:
        - fit
      env:
        - LANG
      plots:
        - curve.csv
      timeout: 90
      retries: 2
      resources:
        cpus: 2
        memory: 1 GiB
      executor: local
  $ mlrepo stage show report
  report  (mlrepo.yaml:34)
    command     cp clean.csv curve.csv
    reads       clean.csv
    env         LANG
    makes       curve.csv  (plot, kept in the store)
    needs       2 cpus, 1.0 GiB of memory, at most 1 min 30 s, up to 2 more tries, the executor 'local'
    follows     clean
                fit
    state       runs
                never run
    last result none recorded
