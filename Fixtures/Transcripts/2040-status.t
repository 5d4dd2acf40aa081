Each way in which data can differ has its word.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for name in a b c; do echo $name > data/$name; done
  $ echo x > x.csv && echo y > y.csv && echo z > z.csv
  $ mlrepo add -q data x.csv y.csv z.csv
  $ mlrepo status
  Recorded, to be committed in git:
    added:         data
    added:         x.csv
    added:         y.csv
    added:         z.csv
  The workspace is as recorded.
  $ git commit -q -m data && mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ echo more >> data/a && rm data/b && mkdir data/sub && echo d > data/sub/d && chmod +x data/c
  $ echo more >> x.csv && rm y.csv && rm z.csv && mkdir z.csv
  $ mlrepo status; mlrepo status -q; mlrepo status --exit-code -q
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data/a
    deleted:       data/b
    modified:      data/c  (executable bit)
    new:           data/sub/d
    modified:      x.csv
    deleted:       y.csv
    modified:      z.csv  (a folder, was a file)
  [1]
  $ mlrepo status --json | python3 -m json.tool
  {
      "clean": false,
      "recorded": [],
      "workspace": [
          {
              "path": "data/a",
              "status": "modified"
          },
          {
              "path": "data/b",
              "status": "deleted"
          },
          {
              "path": "data/c",
              "status": "modified",
              "detail": "executable bit"
          },
          {
              "path": "data/sub/d",
              "status": "new"
          },
          {
              "path": "x.csv",
              "status": "modified"
          },
          {
              "path": "y.csv",
              "status": "deleted"
          },
          {
              "path": "z.csv",
              "status": "modified",
              "detail": "a folder, was a file"
          }
      ],
      "stages": []
  }
  $ rmdir z.csv; mlrepo add -q data x.csv && mlrepo remove -q y.csv && echo n > new.csv && mlrepo add -q new.csv
  $ mlrepo status
  Recorded, to be committed in git:
    modified:      data
    added:         new.csv
    modified:      x.csv
    deleted:       y.csv
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       z.csv
  $ git commit -q -m more && mlrepo status --exit-code
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       z.csv
  [1]

Content that the store has lost is told, though the workspace has it.

  $ mv .mlrepo/objects objects && mlrepo status; mlrepo ls
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    not in store:  data  (sha256:cc20f7119dfdad70442e3f086cd33f7b9f92959c0742815c0ffeb4296f522797)
    not in store:  new.csv  (sha256:a4fb621495a0122493b2203591c448903c472e306a1ede54fabad829e01075c0)
    not in store:  x.csv  (sha256:609748e8e1c0b8128826ab11ddcd65d740ab14283e3fed899b7955e3c95f0b06)
    deleted:       z.csv
    not in store:  z.csv  (sha256:c865f6c5ab8d1b0bcd383a5e1e3879d22681c96bf462c269b7581d523fbe70ab)
        11 B       3 files  data/
         2 B                new.csv
         7 B                x.csv
         2 B                z.csv
  $ rm -r .mlrepo/objects && mv objects .mlrepo/ && mlrepo checkout z.csv && mlrepo status
  added    z.csv
  wrote 1 file, 2 B
  Nothing has changed: data and stages are as recorded.

Of some paths only: what lies at, below or above them.

  $ echo more >> x.csv && echo new > data/new && mlrepo status data && mlrepo status data/new && mlrepo status z.csv
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    new:           data/new
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    new:           data/new
  Nothing has changed: data and stages are as recorded.
  $ mlrepo status nothing
  error: cannot compare nothing
  why: it is not tracked here
  hint: mlrepo ls
  [2]
  $ mlrepo checkout -q --force && rm -f data/new && mlrepo status --rev HEAD
  error: cannot understand the arguments of 'mlrepo status'
  why: revisions and --with-deps need --remote
  usage: mlrepo status [<options>] [<paths> ...]
  hint: mlrepo status --help
  [64]

A file that moved its time and not its content is not changed.

  $ touch -d 2001-01-01 x.csv data/* && mlrepo status
  Nothing has changed: data and stages are as recorded.

The same from a sub-folder, on an unborn branch, on a detached head, and without git's index.

  $ (cd data && mlrepo status)
  Nothing has changed: data and stages are as recorded.
  $ git checkout -q --detach && mlrepo status && git checkout -q -
  Nothing has changed: data and stages are as recorded.
  $ git checkout -q --orphan other && mlrepo status && mlrepo log
  Recorded, to be committed in git:
    added:         data
    added:         new.csv
    added:         x.csv
    added:         z.csv
  The workspace is as recorded.
  error: cannot show the log
  why: there is no commit yet
  hint: git commit
  [2]
  $ mlrepo diff
  added    data/  3 files, 11 B
  added    new.csv  2 B
  added    x.csv  7 B
  added    z.csv  2 B
