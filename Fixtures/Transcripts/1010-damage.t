A damaged object, packed or loose, is reported, never handed out, and named by fsck.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for i in 1 2 3 4; do echo "number $i" > data/$i; done
  $ head -c 3000000 /dev/zero > big && echo tail >> big && head -c 2000000 /dev/zero > large
  $ mlrepo add -q data big large && git commit -q -m data
  $ mlrepo fsck
  checked 11 objects, 4.8 MiB: all intact
  $ find .mlrepo/objects -type f | sed 's/[0-9a-f]\{16,\}/ID/' | sort | uniq -c | sed 's/^ *//'
  1 .mlrepo/objects/loose/13/ID
  1 .mlrepo/objects/loose/75/ID
  1 .mlrepo/objects/loose/bf/ID
  1 .mlrepo/objects/loose/d7/ID
  1 .mlrepo/objects/loose/d8/ID
  1 .mlrepo/objects/loose/de/ID
  1 .mlrepo/objects/packs/pack-ID.idx
  1 .mlrepo/objects/packs/pack-ID.pack
  $ big=$(sha256sum big | cut -d ' ' -f 1) && file=$(find .mlrepo/objects/loose -name "*${big:2}*")
  $ cp -p $file saved && chmod u+w $file && printf x | dd of=$file bs=1 seek=1000000 conv=notrunc status=none
  $ mlrepo cat big > /dev/null
  error: cannot use the object sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
  why: its stored bytes do not match its id (objects/damaged/ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d-*, where it was put aside) (glob)
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [13]
  $ mlrepo fsck
  missing: sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
    needed by big in the workspace, and at 213f748
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 10 objects, 1.9 MiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]
  $ mlrepo fsck --json | python3 -m json.tool > /dev/null; echo ${PIPESTATUS[0]}
  1
  $ mlrepo cat big > /dev/null
  error: cannot read the object sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
  why: the store does not have it
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ rm -r big large data && mlrepo checkout
  added    data
  added    large
  wrote 5 files, 1.9 MiB
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       big: the store does not have sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ ls; ls data
  big.mlr
  data
  data.mlr
  large
  large.mlr
  saved
  1
  2
  3
  4
  $ mlrepo checkout --json 2> /dev/null | python3 -m json.tool > /dev/null
  $ mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       big
    not in store:  big  (sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d)

Adding the data again heals it.

  $ cp saved big && mlrepo add big && mlrepo fsck && mlrepo status
  unchanged big  2.9 MiB
  stored 1 new object, 2.9 MiB
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 11 objects, 4.8 MiB: all intact
  Nothing has changed: data and stages are as recorded.

A missing one:

  $ rm -f $file && mlrepo fsck
  missing: sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
    needed by big in the workspace, and at 213f748
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 10 objects, 1.9 MiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]
  $ mlrepo cat big
  error: cannot read the object sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
  why: the store does not have it
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ rm big && mlrepo checkout
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       big: the store does not have sha256:ded17d99a5e71b7aa2eab5a6aab76e9bb4a449aced614e2362d5ced3a014018d
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ mlrepo diff HEAD; mlrepo log big
  deleted  big  2.9 MiB
  213f748  2024-05-06 07:08 +0000  2.9 MiB                 data
  $ cp saved big && mlrepo add big && mlrepo fsck
  unchanged big  2.9 MiB
  stored 1 new object, 2.9 MiB
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 11 objects, 4.8 MiB: all intact

A byte in a pack:

  $ pack=$(ls .mlrepo/objects/packs/*.pack) && cp -p $pack pack && chmod u+w $pack
  $ at=$(grep -abo 'number 3' $pack | cut -d : -f 1) && printf X | dd of=$pack bs=1 seek=$at conv=notrunc status=none
  $ mlrepo fsck
  damaged: packs/pack-b8b678ac28b151ec94a5225e617a70773bf6b51f85c28a1c9f71c956eec94728.pack: its bytes do not match its id
    needed by data/3 in the workspace, and at 213f748
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 11 objects, 4.8 MiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]
  $ mlrepo cat data/3
  error: cannot use the object sha256:6e9aa71e7c54df9f54d941493830ec3dde8992e76bbe8387ae32908703dec398
  why: its stored bytes do not match its id (pack-b8b678ac28b151ec94a5225e617a70773bf6b51f85c28a1c9f71c956eec94728.pack)
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [13]
  $ mlrepo cat data/1
  number 1
  $ rm -r data && mlrepo checkout
  added    data
  wrote 3 files, 27 B
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       data/3: the store does not have sha256:6e9aa71e7c54df9f54d941493830ec3dde8992e76bbe8387ae32908703dec398
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [12]
  $ ls data; echo 'number 3' > data/3; mlrepo add data; mlrepo cat data/3; mlrepo fsck --repair; mlrepo fsck
  1
  2
  4
  unchanged data  4 files, 36 B
  stored 1 new object, 9 B
  number 3
  set aside earlier: 4 files in .mlrepo/objects/damaged
  repaired: pack-b8b678ac28b151ec94a5225e617a70773bf6b51f85c28a1c9f71c956eec94728, 4 objects saved
  checked 11 objects, 4.8 MiB: all intact
  set aside earlier: 4 files in .mlrepo/objects/damaged
  checked 11 objects, 4.8 MiB: all intact

An output that cannot be restored because its object is damaged is made again.

  $ mlrepo stage add -q -n make -d data/1 -o made 'head -c 300000 /dev/zero | tr "\\0" x > made' && mlrepo repro -q
  $ made=$(sha256sum made | cut -d ' ' -f 1) && file=.mlrepo/objects/loose/${made:0:2}/${made:2} && chmod u+w $file
  $ printf y | dd of=$file bs=1 seek=10 conv=notrunc status=none; rm made; mlrepo repro
  make: output deleted made
    $ head -c 300000 /dev/zero | tr "\\0" x > made
  make: done in * s (glob)
  $ mlrepo repro && mlrepo fsck | tail -n 1
  Nothing to do: 1 stage up to date.
  checked 15 objects, 5.1 MiB: all intact

A pointer that tells another size than its object has is damaged too.

  $ git init -q ../size && cd ../size && mlrepo init -q && echo bytes > file && mlrepo add -q file
  $ sed -i 's/size: 6/size: 7/' file.mlr && mlrepo fsck
  unreadable: cannot trust what file is said to be: its pointer or lock does not fit the object sha256:95cc8e8ec552664096b998c62dfd5dfd0a41c96154de6814d918d1ca34bfc225
  checked 3 objects, 118 B: not all is well
  [1]
