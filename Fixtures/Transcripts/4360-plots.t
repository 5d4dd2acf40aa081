What pipeline files name beside stages is listed.

  $ git init -q p && cd p && mlrepo init -q && cat > mlrepo.yaml <<'END'
  > stages:
  >   fit:
  >     cmd: echo x > model; echo '{"auc":1}' > auc.json; echo x,y > roc.csv
  >     outs: [model]
  >     metrics: [auc.json]
  >     plots:
  >       - roc.csv: {x: fpr, y: tpr}
  > metrics: [human.json]
  > plots:
  >   - roc: {x: fpr, y: {roc.csv: tpr}}
  > artifacts:
  >   churn: {path: model, type: model, desc: predicts churn, labels: [xgboost]}
  > END
  $ echo '{"score": 2}' > human.json; mlrepo repro -q; mlrepo metrics show
  Path        Metric  Value
  auc.json    auc     1
  human.json  score   2
  $ mlrepo stage list --artifacts; mlrepo stage list --plots; mlrepo stage list --plots --artifacts
  churn  model  (model, xgboost)  predicts churn
  roc      x: fpr, y: {roc.csv: tpr}
  roc.csv  made by fit  x: fpr, y: tpr
  error: cannot understand the arguments of 'mlrepo stage list'
  why: choose one of --artifacts and --plots
  usage: mlrepo stage list [--artifacts] [--plots] [--json]
  hint: mlrepo stage list --help
  [64]
  $ mlrepo stage list --artifacts --json; mlrepo stage list --plots --json; mlrepo stage list --json | grep -A2 plots
  [
    {
      "name": "churn",
      "file": "mlrepo.yaml",
      "path": "model",
      "type": "model",
      "desc": "predicts churn",
      "labels": [
        "xgboost"
      ],
      "meta": null
    }
  ]
  [
    {
      "name": "roc",
      "file": "mlrepo.yaml",
      "stage": null,
      "settings": {
        "x": "fpr",
        "y": {
          "roc.csv": "tpr"
        }
      }
    },
    {
      "name": "roc.csv",
      "file": "mlrepo.yaml",
      "stage": "fit",
      "settings": {
        "x": "fpr",
        "y": "tpr"
      }
    }
  ]
      "plots": [
        "roc.csv"
      ],
  $ mlrepo dag --outs; mlrepo dag --outs --mermaid | head -4; mlrepo dag --outs --json
  model
  auc.json (metrics)
  roc.csv (plot)
  flowchart TD
    s1(["model"])
    s2(["auc.json (metrics)"])
    s3(["roc.csv (plot)"])
  {
    "model": [],
    "auc.json": [],
    "roc.csv": []
  }
  $ mlrepo stage remove fit; mlrepo stage list --plots; mlrepo stage list
  removed the stage 'fit'
  what it made stays, and git sees it now: auc.json, model, roc.csv
  roc  x: fpr, y: {roc.csv: tpr}
  no stages yet; add one with: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND
