Training, evaluation and splitting are ordinary commands; what they cannot use they name.

  $ cp $PACKAGE/Fixtures/breast_cancer/breast_cancer.csv raw.csv
  $ mlrepo split --data raw.csv --train train.csv --test test.csv --test-fraction 0.25 --seed 7 --stratify diagnosis
  train.csv: 427 rows
  test.csv: 142 rows
  $ echo 'train: {max_depth: 2, rounds: 5, seed: 1}' > params.yaml
  $ mlrepo train --data train.csv --target diagnosis --params params.yaml:train --out model && ls model
  trained model: binary on 427 rows, 30 columns, 5 rounds
  model.json
  model.ubj
  $ sum=$(cat model/* | sha256sum); mlrepo train -q --data train.csv --target diagnosis --params params.yaml:train --out model
  $ [ "$sum" = "$(cat model/* | sha256sum)" ]
  $ mlrepo evaluate --model model --data test.csv --metrics m.json --predictions p.csv -q && head -n 2 p.csv
  row,actual,prediction,probability_benign,probability_malignant
  1,malignant,malignant,0.438021183013916,0.561978816986084
  $ mlrepo evaluate --model model --data test.csv --json | python3 -m json.tool > /dev/null

  $ mlrepo train --data train.csv --target diagnosi --out model
  error: cannot find column 'diagnosi' in train.csv
  why: its columns are 'mean_radius', 'mean_texture', 'mean_perimeter', 'mean_area', 'mean_smoothness', 'mean_compactness', 'mean_concavity', 'mean_concave_points' and 23 more
  hint: did you mean 'diagnosis'?
  [2]
  $ mlrepo train --data nowhere.csv --target x --out model
  error: cannot open ./nowhere.csv
  why: No such file or directory
  [2]
  $ mlrepo train --data train.csv --out model
  error: cannot understand the arguments of 'mlrepo train'
  why: missing expected argument '--target <target>'
  usage: mlrepo train --data <data> --target <target> [--params <params>] --out <out> [--task <task>] [--ignore <ignore> ...] [--json]
  hint: mlrepo train --help
  [64]
  $ mlrepo train --data train.csv --target diagnosis --params params.yaml:trian --out model
  error: cannot use the params 'params.yaml:trian'
  why: the file has no such key
  hint: write them as 'name: value' lines below the key
  [2]
  $ mlrepo train --data train.csv --target diagnosis --params nowhere.yaml --out model
  error: cannot read the params file 'nowhere.yaml'
  why: there is no such file
  [2]
  $ echo 'train: {max_depht: 2}' > params.yaml; mlrepo train --data train.csv --target diagnosis --params params.yaml:train --out model
  error: cannot train with the parameter 'max_depht'
  why: XGBoost has no such parameter
  hint: did you mean 'max_depth'?
  [2]
  $ echo 'train: {max_depth: -2}' > params.yaml; mlrepo train --data train.csv --target diagnosis --params params.yaml:train --out model
  error: cannot train the model
  why: value -2 for Parameter max_depth should be greater equal to 0; max_depth: Maximum depth of the tree; 0 indicates no limit; a limit is required for depthwise policy
  [2]
  $ mlrepo train --data train.csv --target diagnosis --task clustering --out model
  error: cannot understand the arguments of 'mlrepo train'
  why: the value 'clustering' is invalid for '--task <task>'. Please provide one of 'binary', 'multiclass' or 'regression'
  usage: mlrepo train --data <data> --target <target> [--params <params>] --out <out> [--task <task>] [--ignore <ignore> ...] [--json]
  hint: mlrepo train --help
  [64]
  $ printf 'a,b\n1\n' > bad.csv; mlrepo train --data bad.csv --target b --out model
  error: cannot read bad.csv
  why: bad.csv:2: the row has 1 cell, the header 2
  [2]
  $ mlrepo train --data /dev/null --target b --out model
  error: cannot read /dev/null
  why: it is not a regular file
  [2]
  $ printf 'a,b\n1,2\n' > bad.csv; mlrepo evaluate --model model --data bad.csv
  error: cannot find column 'diagnosis' in bad.csv
  why: its columns are 'a', 'b'
  [2]
  $ mlrepo evaluate --model nowhere --data bad.csv
  error: cannot read nowhere/model.json
  why: No such file or directory
  [2]
  $ echo junk > model/model.json; mlrepo evaluate --model model --data test.csv
  error: cannot read model/model.json
  why: model/model.json:1:1: a value should stand here
  [13]
  $ mlrepo split --data raw.csv --train a.csv --test b.csv
  error: cannot split raw.csv
  why: nothing says how many rows to hold out
  hint: give --test-fraction, 0.2 for instance
  [64]
  $ mlrepo split --data raw.csv --train a.csv --test b.csv --test-fraction 2
  error: cannot split raw.csv
  why: the fraction 2.0 of b.csv is not between 0 and 1
  [64]
  $ mlrepo split --data raw.csv --train a.csv --test b.csv --test-fraction 0.2 --stratify nothing
  error: cannot find column 'nothing' in raw.csv
  why: its columns are 'mean_radius', 'mean_texture', 'mean_perimeter', 'mean_area', 'mean_smoothness', 'mean_compactness', 'mean_concavity', 'mean_concave_points' and 23 more
  [2]
  $ mlrepo split --data raw.csv --train raw.csv --test b.csv --test-fraction 0.2; wc -l < raw.csv
  error: cannot split raw.csv
  why: raw.csv and raw.csv are the same file
  570
