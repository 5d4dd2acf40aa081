A .mlrepoignore may stand in any folder. Its patterns count from there, the nearest file decides, '!' takes back.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir -p data/in/cache data/out/cache && for f in a.tmp b.csv in/a.tmp in/b.csv in/cache/x out/a.tmp out/cache/x; do echo $f > data/$f; done
  $ echo '*.tmp' > .mlrepoignore && printf '!a.tmp\n/cache/\n' > data/in/.mlrepoignore && echo '/out/*.tmp' > data/.mlrepoignore
  $ mlrepo add data && mlrepo ls -R data
  added     data  6 files, 62 B
  stored 10 new objects, 812 B
        11 B                data/.mlrepoignore
         6 B                data/b.csv
        15 B                data/in/.mlrepoignore
         9 B                data/in/a.tmp
         9 B                data/in/b.csv
        12 B                data/out/cache/x
  $ cp .mlrepoignore .gitignore && for d in data data/in; do cp $d/.mlrepoignore $d/.gitignore; done
  $ git check-ignore --no-index data/a.tmp data/b.csv data/in/a.tmp data/in/b.csv data/in/cache/x data/out/a.tmp data/out/cache/x
  data/a.tmp
  data/in/cache/x
  data/out/a.tmp
  $ rm .gitignore data/.gitignore data/in/.gitignore && mlrepo add -q data; git add . && git commit -q -m data

A rule in the data is data: it comes and goes with it.

  $ rm data/in/.mlrepoignore && mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       data/in/.mlrepoignore
    deleted:       data/in/a.tmp
    new:           data/in/cache/x
  $ mlrepo checkout && mlrepo status
  added    data/in/.mlrepoignore
  kept     data/in/cache/x  (not in the store)
  wrote 1 file, 15 B
  Nothing has changed: data and stages are as recorded.
  $ echo x.csv > data/.mlrepoignore && echo 1 > data/x.csv && mlrepo status && git checkout -q . && mlrepo checkout -f
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data/.mlrepoignore
  saved    data/.mlrepoignore  (get it back with: mlrepo cat sha256:6aed6fb72680e380a873acb25e6b205422e5453d6c7975cfd09dee3851e93e37)
  modified data/.mlrepoignore
  wrote 1 file, 11 B
  $ mlrepo add data/x.csv; mkdir more && echo '*' > more/.mlrepoignore && echo 1 > more/f && mlrepo add more/f
  error: cannot add data/x.csv
  why: it lies in data, which is tracked already
  hint: mlrepo add 'data'
  error: cannot add more/f
  why: a .mlrepoignore excludes it
  hint: take the rule out of the .mlrepoignore beside or above it
  [2]
  $ head -c 2000000 /dev/zero > data/in/.mlrepoignore; mlrepo add data; mlrepo checkout -qf
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/in/.mlrepoignore: it is larger than 1048576 bytes
  hint: take them away, or list them in .mlrepoignore
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       cannot check out data/in/.mlrepoignore: what is there cannot be read: it is larger than 1048576 bytes
  hint: make it readable, or take it away
  [3]

Ignored files that are in the way of a checkout are named before anything is touched.

  $ rm -rf data/in && mlrepo checkout -q && echo keep > data/in/cache.tmp && echo mine > data/in/y.tmp && mkdir data/in/cache && echo 2 > data/in/cache/z
  $ cp -r data before && rm -r data && echo a file > data && mlrepo commit -q && git commit -q -am 'a file'
  $ git checkout -q HEAD~1 && mlrepo checkout -q && cp -r before/. data && git checkout -q - && mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data  (a folder, was a file)
  $ mlrepo checkout; diff -r before data && mlrepo checkout --dry-run
  error: cannot check out
  why: files that .mlrepoignore excludes are in the way:
       data/a.tmp  (ignored)
       data/in/cache/z  (ignored)
       data/in/cache.tmp  (ignored)
       data/in/y.tmp  (ignored)
       data/out/a.tmp  (ignored)
  hint: take them away; or 'mlrepo checkout --force' stores them and goes ahead, and 'mlrepo undo' brings them back
  unsaved  data/a.tmp  (ignored: needs --force)
  unsaved  data/in/cache/z  (ignored: needs --force)
  unsaved  data/in/cache.tmp  (ignored: needs --force)
  unsaved  data/in/y.tmp  (ignored: needs --force)
  unsaved  data/out/a.tmp  (ignored: needs --force)
  modified data
  deleted  data/.mlrepoignore
  deleted  data/b.csv
  deleted  data/in/.mlrepoignore
  deleted  data/in/a.tmp
  deleted  data/in/b.csv
  deleted  data/out/cache/x
  $ mlrepo checkout --force && cat data && mlrepo status
  saved    data/a.tmp  (get it back with: mlrepo cat sha256:88e95ec428cf81c51183f12290eff2fa95411da01188ba20cfc569c8a307fc31)
  saved    data/in/cache/z  (get it back with: mlrepo cat sha256:53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3)
  saved    data/in/cache.tmp  (get it back with: mlrepo cat sha256:f660a7996deacfbc7560e4240054a8ad82eb02fe25a95064257e07084bcacb85)
  saved    data/in/y.tmp  (get it back with: mlrepo cat sha256:fcbc800db3f1867000b852f1ce0044b8f1584f76ade1ed6e65189824f95c3cda)
  saved    data/out/a.tmp  (get it back with: mlrepo cat sha256:d6d1f005f96f464b64d19aaeb14575f25a6d0b7812de3e48b705cba15e850de7)
  modified data
  deleted  data/.mlrepoignore
  deleted  data/b.csv
  deleted  data/in/.mlrepoignore
  deleted  data/in/a.tmp
  deleted  data/in/b.csv
  deleted  data/out/cache/x
  wrote 1 file, 7 B
  a file
  Nothing has changed: data and stages are as recorded.
  $ mlrepo undo && diff -r before data
  took back: mlrepo checkout
  $ mlrepo checkout -qf && git checkout -q HEAD~1 && mlrepo checkout && mlrepo status
  modified data
  wrote 6 files, 62 B
  Nothing has changed: data and stages are as recorded.

Links among them come back as well, wherever they lead, and so do empty folders.

  $ mkdir -p data/in/cache/empty data/in/cache/sub && ln -s /etc/passwd data/in/a.away.tmp && ln -s ../z data/in/cache/sub/link && echo z > data/in/cache/sub/z
  $ rm -r before && cp -r data before && git checkout -q - && mlrepo checkout -f | grep -v deleted && cat data
  saved    data/in/a.away.tmp  (get it back with: mlrepo cat sha256:74acf31844532670be412c65b8251ee55d072549080b1cffdbea6b1a192230a0)
  saved    data/in/cache/sub/link  (get it back with: mlrepo cat sha256:816b1c4dd08d99f076fb0dd93bbb2477739835909b3d5ac8a309c3e62814ae44)
  saved    data/in/cache/sub/z  (get it back with: mlrepo cat sha256:c865f6c5ab8d1b0bcd383a5e1e3879d22681c96bf462c269b7581d523fbe70ab)
  modified data
  wrote 1 file, 7 B
  a file
  $ mlrepo op show $(mlrepo op log | head -1 | cut -d ' ' -f 1) | tail -n +2
  mlrepo checkout
    data     data  6 files, 62 B → 7 B
    data     data/in/a.away.tmp  a symbolic link → nothing
    data     data/in/cache/sub/link  a symbolic link → nothing
    data     data/in/cache/sub/z  2 B → nothing
    data     data/in/cache/empty  0 files, 0 B → nothing
  $ mlrepo undo && diff -r --no-dereference before data && git checkout -q HEAD~1 && mlrepo status
  took back: mlrepo checkout
  Nothing has changed: data and stages are as recorded.
  $ mlrepo op restore $(mlrepo op log | sed -n 2p | cut -d ' ' -f 1) && cat data && mlrepo undo
  took back: mlrepo undo
  a file
  took back: mlrepo checkout
  $ rm -r data && cp -r before data && git checkout -q - && git checkout -q - && mlrepo status && rm -r before
  Nothing has changed: data and stages are as recorded.

So does a link that somebody puts in the place of tracked data.

  $ echo 1 > one && mlrepo add -q one && rm one && ln -s away/from here && mv here one && mlrepo checkout -f && cat one && mlrepo undo && readlink one
  saved    one  (get it back with: mlrepo cat sha256:ae039fff8420aa386e999fd85b9ad1ef43003e2f88b39c96ab0ac656a698f819)
  modified one
  wrote 1 file, 2 B
  1
  took back: mlrepo checkout
  away/from
  $ mlrepo remove -q one --data && mlrepo undo -q && readlink one && mlrepo checkout -qf && mlrepo remove -q one --data
  away/from

A folder that goes stays for the sake of its ignored files.

  $ rm -r data/in && mlrepo commit -q && git commit -q -am 'no in' && git checkout -q HEAD~1 && mlrepo checkout -q
  $ echo mine > data/in/y.tmp && git checkout -q - && mlrepo checkout && ls data/in
  deleted  data/in/.mlrepoignore
  deleted  data/in/a.tmp
  deleted  data/in/b.csv
  kept     data/in/y.tmp  (ignored)
  y.tmp
