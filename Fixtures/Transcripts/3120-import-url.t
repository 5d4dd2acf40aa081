Files from elsewhere that no repository of mlrepo's keeps.

  $ export HOME=$PWD/home && mkdir home
  $ command -v python3 > /dev/null || exit 80
  $ mkdir site && seq 100000 > site/rows.csv && mkdir outside && echo a > outside/a && echo b > outside/b
  $ python3 -u -m http.server -d site --bind 127.0.0.1 0 > log 2>&1 &
  $ touch log; until grep -q port log; do sleep 0.05; done; URL=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' log)
  $ mlrepo get-url $URL/rows.csv && cmp rows.csv site/rows.csv
  wrote rows.csv  575.1 KiB
  $ mlrepo get-url $URL/none.csv 2>&1 | sed s,$URL,URL,
  error: cannot read URL/none.csv
  why: there is no such file
  $ mlrepo get-url outside copy && cat copy/a copy/b
  wrote copy  2 files, 4 B
  a
  b
  $ git init -q ada && cd ada && mlrepo init -q
  $ mlrepo import-url $URL/rows.csv data.csv | sed s,$URL,URL,
  imported  data.csv  575.1 KiB from URL/rows.csv
  $ sed "s,$URL,URL,; s/[0-9]\{10\}/SECONDS/" data.csv.mlr
  out:
    path: data.csv
    id: sha256:b2bc7d3f8b652d2ec96865b68ad8f80e22cca174abe1aed7889e242a747d590f
    size: 588895
  from:
    url: URL/rows.csv
    modified: SECONDS
  $ mlrepo import-url ../outside
  imported  outside  2 files, 4 B from ../outside
  $ sed 's/\(listing: sha256:\).*/\1DIGITS/' outside.mlr
  out:
    path: outside
    id: sha256:b560afd3b5a05830fae1c61c191b8aa39e5df1960ca727d7cb03af09b1cde86a
    size: 4
    files: 2
  from:
    url: ../outside
    listing: sha256:DIGITS

An update asks first, and fetches only what has changed.

  $ mlrepo update 2>&1 | sed s,$URL,URL,
  unchanged data.csv  575.1 KiB from URL/rows.csv
  note: outside is from this machine (../outside); it is updated when it is named
  $ grep -c GET ../log
  2
  $ seq 7 > ../site/rows.csv && mlrepo update -q && cat data.csv | tail -1
  7
  $ mlrepo update outside && echo c > ../outside/c && mlrepo update outside && ls outside
  unchanged outside  2 files, 4 B from ../outside
  updated   outside  3 files, 6 B from ../outside
  a
  b
  c
  $ mlrepo undo && ls outside
  took back: mlrepo update outside
  a
  b
  $ sed -i 's,url: .*outside,url: x:/../../outside,' outside.mlr && mlrepo update 2>&1 | grep machine
  note: outside is from this machine (x:/../../outside); it is updated when it is named
  $ git checkout -q outside.mlr
  $ kill %1

Symbolic links are not followed, and other schemes are refused.

  $ ln -s /etc/passwd ../outside/d && mlrepo update outside
  error: cannot read $SANDBOX/outside
  why: d is a symbolic link or a device, not a file
  [2]
  $ mlrepo import-url gopher://example.org/x
  error: cannot use the remote address 'gopher://example.org/x'
  why: mlrepo knows folders, s3://, ssh:// and https://, and not gopher://
  [64]
  $ mlrepo import-url s3://b/x -o y/.git/z
  error: cannot use the path 'y/.git/z'
  why: it lies inside git's own folder
  hint: paths are relative to the repository's root and stay inside it
  [2]
