#!/bin/sh
# The accuracy in each file of metrics, as a table: sh summary.sh FILE...
set -eu

echo model,accuracy
for file in "$@"; do
  name=${file##*/}
  echo "${name%.json},$(sed -n 's/^  "accuracy": *\([0-9.]*\),*$/\1/p' "$file")"
done
