#!/bin/sh
# Cleans a table of measurements: sh prepare.sh RAW CLEAN
#
# Drops the standard errors (the columns called *_error), then rows with an empty cell and rows
# that repeat an earlier one.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: sh prepare.sh RAW CLEAN" >&2
  exit 64
fi

awk -F, '
  { sub(/\r$/, "") }
  NR == 1 {
    columns = NF
    for (i = 1; i <= NF; i++) if ($i !~ /_error$/) kept[++count] = i
  }
  NF != columns { printf "line %d has %d cells, the header %d\n", NR, NF, columns > "/dev/stderr"; failed = 1; exit 1 }
  {
    row = ""
    for (i = 1; i <= count; i++) {
      if ($kept[i] == "") { incomplete++; next }
      row = row (i > 1 ? "," : "") $kept[i]
    }
    if (seen[row]++) { repeated++; next }
    print row
    rows++
  }
  END {
    if (failed) exit 1
    printf "kept %d rows of %d columns (%d incomplete, %d repeated)\n", rows - 1, count, incomplete, repeated > "/dev/stderr"
  }
' "$1" > "$2"
