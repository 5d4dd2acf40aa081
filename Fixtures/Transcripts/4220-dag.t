The graph of a pipeline stays readable: groups are one, targets cut out a part.

  $ git init -q p && cd p && mlrepo init -q && mkdir data && echo 1 > data/raw
  $ cat > mlrepo.yaml <<'END'
  > stages:
  >   fetch: {cmd: cp data/raw clean, deps: [data/raw], outs: [clean]}
  >   split: {cmd: cp clean train.csv; cp clean test.csv, deps: [clean], outs: [train.csv, test.csv]}
  >   features:
  >     foreach: [eu, us, asia]
  >     do:
  >       cmd: cp train.csv features-${item}
  >       deps: [train.csv]
  >       outs:
  >         - features-${item}
  >   train:
  >     matrix: {model: [tree, net], area: [eu, us, asia]}
  >     cmd: cat features-${item.area} > model-${item.model}-${item.area}
  >     deps:
  >       - features-${item.area}
  >       - split.py
  >     outs:
  >       - model-${item.model}-${item.area}
  >   evaluate:
  >     cmd: cat model-* > scores.json
  >     deps: [model-tree-eu, model-net-eu, model-tree-us, model-net-asia, test.csv]
  >     metrics: [scores.json]
  >   card: {cmd: cp clean card.md, deps: [clean], outs: [card.md], frozen: true}
  >   report: {cmd: cat scores.json card.md > report.html, deps: [scores.json, card.md], outs: [report.html]}
  >   publish: {cmd: 'true', deps: [report.html], after: [fetch]}
  > END
  $ touch split.py && mlrepo repro -q evaluate; echo 2 > split.py
  $ mlrepo dag
  $ mlrepo dag --full evaluate
  $ mlrepo dag --status --mermaid
  $ mlrepo dag --outs report
  $ mlrepo dag --dot --status train
  $ mlrepo dag --status card
  $ mlrepo dag --json --status split
  $ mlrepo dag --svg split > split.svg && python3 -c "import xml.dom.minidom as m; d = m.parse('split.svg'); print([t.firstChild.data for t in d.getElementsByTagName('text')])"
  $ mlrepo dag nothing
