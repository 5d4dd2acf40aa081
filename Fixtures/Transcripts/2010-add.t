Files and folders of any name are tracked with a pointer each; git sees no data.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir -p data/images/none && echo 1 > data/images/a && echo 2 > data/images/b && echo hello > data/raw.csv
  $ chmod +x data/images/b && ln -s a data/images/link
  $ mlrepo add data/raw.csv data/images
  added     data/images  3 files, 5 B
  added     data/raw.csv  6 B
  stored 6 new objects, 331 B
  $ cat data/raw.csv.mlr data/images.mlr data/.gitignore
  out:
    path: raw.csv
    id: sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
    size: 6
  out:
    path: images
    id: sha256:26575de18355dd208d5f1af0f04ef611634c1735109091b4803ee46c1c33bea9
    size: 5
    files: 3
  /images
  /raw.csv
  $ sha256sum data/raw.csv
  5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  data/raw.csv
  $ git status --short
  A  data/.gitignore
  A  data/images.mlr
  A  data/raw.csv.mlr
  $ git commit -q -m data

Nothing is done twice, and content that is known is not stored again.

  $ mlrepo add data/raw.csv
  unchanged data/raw.csv  6 B
  $ git status --short
  $ cp data/raw.csv data/copy.csv && mlrepo add data/copy.csv
  added     data/copy.csv  6 B
  $ echo more >> data/raw.csv && mlrepo add -q data/raw.csv && git diff --cached --stat
   data/.gitignore   | 1 +
   data/copy.csv.mlr | 4 ++++
   data/raw.csv.mlr  | 4 ++--
   3 files changed, 7 insertions(+), 2 deletions(-)
  $ mlrepo add --json data/raw.csv data/copy.csv
  {
    "paths": [
      {
        "path": "data/copy.csv",
        "action": "unchanged",
        "id": "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        "size": 6
      },
      {
        "path": "data/raw.csv",
        "action": "unchanged",
        "id": "sha256:6052eef1a76d3ff777269e8a1720524953b74c4d96e4689679c8982699a32beb",
        "size": 11
      }
    ],
    "stored": {
      "objects": 0,
      "bytes": 0
    }
  }

Folders come back as they were: exec bits, links, and empty folders.

  $ rm -rf data/images && mlrepo checkout
  added    data/images
  wrote 3 files, 5 B
  $ find data/images | sort; readlink data/images/link; test -x data/images/b && ! test -x data/images/a
  data/images
  data/images/a
  data/images/b
  data/images/link
  data/images/none
  a
  $ mlrepo status
  Recorded, to be committed in git:
    added:         data/copy.csv
    modified:      data/raw.csv
  The workspace is as recorded.

Names hold any byte but '/' and NUL.

  $ mkdir odd && cd odd
  $ names=('with space' $'new\nline' $'bad\xff' -dash '!bang' '#hash' 'star*' '[x]' 'back\slash' 'trailing ' "it's" '"quoted"')
  $ for name in "${names[@]}"; do echo "$name" > "./$name"; done
  $ mlrepo add -- "${names[@]}"
  added     odd/!bang  6 B
  added     odd/"quoted"  9 B
  added     odd/#hash  6 B
  added     odd/-dash  6 B
  added     odd/[x]  4 B
  added     odd/back\5cslash  11 B
  added     odd/bad\ff  5 B
  added     odd/it's  5 B
  added     odd/new\0aline  9 B
  added     odd/star*  6 B
  added     odd/trailing   10 B
  added     odd/with space  11 B
  stored 12 new objects, 88 B
  $ cat .gitignore
  /!bang
  /"quoted"
  /#hash
  /-dash
  /\[x]
  /back\\slash
  /bad\ff (esc)
  /it's
  /new[\09-\0b]line (esc)
  /star\*
  /trailing\ 
  /with space
  $ git status --short
  M  ../data/.gitignore
  A  ../data/copy.csv.mlr
  M  ../data/raw.csv.mlr
  A  !bang.mlr
  A  "\"quoted\".mlr"
  A  #hash.mlr
  A  -dash.mlr
  A  .gitignore
  A  [x].mlr
  A  "back\\slash.mlr"
  A  "bad\377.mlr"
  A  it's.mlr
  A  "new\nline.mlr"
  A  star*.mlr
  A  "trailing .mlr"
  A  "with space.mlr"
  $ git add -A && git commit -q -m odd && git ls-files
  !bang.mlr
  "\"quoted\".mlr"
  #hash.mlr
  -dash.mlr
  .gitignore
  [x].mlr
  "back\\slash.mlr"
  "bad\377.mlr"
  it's.mlr
  "new\nline.mlr"
  star*.mlr
  trailing .mlr
  with space.mlr
  $ rm -- "${names[@]}" && mlrepo checkout . | grep wrote && mlrepo status
  wrote 12 files, 88 B
  Nothing has changed: data and stages are as recorded.
  $ for name in "${names[@]}"; do [ "$(cat "./$name")" = "$name" ] || echo lost; done
  $ mlrepo ls --json . | python3 -m json.tool > /dev/null
  $ mlrepo log -- -dash
  eba97c3  2024-05-06 07:08 +0000  6 B                     odd
  $ mlrepo remove -- "${names[@]}"
  no longer tracked: odd/!bang
  no longer tracked: odd/"quoted"
  no longer tracked: odd/#hash
  no longer tracked: odd/-dash
  no longer tracked: odd/[x]
  no longer tracked: odd/back\5cslash
  no longer tracked: odd/bad\ff
  no longer tracked: odd/it's
  no longer tracked: odd/new\0aline
  no longer tracked: odd/star*
  no longer tracked: odd/trailing 
  no longer tracked: odd/with space
  $ ls -A | wc -l; git status --short .
  13
  D  !bang.mlr
  D  "\"quoted\".mlr"
  D  #hash.mlr
  D  -dash.mlr
  D  .gitignore
  D  [x].mlr
  D  "back\\slash.mlr"
  D  "bad\377.mlr"
  D  it's.mlr
  D  "new\nline.mlr"
  D  star*.mlr
  D  "trailing .mlr"
  D  "with space.mlr"
  ?? ./
  $ cd ..

From a sub-folder, and with '..' in the way.

  $ mkdir sub && cd sub && echo x > y && mlrepo add ./y ../sub/../data/raw.csv && cd ..
  unchanged data/raw.csv  11 B
  added     sub/y  2 B
  stored 1 new object, 2 B

What .mlrepoignore matches is left out of folders.

  $ mkdir work && echo 1 > work/keep && echo 2 > work/drop.tmp && mkdir work/cache && echo 3 > work/cache/x
  $ printf '*.tmp\ncache/\n' > .mlrepoignore
  $ mlrepo add work && mlrepo ls -R work
  added     work  1 file, 2 B
  stored 1 new object, 88 B
         2 B                work/keep
  $ mlrepo status --exit-code
  Recorded, to be committed in git:
    deleted:       odd/!bang
    deleted:       odd/"quoted"
    deleted:       odd/#hash
    deleted:       odd/-dash
    deleted:       odd/[x]
    deleted:       odd/back\5cslash
    deleted:       odd/bad\ff
    deleted:       odd/it's
    deleted:       odd/new\0aline
    deleted:       odd/star*
    deleted:       odd/trailing 
    deleted:       odd/with space
    added:         sub/y
    added:         work
  The workspace is as recorded.
  $ mlrepo add work/drop.tmp
  error: cannot add work/drop.tmp
  why: it lies in work, which is tracked already
  hint: mlrepo add 'work'
  [2]
