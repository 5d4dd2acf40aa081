#!/bin/sh
# What a model is to see of the scans: sh features.sh pixels|blocks|profiles TABLE FEATURES
#
# `blocks` are the sums of two by two pixels, `profiles` those of each row and of each column.
set -eu

if [ $# -ne 3 ]; then
  echo "usage: sh features.sh pixels|blocks|profiles TABLE FEATURES" >&2
  exit 64
fi

awk -F, -v kind="$1" '
  function put(value) { row = row (row == "" ? "" : ",") value }
  function pixel(r, c) { return $(r * 8 + c + 1) }
  BEGIN { if (kind !~ /^(pixels|blocks|profiles)$/) { print "no such features: " kind > "/dev/stderr"; exit 64 } }
  {
    row = ""
    if (kind == "pixels") { print; next }
    if (kind == "blocks") {
      for (r = 0; r < 8; r += 2) for (c = 0; c < 8; c += 2)
        put(NR == 1 ? "b" r c : pixel(r, c) + pixel(r, c + 1) + pixel(r + 1, c) + pixel(r + 1, c + 1))
    } else {
      for (r = 0; r < 8; r++) { sum = 0; for (c = 0; c < 8; c++) sum += pixel(r, c); put(NR == 1 ? "row" r : sum) }
      for (c = 0; c < 8; c++) { sum = 0; for (r = 0; r < 8; r++) sum += pixel(r, c); put(NR == 1 ? "column" c : sum) }
    }
    put($65)
    print row
  }
' "$2" > "$3"
