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
  $ mlrepo stage show score --json
  $ mlrepo stage edit train --add-dep data/b --add-dep ./clean.csv --remove-param eta --add-param 'other.yaml:x' --add-env HOME --timeout 10m --cpus 2 --desc 'fits'
  $ mlrepo stage edit clean --add-dep data/b --add-out log.txt --cmd 'cat data/a data/b > clean.csv; touch log.txt'
  $ mlrepo stage edit score --add-dep data/b --frozen
  $ git diff HEAD mlrepo.yaml
  $ mlrepo stage edit train --remove-param other.yaml:x --remove-env HOME --timeout '' --desc '' --retries 0
  $ mlrepo stage edit score --no-frozen && mlrepo stage edit score --no-frozen
  $ git diff HEAD mlrepo.yaml
  $ mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && mlrepo undo -q && git diff HEAD mlrepo.yaml

A new name takes the recorded result along, and nothing runs again.

  $ mlrepo stage edit train --rename fit && mlrepo stage edit score --rename rate
  $ git diff -U0 HEAD -- mlrepo.yaml mlrepo.lock
  $ mlrepo repro

What cannot be is refused, and nothing is written.

  $ cp mlrepo.yaml before
  $ mlrepo stage edit fit --remove-dep clean.cvs
  $ mlrepo stage edit fit --remove-env HOME
  $ mlrepo stage edit fit --remove-param depht
  $ mlrepo stage edit fit --rename clean
  $ mlrepo stage edit fit --add-out clean.csv
  $ mlrepo stage edit clean --add-dep model
  $ mlrepo stage edit fit --timeout soon
  $ mlrepo stage edit fti --frozen
  $ mlrepo stage edit rate@us --frozen
  $ mlrepo stage remove clean
  $ mlrepo stage remove rate@us
  $ mlrepo stage show nowhere
  $ cmp before mlrepo.yaml

Removed stages leave what they made behind.

  $ mlrepo stage remove rate fit
  $ cat mlrepo.yaml && git status --short
  $ mlrepo stage remove clean --json && cat mlrepo.yaml; cat mlrepo.lock .gitignore
  $ mlrepo undo -q && mlrepo undo -q && cmp before mlrepo.yaml && mlrepo stage list

A stage may say from the start how it runs.

  $ mlrepo stage add -n report -d clean.csv --plot curve.csv --env LANG --after fit --timeout 90 --retries 2 --cpus 2 --memory '1 GiB' --executor local -- cp clean.csv curve.csv
  $ tail -18 mlrepo.yaml
  $ mlrepo stage show report
