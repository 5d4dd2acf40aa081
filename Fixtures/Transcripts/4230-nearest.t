What leads nowhere is told with what may have been meant.

  $ git init -q p && cd p && mlrepo init -q && mkdir data && echo 1 > data/raw.csv && echo 'depth: 3' > params.yaml
  $ printf 'stages:\n  a: {cmd: cp data/raw.csv x, deps: [data/rwa.csv], outs: [x]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot run the stage 'a'
  why: its dependency data/rwa.csv does not exist; did you mean 'data/raw.csv'?
  hint: make the file, or correct 'deps' in mlrepo.yaml
  [2]
  $ printf 'stages:\n  a: {cmd: touch x, params: [params.yml: [depth]], outs: [x]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot run the stage 'a'
  why: its file of params params.yml does not exist; did you mean 'params.yaml'?
  hint: make the file, or correct 'params' in mlrepo.yaml
  [2]
  $ printf 'stages:\n  a: {cmd: touch x, params: [dpeth], outs: [x]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot run the stage 'a'
  why: params.yaml has no param 'dpeth'; did you mean 'depth'?
  hint: add it to params.yaml, or correct 'params' in mlrepo.yaml
  [2]
  $ printf 'stages:\n  a: {cmd: "x ${dpth}", outs: [x]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:12: '${dpth}' in stage 'a' stands for nothing; did you mean '${depth}'?
  [2]
  $ printf 'stages:\n  a: {cmd: x, outs: [x-${depth}]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot read mlrepo.yaml
  why: mlrepo.yaml:2:25: while parsing a flow sequence that starts at 2:21: did not find expected ',' or ']'
  hint: inside [ ] and { } put text with ${…} in quotes
  [2]
  $ printf 'stages:\n  a: {cmd: x, outs: [x], deps: [z]}\n  b: {cmd: y, outs: [z], deps: [x]}\n' > mlrepo.yaml; mlrepo repro
  error: cannot order the stages
  why: they depend on each other in a circle: a -> b -> a
  hint: take one of them out of the 'deps' or the 'after' of the next
  [2]
