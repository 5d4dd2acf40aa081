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
  fetch
  ├── split
  │   ├── features@… (3)
  │   │   └── train@… (6)
  │   │       └── evaluate
  │   │           └── report
  │   │               └── publish
  │   └── evaluate …
  ├── card
  │   └── report …
  └── publish
  $ mlrepo dag --full evaluate
  fetch
  └── split
      ├── features@eu
      │   ├── train@tree-eu
      │   │   └── evaluate
      │   └── train@net-eu
      │       └── evaluate
      ├── features@us
      │   └── train@tree-us
      │       └── evaluate
      ├── features@asia
      │   └── train@net-asia
      │       └── evaluate
      └── evaluate
  $ mlrepo dag --status --mermaid
  flowchart TD
    s1["fetch"]:::upToDate
    s2["split"]:::upToDate
    s3["features@… (3)"]:::upToDate
    s4["train@… (6)"]:::outOfDate
    s5["evaluate"]:::outOfDate
    s6["card"]:::frozen
    s7["report"]:::outOfDate
    s8["publish"]:::outOfDate
    s1 --> s2
    s2 --> s3
    s3 --> s4
    s2 --> s5
    s4 --> s5
    s1 --> s6
    s5 --> s7
    s6 --> s7
    s1 --> s8
    s7 --> s8
    classDef upToDate fill:#dafbe1,stroke:#2da44e,color:#1f2328
    classDef outOfDate fill:#fff1c2,stroke:#bf8700,color:#1f2328
    classDef frozen fill:#ddf4ff,stroke:#218bff,color:#1f2328
  $ mlrepo dag --outs report
  data/raw
  └── clean
      ├── train.csv
      │   ├── features-eu
      │   │   ├── model-tree-eu
      │   │   │   └── scores.json (metrics)
      │   │   │       └── report.html
      │   │   └── model-net-eu
      │   │       └── scores.json (metrics) …
      │   ├── features-us
      │   │   └── model-tree-us
      │   │       └── scores.json (metrics) …
      │   └── features-asia
      │       └── model-net-asia
      │           └── scores.json (metrics) …
      ├── test.csv
      │   └── scores.json (metrics) …
      └── card.md
          └── report.html
  split.py
  ├── model-tree-eu …
  ├── model-tree-us …
  ├── model-net-eu …
  └── model-net-asia …
  $ mlrepo dag --dot --status train
  digraph pipeline {
    "fetch" [style=filled, fillcolor="#dafbe1", color="#2da44e"];
    "split" [style=filled, fillcolor="#dafbe1", color="#2da44e"];
    "features@… (3)" [style=filled, fillcolor="#dafbe1", color="#2da44e"];
    "train@… (6)" [style=filled, fillcolor="#fff1c2", color="#bf8700"];
    "fetch" -> "split";
    "split" -> "features@… (3)";
    "features@… (3)" -> "train@… (6)";
  }
  $ mlrepo dag --status card
  fetch
  └── card  (frozen)
  $ mlrepo dag --json --status split
  {
    "fetch": {
      "upstream": [],
      "state": "up to date"
    },
    "split": {
      "upstream": [
        "fetch"
      ],
      "state": "up to date"
    }
  }
  $ mlrepo dag --svg split > split.svg && python3 -c "import xml.dom.minidom as m; d = m.parse('split.svg'); print([t.firstChild.data for t in d.getElementsByTagName('text')])"
  ['fetch', 'split']
  $ mlrepo dag nothing
  error: cannot find the stage 'nothing'
  why: no pipeline file has it
  hint: mlrepo stage list
  [2]

A stage whose last run failed is shown so, until it runs again, or what it failed on is gone.

  $ mkdir ../f && cd ../f && git init -q && mlrepo init -q && cat > mlrepo.yaml <<'END'
  > stages:
  >   a: {cmd: cp data clean, deps: [data], outs: [clean]}
  >   b: {cmd: 'grep good clean > found', deps: [clean], outs: [found]}
  >   c: {cmd: cp found copy, deps: [found], outs: [copy]}
  > END
  $ echo bad > data; mlrepo repro -q; mlrepo dag --status; mlrepo status
  error: the stage 'b' failed
  why: 'grep good clean > found' exited with 1
  hint: the whole output is in .mlrepo/logs/b.log
  a
  └── b  (failed)
      └── c  (out of date)
  Recorded, to be committed in git:
    added:         clean
  Stages out of date ('mlrepo repro' runs them):
    b
      never run
      last run failed: 'grep good clean > found' exited with 1
    c
      never run
  $ mlrepo dag --status --mermaid | grep -e :::failed -e 'classDef failed'; mlrepo dag --status --dot b | grep '"b" \['; mlrepo dag --status --svg | grep -c 'class="failed"'
    s2["b"]:::failed
    classDef failed fill:#ffebe9,stroke:#cf222e,color:#1f2328
    "b" [style=filled, fillcolor="#ffebe9", color="#cf222e"];
  1
  $ mlrepo dag --status --json | grep failed; mlrepo status --json | grep '"failed"'; mlrepo stage show b | grep 'last run'
      "state": "failed"
        "failed": "'grep good clean > found' exited with 1"
        "failed": null
                last run failed: 'grep good clean > found' exited with 1
  $ echo good > data; mlrepo dag --status; mlrepo repro -q && mlrepo dag --status
  a  (out of date)
  └── b  (failed)
      └── c  (out of date)
  a
  └── b
      └── c
  $ echo bad > data; mlrepo repro -q 2> /dev/null; echo good > data; mlrepo repro -q; mlrepo dag --status; ls .mlrepo/logs
  a
  └── b
      └── c
  a.log
  b.failed
  b.log
  c.log
