A lock that cannot be read is not taken for an empty one; one that was emptied or taken away is.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo stage add -q -n make -o out 'echo 1 > out' && mlrepo repro -q && git add . && git commit -q -m one
  $ cat mlrepo.lock
  # Written by mlrepo: what each stage last read and made. Keep it in git.
  version: 1
  stages:
    make:
      cmd:
        - echo 1 > out
      outs:
        - path: out
          id: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
          size: 2
  $ cp mlrepo.lock good; try() { mlrepo status; mlrepo repro -q; echo "[$?]"; cp good mlrepo.lock; }
  $ : > mlrepo.lock; try
  Recorded, to be committed in git:
    deleted:       out
  Stages out of date ('mlrepo repro' runs them):
    make
      reuses the result of an earlier run
  [0]
  $ head -c 40 good > mlrepo.lock; try
  Recorded, to be committed in git:
    deleted:       out
  Stages out of date ('mlrepo repro' runs them):
    make
      reuses the result of an earlier run
  [0]
  $ sed 's/^version: .*/version: 99/' good > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:2:10: its version is 99, and this mlrepo reads version 1; a newer mlrepo wrote it
  hint: update mlrepo
  error: cannot read mlrepo.lock
  why: mlrepo.lock:2:10: its version is 99, and this mlrepo reads version 1; a newer mlrepo wrote it
  hint: update mlrepo
  [13]
  $ sed '/^version/d' good > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:2:1: 'version' is missing
  hint: git checkout -- 'mlrepo.lock'
  error: cannot read mlrepo.lock
  why: mlrepo.lock:2:1: 'version' is missing
  hint: git checkout -- 'mlrepo.lock'
  [13]
  $ sed 's/path: out/path: ..\/out/' good > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:8:15: the path '../out' cannot be used: '..' would climb out of the repository
  hint: git checkout -- 'mlrepo.lock'
  error: cannot read mlrepo.lock
  why: mlrepo.lock:8:15: the path '../out' cannot be used: '..' would climb out of the repository
  hint: git checkout -- 'mlrepo.lock'
  [13]
  $ sed 's/sha256:/sha1:/' good > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:9:13: 'id' should be 'sha256:' and 64 hexadecimal digits in lower case
  hint: git checkout -- 'mlrepo.lock'
  error: cannot read mlrepo.lock
  why: mlrepo.lock:9:13: 'id' should be 'sha256:' and 64 hexadecimal digits in lower case
  hint: git checkout -- 'mlrepo.lock'
  [13]
  $ sed 's/size: 2/size: x/' good > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:10:15: 'size' should be a whole number that is not negative, but is text (x)
  hint: git checkout -- 'mlrepo.lock'
  error: cannot read mlrepo.lock
  why: mlrepo.lock:10:15: 'size' should be a whole number that is not negative, but is text (x)
  hint: git checkout -- 'mlrepo.lock'
  [13]
  $ (echo '<<<<<<< HEAD'; cat good; echo =======; cat good; echo '>>>>>>> side') > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:1:1: a merge left its conflict markers here
  hint: git checkout --ours -- 'mlrepo.lock' && mlrepo repro
  error: cannot read mlrepo.lock
  why: mlrepo.lock:1:1: a merge left its conflict markers here
  hint: git checkout --ours -- 'mlrepo.lock' && mlrepo repro
  [13]
  $ printf '\0\0\0' > mlrepo.lock; try
  error: cannot read mlrepo.lock
  why: mlrepo.lock:1:1: a NUL byte is not text; is this a binary file?
  hint: git checkout -- 'mlrepo.lock'
  error: cannot read mlrepo.lock
  why: mlrepo.lock:1:1: a NUL byte is not text; is this a binary file?
  hint: git checkout -- 'mlrepo.lock'
  [13]
  $ rm mlrepo.lock; try
  Recorded, to be committed in git:
    deleted:       out
  Stages out of date ('mlrepo repro' runs them):
    make
      reuses the result of an earlier run
  [0]
  $ mlrepo status
  Nothing has changed: data and stages are as recorded.

A stage that is gone from mlrepo.yaml leaves nothing that hurts.

  $ echo 'stages: {}' > mlrepo.yaml; mlrepo status; mlrepo ls; mlrepo checkout; mlrepo fsck; git checkout -q mlrepo.yaml && mlrepo checkout && cat out
  Recorded, to be committed in git:
    deleted:       out
  The workspace is as recorded.
  deleted  out
  checked 6 objects, 365 B: all intact
  added    out
  wrote 1 file, 2 B
  1
