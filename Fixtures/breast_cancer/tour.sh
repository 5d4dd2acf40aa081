#!/usr/bin/env bash
# The tour: mlrepo's main commands on real data, each shown with what it prints.
#
#   tour.sh MLREPO FOLDER    MLREPO is the binary; FOLDER is emptied first and keeps the result
set -euo pipefail

if [ $# != 2 ]; then
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
fixture=$(cd "$(dirname "$0")" && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
rm -rf "$2"
mkdir -p "$2/bin"
cd "$2"
scratch=$PWD
ln -s "$binary" bin/mlrepo
ln -s "$fixture/breast_cancer.csv" breast_cancer.csv

# Stages call mlrepo by its name. Your own git settings, such as signing, stay out of the scratch repository.
export PATH="$scratch/bin:$PATH" GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
  bold='' plain=''
fi

title() { printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"; }

# Shows a command as it would be typed, and runs it.
show() {
  printf '%s$ %s%s\n' "$bold" "$1" "$plain"
  eval "$1"
}

stop() {
  printf 'the tour went wrong: %s\n' "$*" >&2
  exit 1
}

title 'A git repository with mlrepo in it'
show 'git init -q -b main shop && cd shop'
show 'mlrepo init'
show 'git commit -q -m init'

title 'Version a data set: its content goes into the store, a pointer into git'
show 'mkdir data && cp ../breast_cancer.csv data/raw.csv'
show 'mlrepo add data/raw.csv'
show 'cat data/raw.csv.mlr'
show 'sha256sum data/raw.csv'
show 'git commit -q -m "data v1"'

title 'Describe a pipeline: prepare is any program, the others are mlrepo itself'
cp "$fixture/prepare.sh" "$fixture/params.yaml" .
show 'cat params.yaml'
show 'mlrepo stage add -n prepare -d data/raw.csv -d prepare.sh -o data/clean.csv \
    sh prepare.sh data/raw.csv data/clean.csv'
show 'mlrepo stage add -n split -d data/clean.csv -p split -o data/train.csv -o data/test.csv -- \
    mlrepo split --data data/clean.csv --params params.yaml:split --stratify diagnosis \
    --train data/train.csv --test data/test.csv'
show 'mlrepo stage add -n train -d data/train.csv -p train \
    -o models/model/model.ubj -o models/model/model.json -- \
    mlrepo train --data data/train.csv --target diagnosis --params params.yaml:train --out models/model'
show 'mlrepo stage add -n evaluate -d models/model/model.ubj -d models/model/model.json -d data/test.csv \
    -m metrics.json -o preds.csv -- \
    mlrepo evaluate --model models/model --data data/test.csv --metrics metrics.json --predictions preds.csv'
show 'mlrepo dag'

title 'Run it'
show 'mlrepo repro'
show 'git add . && git commit -q -m "first model"'
show 'mlrepo repro'

title 'Change a parameter: only what it touches runs again'
show "sed 's/max_depth: 3/max_depth: 6/' params.yaml > params.new && mv params.new params.yaml"
grep -q 'max_depth: 6' params.yaml || stop 'params.yaml has no max_depth to change'
show 'mlrepo status'
show 'mlrepo repro'
show 'git commit -q -am deeper'
show 'mlrepo metrics diff HEAD~1 HEAD'
show 'mlrepo params diff HEAD~1'

title 'Go back: the old data and the old model, byte for byte'
show 'git checkout -q HEAD~1 && mlrepo checkout'
show 'sha256sum models/model/model.ubj'
show "grep -A 1 'models/model/model.ubj' mlrepo.lock"
id=$(sha256sum models/model/model.ubj | cut -d ' ' -f 1)
grep -q "sha256:$id" mlrepo.lock || stop 'the model is not the one that the lock names'
show 'mlrepo repro'

title 'Lose everything, and get it back'
show 'rm -rf data models && mlrepo checkout'
show 'mlrepo status'
show 'git status --short'

title 'What the deeper trees changed'
show 'git checkout -q main && mlrepo checkout'
show 'mlrepo metrics diff HEAD~1 HEAD'

cat <<END

Where to look next:
  cd $scratch/shop        the repository of this tour: try 'mlrepo log data/raw.csv' or edit params.yaml again
  mlrepo help             all commands; each has --help with an example
  README.md               what mlrepo is for, and how it compares
  ARCHITECTURE.md         how it works, and every file format
END
