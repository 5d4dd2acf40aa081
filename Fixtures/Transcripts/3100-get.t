Data of another repository is copied without cloning it, from its own store or its remotes.

  $ export HOME=$PWD/home && mkdir home
  $ git init -q ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share
  $ mkdir -p data/train conf && for n in 1 2 3; do echo train $n > data/train/$n; done && ln -s 1 data/train/link
  $ seq 200000 > data/big && echo lr: 1 > conf/model.yaml && mlrepo add -q data && git add . && git commit -q -m one
  $ git tag v1 && echo changed > data/train/1 && mlrepo add -q data && git commit -q -a -m two && mlrepo push -q --all-commits
  $ cd ..

What there is:

  $ mlrepo list ada
     1.2 MiB       5 files  data/
  $ mlrepo list ada@v1 data/train
         8 B                data/train/1
         8 B                data/train/2
         8 B                data/train/3
         1 B                data/train/link@
  $ mlrepo list ada data/train/1 --rev v1 --json
  [
    {
      "path": "data/train/1",
      "id": "sha256:2e5268c6464be16bb6a6003339b89537daaa35e14c30d22458cc775950072982",
      "size": 8
    }
  ]

A file, a folder, what git keeps, and all of it. No repository is needed here.

  $ mlrepo get ada@v1 data/train/1 && cat 1
  wrote 1  8 B at c18bf07
  train 1
  $ mlrepo get ada data/train -o here/train && ls -F here/train && cat here/train/1
  wrote here/train  4 files, 25 B at d02b69d
  1
  2
  3
  link@
  changed
  $ mlrepo get ada conf/model.yaml && cat model.yaml
  wrote model.yaml  6 B at d02b69d
  lr: 1
  $ mlrepo get ada . -o all && find all -type f | sort
  wrote all  6 files, 1.2 MiB at d02b69d
  all/conf/model.yaml
  all/data/big
  all/data/train/1
  all/data/train/2
  all/data/train/3
  $ mlrepo get --json ada data/big | grep -v commit
  {
    "path": "$SANDBOX/big",
    "id": "sha256:5af7b95208fdcff454bab3f5eddf567a688a3796c703d4fef91072e38645c062",
    "size": 1288895,
  }

What is there is not overwritten.

  $ mlrepo get ada data/train/1
  error: cannot write $SANDBOX/1
  why: it exists already
  hint: --force puts what is there aside, as 1~
  [2]
  $ mlrepo get --force ada data/train/1 && cat 1 1~
  wrote 1  8 B at d02b69d
  changed
  train 1
  $ mlrepo get --force ada data/train/1
  error: cannot put $SANDBOX/1 aside
  why: $SANDBOX/1~ exists already
  hint: take $SANDBOX/1~ away
  [2]

What is not there is told.

  $ mlrepo get ada data/trian -o x
  error: cannot find data/trian in ada
  why: nothing of this name is there at commit d02b69d
  hint: mlrepo list 'ada'
  [2]
  $ mlrepo get ada dat
  error: cannot find dat in ada
  why: nothing of this name is there at commit d02b69d; did you mean 'data'?
  hint: mlrepo list 'ada'
  [2]
  $ mlrepo get ada@v9 data
  error: cannot find the revision 'v9' in 'ada'
  why: git has no such branch, tag or commit
  [2]
  $ mlrepo get nowhere data
  error: cannot find the repository 'nowhere'
  why: there is no such folder
  [64]
  $ mlrepo get ftp://example.org/x data
  error: cannot use the repository 'ftp://example.org/x'
  why: git knows no URLs that begin with ftp://
  [64]
  $ mlrepo get https://ada:secret@example.org/x data
  error: cannot use the repository 'https://…@example.org/x'
  why: it holds a password, which anybody would see
  hint: leave it out, and have it in ~/.git-credentials
  [64]
  $ ls -A
  1
  1~
  ada
  all
  big
  here
  home
  model.yaml
  share
  $ git -C ada status --short

What the store there has lost the remote has once more. Without that, the object is named.

  $ chmod -R u+w ada/.mlrepo/objects && rm -r ada/.mlrepo/objects
  $ mlrepo get ada data/train -o again && cat again/1
  wrote again  4 files, 25 B at d02b69d
  changed
  $ mv share elsewhere && mlrepo get ada data/train -o third
  error: cannot get the data of ada
  why: sha256:e1187128001760e668ba846fdb0a8ca143170c08ab3861333bb43bf2ff916d2e is missing in its store and in its remote 'origin'
  hint: in that repository: mlrepo push
  [12]

A clone that has no data will do, and a bare one whose remote can be reached.

  $ mv elsewhere share && git clone -q --bare ada bare.git && mlrepo list bare.git
     1.2 MiB       5 files  data/
  $ git -C bare.git config core.bare && mlrepo get file://$PWD/bare.git@v1 data/train/1 -o fourth
  true
  wrote fourth  8 B at c18bf07
