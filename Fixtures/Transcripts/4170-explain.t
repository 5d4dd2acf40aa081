repro --explain says what moved in each input of a stage, and since which commit.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && printf '1\n' > data/a && printf '2\n' > data/b && printf 'lr: 1\nopt: {name: sgd, m: 2}\n' > params.yaml
  $ printf 'x\n' > code.py && mlrepo add -q data
  $ mlrepo stage add -q -n train -d data -d code.py -p lr -p opt -o model 'cat data/* code.py > model'
  $ mlrepo stage add -q -n test -d model -o score 'wc -c < model > score'
  $ mlrepo repro -q && git add -A && git commit -q -m 'first results'
  $ printf 'xy\n' > code.py && mlrepo repro -q && git commit -q -a -m 'better code'
  $ mlrepo repro --explain train | sed 's/commit [0-9a-f]*/commit ID/'
  train: up to date
    last run recorded at commit ID, 2024-05-06 07:08 +0000: better code
  $ printf 'x\n' > code.py && printf '1, changed\n' > data/a && rm data/b && printf '3\n' > data/c
  $ sed -i 's/lr: 1/lr: 1.0/; s/m: 2/m: 3/' params.yaml
  $ mlrepo repro --explain train | sed 's/commit [0-9a-f]*/commit ID/'
  train: runs
    last run recorded at commit ID, 2024-05-06 07:08 +0000: better code
    params changed lr 1 → 1.0 (params.yaml)
      recorded since commit ID, 2024-05-06 07:08 +0000: first results
    params changed opt.m 2 → 3 (params.yaml)
      recorded since commit ID, 2024-05-06 07:08 +0000: first results
    dependency modified code.py
      3 bytes, 3b2fc206fd → 2 bytes, 73cb3858a6
      recorded since commit ID, 2024-05-06 07:08 +0000: better code
      as it is now, last recorded at commit ID, 2024-05-06 07:08 +0000: first results
    dependency modified data
      2 files, 4 bytes, cc0d031adc → 2 files, 13 bytes, 2c13b3c5d8
      modified data/a  (2 bytes → 11 bytes)
      removed  data/b  (2 bytes)
      added    data/c  (2 bytes)
      recorded since commit ID, 2024-05-06 07:08 +0000: first results
  $ mlrepo repro --explain test | sed 's/commit [0-9a-f]*/commit ID/'
  test: may run
    last run recorded at commit ID, 2024-05-06 07:08 +0000: better code
    if 'train' makes something new
  $ mlrepo repro --explain train --json | sed 's/"[0-9a-f]\{40\}"/"ID"/' | head -n 12
  [
    {
      "stage": "train",
      "action": "runs",
      "recorded": "ID",
      "reasons": [
        {
          "text": "params changed lr 1 → 1.0 (params.yaml)",
          "details": [],
          "recorded_since": "ID",
          "last_like_now": null
        },
  $ mlrepo repro --explain
  error: cannot understand the arguments of 'mlrepo repro'
  why: name the stages
  usage: mlrepo repro [<options>] [<targets> ...]
  hint: mlrepo repro --help
  [64]
