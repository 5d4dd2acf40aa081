A pack or an index that is cut off, spoiled or gone: what else is stored stays in use, and nothing wrong is handed out.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for i in 1 2 3 4 5; do echo "number $i" > data/$i; done && mlrepo add -q data && git commit -q -m data
  $ echo later > later && mlrepo add -q later && head -c 300000 /dev/zero > large && mlrepo add -q large
  $ git commit -q -m later && cp -a .mlrepo/objects objects && rm -r data later large
  $ pack=.mlrepo/objects/packs/$(cd objects/packs && grep -l 'number 1' *.pack) index=${pack%.pack}.idx
  $ again() { rm -rf .mlrepo/objects && cp -a objects .mlrepo/objects; chmod u+w $pack $index; rm -rf data later large; }
  $ look() { mlrepo fsck 2>&1 | sed 's/[0-9a-f]\{64\}/ID/g'; mlrepo checkout -q > out 2>&1; echo "[$?]"; ls -d data later large 2> /dev/null | xargs; }

  $ again; truncate -s -100 $pack; look
  damaged: packs/pack-ID.idx: the pack is not as long as its index says
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; : > $pack; look
  damaged: packs/pack-ID.idx: the pack is not as long as its index says
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; rm $pack; look
  left over: packs/pack-ID.idx: its pack is missing
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; truncate -s -10 $index; look
  damaged: packs/pack-ID.idx: its index is not as long as it says
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; : > $index; look
  damaged: packs/pack-ID.idx: its index does not start as one of this version does
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; rm $index; look
  left over: packs/pack-ID.pack: its index is missing
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  checked 8 objects, 293.3 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  large later
  $ again; printf X | dd of=$index bs=1 seek=1100 conv=notrunc status=none; look
  damaged: packs/pack-ID.idx: its checksum does not match
  damaged: packs/pack-ID.idx: record 0 points nowhere
  missing: sha256:ID
    needed by data/4 in the workspace, and at ef2077d and 22942a6
  checked 14 objects, 293.7 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [12]
  data large later

What can be had back comes back with --repair; the rest is told, and gc leaves everything alone until then.

  $ again; rm $index; mlrepo fsck --repair 2>&1 | sed 's/[0-9a-f]\{64\}/ID/g'; mlrepo checkout && mlrepo status
  repaired: rebuilt the index of pack-ID, 6 objects
  checked 14 objects, 293.7 KiB: all intact
  added    data
  added    large
  added    later
  wrote 7 files, 293.0 KiB
  Nothing has changed: data and stages are as recorded.
  $ again; truncate -s -100 $pack; mlrepo gc 2>&1 | sed 's/[0-9a-f]\{64\}/ID/g'; mlrepo fsck --repair 2>&1 | sed 's/[0-9a-f]\{64\}/ID/g'
  error: cannot tell what is needed
  why: the folder data is needed and cannot be read: the store does not have it, unless it is in the damaged pack-ID: the pack is not as long as its index says
  hint: mlrepo fsck
  missing: sha256:ID
    needed by data in the workspace, and at ef2077d and 22942a6
  set aside earlier: 2 files in .mlrepo/objects/damaged
  repaired: pack-ID, 5 objects saved
  checked 13 objects, 293.4 KiB: not all is well
  hint: add what is missing again where it still exists
  $ mlrepo checkout 2>&1 | sed 's/[0-9a-f]\{64\}/ID/g'; ls
  added    large
  added    later
  wrote 2 files, 293.0 KiB
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       data: the store does not have sha256:ID
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  data.mlr
  large
  large.mlr
  later
  later.mlr
  objects
  out
  $ mkdir data; for i in 1 2 3 4 5; do echo "number $i" > data/$i; done; mlrepo add -q data && mlrepo fsck && mlrepo status
  set aside earlier: 2 files in .mlrepo/objects/damaged
  checked 14 objects, 293.7 KiB: all intact
  Nothing has changed: data and stages are as recorded.
