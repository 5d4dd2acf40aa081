A pack without its index, or an index without its pack: what a process leaves that is killed between the two.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && for i in 1 2 3 4 5; do echo "number $i" > data/$i; done && mlrepo add -q data && git commit -q -m data
  $ cp -a .mlrepo/objects ../objects && pack=$(ls .mlrepo/objects/packs/*.pack) && index=${pack%.pack}.idx
  $ again() { rm -rf .mlrepo/objects && cp -a ../objects .mlrepo/objects; }
  $ short() { sed 's/[0-9a-f]\{64\}/ID/g'; }
  $ packs() { ls .mlrepo/objects/packs .mlrepo/objects/damaged 2> /dev/null | short; }

The index can be had back from the pack, which stays as it is.

  $ rm $index && mlrepo fsck > out; echo $?; short < out
  hint: 'mlrepo fsck --repair' mends what it can
  1
  left over: packs/pack-ID.pack: its index is missing
  missing: sha256:ID
    needed by data in the workspace, and at 22942a6
  checked 2 objects, 124 B: not all is well
  $ mlrepo gc --yes | short; mlrepo fsck --repair | short
  error: cannot tell what is needed
  why: the folder data is needed and cannot be read: the store does not have it
  hint: mlrepo fsck
  repaired: rebuilt the index of pack-ID, 6 objects
  checked 8 objects, 538 B: all intact
  $ cmp $pack ../objects/packs/*.pack && cmp $index ../objects/packs/*.idx && packs && mlrepo fsck
  .mlrepo/objects/packs:
  pack-ID.idx
  pack-ID.pack
  checked 8 objects, 538 B: all intact
  $ chmod u+w $index && printf X | dd of=$index bs=1 seek=1100 conv=notrunc status=none && mlrepo fsck --repair | short
  set aside earlier: 1 file in .mlrepo/objects/damaged
  repaired: rebuilt the index of pack-ID, 6 objects
  checked 8 objects, 538 B: all intact
  $ cmp $index ../objects/packs/*.idx && packs && mlrepo fsck
  .mlrepo/objects/damaged:
  pack-ID.idx
  
  .mlrepo/objects/packs:
  pack-ID.idx
  pack-ID.pack
  set aside earlier: 1 file in .mlrepo/objects/damaged
  checked 8 objects, 538 B: all intact

A pack that is cut off, as it would be after a loss of power without core.fsync: what is whole in it is saved.

  $ again && rm -rf $index data && chmod u+w $pack && truncate -s -60 $pack && mlrepo fsck --repair > out; echo $?; short < out
  hint: add what is missing again where it still exists
  1
  missing: sha256:ID
    needed by data in the workspace, and at 22942a6
  set aside earlier: 1 file in .mlrepo/objects/damaged
  repaired: pack-ID, 5 objects saved
  checked 7 objects, 169 B: not all is well
  $ packs
  .mlrepo/objects/damaged:
  pack-ID.pack
  
  .mlrepo/objects/packs:
  pack-ID.idx
  pack-ID.pack

An index without its pack tells what was lost, and nothing more.

  $ again && git checkout -q -- . && rm $pack && mlrepo fsck > out; echo $?; short < out
  hint: 'mlrepo fsck --repair' mends what it can
  1
  left over: packs/pack-ID.idx: its pack is missing
  missing: sha256:ID
    needed by data in the workspace, and at 22942a6
  checked 2 objects, 124 B: not all is well
  $ mlrepo fsck --repair > out; echo $?; short < out; packs
  hint: add what is missing again where it still exists
  1
  missing: sha256:ID
    needed by data in the workspace, and at 22942a6
  set aside earlier: 1 file in .mlrepo/objects/damaged
  repaired: put aside pack-ID.idx, whose pack is gone
  checked 2 objects, 124 B: not all is well
  .mlrepo/objects/damaged:
  pack-ID.idx
  
  .mlrepo/objects/packs:

What nobody needs does no harm, and gc takes it when it is older than the grace period.

  $ git init -q ../other && cd ../other && mlrepo init -q && git commit -q -m init && mkdir .mlrepo/objects/packs
  $ cp -p ../objects/packs/*.pack .mlrepo/objects/packs && mlrepo fsck | short; mlrepo gc --yes
  left over: packs/pack-ID.pack: its index is missing
  checked 0 objects, 0 B: all intact
  in use:     0 objects, 0 B
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  $ mlrepo config --local gc.gracePeriod 0 && mlrepo gc && mlrepo gc --yes -v | short && mlrepo fsck
  in use:     0 objects, 0 B
  too young:  0 objects, 0 B
  would go:   0 objects, 0 B
  left over:  1 file, 638 B, would go
  nothing was changed; 'mlrepo gc --yes' does it
    pack-ID.pack: left over
  in use:     0 objects, 0 B
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  left over:  1 file, 638 B, to trash
  checked 0 objects, 0 B: all intact
  $ cp -p ../objects/packs/*.idx .mlrepo/objects/packs && mlrepo fsck | short; mlrepo gc --yes && mlrepo fsck
  left over: packs/pack-ID.idx: its pack is missing
  checked 0 objects, 0 B: all intact
  in use:     0 objects, 0 B
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  left over:  1 file, 1.4 KiB, to trash
  checked 0 objects, 0 B: all intact

With the last copy of something needed in it gc leaves such a pack alone.

  $ echo 'number 2' > two && mlrepo add -q two && git commit -q -m two && rm -r .mlrepo/objects && mkdir -p .mlrepo/objects/packs
  $ cp -p ../objects/packs/*.pack .mlrepo/objects/packs && rm two && mlrepo gc --yes && ls .mlrepo/objects/packs | short
  in use:     0 objects, 0 B
  too young:  0 objects, 0 B
  to trash:   0 objects, 0 B
  pack-ID.pack
  $ mlrepo fsck --repair | short && mlrepo checkout && cat two
  repaired: rebuilt the index of pack-ID, 6 objects
  checked 6 objects, 414 B: all intact
  added    two
  wrote 1 file, 9 B
  number 2
