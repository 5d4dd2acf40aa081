  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo metrics show; mlrepo metrics diff; mlrepo params diff
  no metrics: a stage names them with -m, or mlrepo.yaml under 'metrics:'
  no differences
  no differences
  $ printf 'train:\n  depth: 3\n  rate: 0.1\n  names: [a, b]\nseed: 7\n' > params.yaml
  $ cat > run.sh <<'E'
  > depth=$(sed -n 's/.*depth: //p' params.yaml)
  > echo "{\"accuracy\": 0.$((90 + depth)), \"loss\": {\"log\": 0.123456789}, \"n\": 10, \"note\": \"ok\", \"nan\": null}" > stored.json
  > printf 'depth: %s\n' $depth > kept.yaml
  > E
  $ mlrepo stage add -q -n train -d run.sh -p train,seed -m stored.json -M kept.yaml -- sh run.sh
  $ mlrepo repro -q && git add -A && git commit -q -m one && git tag v1
  $ mlrepo metrics show
  Path         Metric    Value
  kept.yaml    depth     3
  stored.json  accuracy  0.93
  stored.json  loss.log  0.12346
  stored.json  n         10
  stored.json  note      ok
  stored.json  nan       null
  $ mlrepo metrics show --json; mlrepo metrics show --md --precision 3 stored.json
  {
    "kept.yaml": {
      "data": {
        "depth": 3
      }
    },
    "stored.json": {
      "data": {
        "accuracy": 0.93,
        "loss": {
          "log": 0.123456789
        },
        "n": 10,
        "note": "ok",
        "nan": null
      }
    }
  }
  | Path | Metric | Value |
  |---|---|---|
  | stored.json | accuracy | 0.93 |
  | stored.json | loss.log | 0.123 |
  | stored.json | n | 10 |
  | stored.json | note | ok |
  | stored.json | nan | null |
  $ sed -i 's/depth: 3/depth: 6/; s/seed: 7/seed: seven/; s/rate: 0.1/rate: 0.1\n  new: true/' params.yaml
  $ mlrepo params diff; mlrepo params diff --json | python3 -m json.tool; mlrepo params diff --md; mlrepo params diff --all
  Path         Param        HEAD  workspace  Change
  params.yaml  seed         7     seven      -
  params.yaml  train.depth  3     6          3
  params.yaml  train.new    -     true       -
  {
      "params.yaml": {
          "seed": {
              "old": 7,
              "new": "seven"
          },
          "train.depth": {
              "old": 3,
              "new": 6,
              "diff": 3
          },
          "train.new": {
              "old": null,
              "new": true
          }
      }
  }
  | Path | Param | HEAD | workspace | Change |
  |---|---|---|---|---|
  | params.yaml | seed | 7 | seven | - |
  | params.yaml | train.depth | 3 | 6 | 3 |
  | params.yaml | train.new | - | true | - |
  Path         Param        HEAD    workspace  Change
  params.yaml  seed         7       seven      -
  params.yaml  train.depth  3       6          3
  params.yaml  train.names  [a, b]  [a, b]     -
  params.yaml  train.new    -       true       -
  params.yaml  train.rate   0.1     0.1        0.0
  $ mlrepo repro -q && git commit -q -a -m two
  $ mlrepo metrics diff HEAD~1 HEAD; mlrepo metrics diff v1; mlrepo metrics diff --json v1 | python3 -m json.tool | head -n 12
  Path         Metric    HEAD~1  HEAD  Change
  kept.yaml    depth     3       6     3
  stored.json  accuracy  0.93    0.96  0.03
  Path         Metric    v1    workspace  Change
  kept.yaml    depth     3     6          3
  stored.json  accuracy  0.93  0.96       0.03
  {
      "kept.yaml": {
          "depth": {
              "old": 3,
              "new": 6,
              "diff": 3
          }
      },
      "stored.json": {
          "accuracy": {
              "old": 0.93,
              "new": 0.96,
  $ mlrepo metrics diff; mlrepo params diff; mlrepo metrics diff --exit-code v1 -q; mlrepo params diff --exit-code
  no differences
  no differences
  Path         Metric    v1    workspace  Change
  kept.yaml    depth     3     6          3
  stored.json  accuracy  0.93  0.96       0.03
  no differences
  $ mlrepo metrics show --rev v1 stored.json
  Path         Metric    Value
  stored.json  accuracy  0.93
  stored.json  loss.log  0.12346
  stored.json  n         10
  stored.json  note      ok
  stored.json  nan       null
  $ mkdir sub && (cd sub && mlrepo metrics show ../kept.yaml && mlrepo params diff v1 --file ../params.yaml)
  Path       Metric  Value
  kept.yaml  depth   6
  Path         Param        v1  workspace  Change
  params.yaml  seed         7   seven      -
  params.yaml  train.depth  3   6          3
  params.yaml  train.new    -   true       -

What cannot be read is a remark, and hides nothing else.

  $ echo '{"accuracy": ' > stored.json; mlrepo metrics show; mlrepo metrics diff
  Path         Metric  Value
  kept.yaml    depth   6
  stored.json  -       unreadable
  note: cannot read stored.json: stored.json:2:1: the file ends where a value should stand
  Path         Metric  HEAD  workspace
  stored.json  -       -     unreadable
  note: cannot read stored.json: stored.json:2:1: the file ends where a value should stand
  $ rm stored.json; mlrepo metrics show; mlrepo metrics diff; mlrepo metrics show stored.json
  Path       Metric  Value
  kept.yaml  depth   6
  note: there is no stored.json; 'mlrepo checkout' restores it, 'mlrepo repro' makes it
  Path         Metric    HEAD     workspace
  stored.json  accuracy  0.96     -
  stored.json  loss.log  0.12346  -
  stored.json  n         10       -
  stored.json  nan       null     -
  stored.json  note      ok       -
  error: cannot show the metrics in stored.json
  why: there is no such file
  hint: mlrepo metrics show
  [12]
  $ mlrepo metrics show nowhere.json; mlrepo metrics diff nowhere; mlrepo metrics show --rev nowhere
  error: cannot show the metrics in nowhere.json
  why: there is no such file
  hint: mlrepo metrics show
  error: cannot find the revision 'nowhere'
  why: git has no such branch, tag or commit
  hint: git log --oneline
  error: cannot find the revision 'nowhere'
  why: git has no such branch, tag or commit
  hint: git log --oneline
  [2]
  $ mlrepo checkout -q; mv .mlrepo/objects gone; mlrepo metrics show --rev v1; rm -rf .mlrepo/objects; mv gone .mlrepo/objects
  Path         Metric  Value
  kept.yaml    depth   3
  stored.json  -       unreadable
  note: cannot read stored.json: cannot read the object sha256:5213f8f9dc83d5de03f215a40ad6aaeb0674da83acb9a0b2fb42b6194e1702ba: the store does not have it
