A damaged pointer is an error that says where, with status 13, and no command goes on as if it were not there.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ echo 1 > a.csv && mlrepo add -q a.csv && git commit -q -m a && good=$(cat a.csv.mlr)
  $ id=sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
  $ try() { printf "$1" > a.csv.mlr; mlrepo status 2>&1 | grep -v "^hint: git checkout -- 'a.csv.mlr'"; }
  $ try ''
  error: cannot read a.csv.mlr
  why: a.csv.mlr:1:1: the key 'out' is missing
  $ try 'out'
  error: cannot read a.csv.mlr
  why: a.csv.mlr:1:1: expected a map, found text
  $ try 'out: []\n'
  error: cannot read a.csv.mlr
  why: a.csv.mlr:1:6: expected a map, found a list
  $ try "out:\n  path: a.csv\n  id: $id\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:2:3: the key 'size' is missing
  $ try "out:\n  path: a.csv\n  id: ${id}0\n  size: 2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:3:7: an id is 'sha256:' and 64 hexadecimal digits in lower case
  $ try "out:\n  path: a.csv\n  id: md5:1234\n  size: 2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:3:7: an id is 'sha256:' and 64 hexadecimal digits in lower case
  $ try "out:\n  path: a.csv\n  id: $id\n  size: two\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:4:9: 'size' must be a number that is not negative
  $ try "out:\n  path: a.csv\n  id: $id\n  size: -2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:4:9: 'size' must be a number that is not negative
  $ try "out:\n  path: a.csv\n  id: $id\n  size: 99999999999999999999\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:4:9: the number 99999999999999999999 does not fit in 64 bits; quote it to keep it as text
  $ try "out:\n  path: ../../etc/passwd\n  id: $id\n  size: 2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:2:9: the path '../../etc/passwd' leads away from the pointer; it must be the name beside it
  $ try "out:\n  path: /etc/passwd\n  id: $id\n  size: 2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:2:9: the path '/etc/passwd' leads away from the pointer; it must be the name beside it
  $ try "out:\n  path: b.csv\n  id: $id\n  size: 2\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:2:9: it points to 'b.csv', but its own name says 'a.csv'
  hint: rename tracked paths with 'mlrepo move'
  $ try "out:\n  path: a.csv\n  id: $id\n  size: 2\n  sise: 3\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:5:3: 'sise' is no key of a pointer; did you mean 'size'?
  $ try "out:\n  path: a.csv\n  id: $id\n  size: 2\n  size: 3\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:4:3: the key 'size' stands here and again further down in the same map
  $ try "out:\n  path: 'a.csv\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:3:1: while scanning a quoted scalar that starts at 2:9: found unexpected end of stream
  $ try "\xff\xfe\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:1:1: the byte 0xff is not valid UTF-8; save the file as UTF-8
  $ try "a\0b\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:1:2: a NUL byte is not text; is this a binary file?
  $ try "<<<<<<< HEAD\nout:\n=======\nout:\n>>>>>>> side\n"
  error: cannot read a.csv.mlr
  why: a.csv.mlr: it holds the conflict markers of a merge; take one side, --ours or --theirs
  hint: git checkout --ours -- 'a.csv.mlr' && mlrepo checkout
  $ try "out: $(printf '%%0.s[' $(seq 300))"
  error: cannot read a.csv.mlr
  why: a.csv.mlr:2:1: while parsing a flow node that starts at 2:1: did not find expected node content

Each verb that reads pointers says so, and says how to mend it; and the data is as it was.

  $ for verb in status checkout commit diff ls repro gc fsck 'add b.csv' 'add a.csv' 'remove a.csv' 'move a.csv c.csv'; do
  >   mlrepo $verb > err 2>&1; echo "$? $verb: $(grep -c a.csv.mlr err) $(grep -c ^hint err)"
  > done
  13 status: 3 1
  13 checkout: 3 1
  13 commit: 3 1
  13 diff: 3 1
  13 ls: 3 1
  13 repro: 3 1
  13 gc: 2 1
  1 fsck: 1 0
  13 add b.csv: 3 1
  13 add a.csv: 3 1
  13 remove a.csv: 3 1
  13 move a.csv c.csv: 3 1
  $ cat a.csv
  1
  $ mlrepo status --json
  {
    "error": "cannot read a.csv.mlr",
    "why": "a.csv.mlr:2:1: while parsing a flow node that starts at 2:1: did not find expected node content",
    "hint": "git checkout -- 'a.csv.mlr'",
    "category": "damaged",
    "exit": 13
  }
  [13]
  $ git checkout -q a.csv.mlr && mlrepo status
  Nothing has changed: data and stages are as recorded.

A pointer from history that cannot be read does not hide the others.

  $ echo junk > a.csv.mlr && git commit -q -a -m junk && echo "$good" > a.csv.mlr && git commit -q -a -m good
  $ mlrepo log a.csv
  42c26b7  2024-05-06 07:08 +0000  2 B                     good
  95a201d  2024-05-06 07:08 +0000  unreadable              junk
  06047ee  2024-05-06 07:08 +0000  2 B                     a
  $ mlrepo diff HEAD~1 HEAD
  error: cannot read a.csv.mlr of commit 95a201d
  why: a.csv.mlr:1:1: expected a map, found text
  [13]
  $ mlrepo ls --rev HEAD~1
  error: cannot read a.csv.mlr of commit 95a201d
  why: a.csv.mlr:1:1: expected a map, found text
  [13]

A link in the way of a pointer's path is not followed out of the repository.

  $ mkdir ../outside && mkdir sub && echo 1 > sub/x && mlrepo add -q sub/x && rm -r sub && git checkout -q sub
  $ mv sub real && ln -s ../outside sub && mlrepo checkout
  error: cannot open the folder of $SANDBOX/shop/sub/.gitignore
  why: a part of the path is a symbolic link
  [2]
  $ ls ../outside
