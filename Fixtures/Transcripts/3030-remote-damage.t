Whatever happens to a remote, no wrong byte comes from it, and what is intact comes.

  $ git init -q ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share
  $ for n in 1 2 3 4 5 6; do echo "number $n" > $n; done && mlrepo add -q 1 2 3 4 5 6 && git add . && git commit -q -m one
  $ mlrepo push -q && cd .. && git clone -q ada ben && cd ben
  $ pack=$(ls ../share/packs/*.pack) && chmod u+w $pack && cp $pack ../saved
  $ printf X | dd of=$pack bs=1 seek=78 conv=notrunc status=none
  $ mlrepo pull
  fetched from origin: 5 objects, 45 B in .* s, .*/s (re)
  added    2
  added    3
  added    4
  added    5
  added    6
  wrote 5 files, 45 B
  error: could not fetch everything
  why: 1 object cannot be had; the rest is done:
       cannot fetch 1: the bytes that came do not match its id (sha256:9e058efbc62336b5b90ccfd95e7b5f3479dc054a5f332abf19ed4eeb15cd0d43 from pack-e217eb732c… of $SANDBOX/share)
  hint: take packs/pack-e217eb732c04e8ff96622ff0b67792db7b50293d77b7029a5500fe7fe10ba574.pack out of the remote, then push from a clone that has the data
  [13]
  $ ls
  1.mlr
  2
  2.mlr
  3
  3.mlr
  4
  4.mlr
  5
  5.mlr
  6
  6.mlr

A push from a clone that has the data says that it is there, for the index says so; the copy in the clone is not harmed.

  $ cd ../ada && mlrepo push && cd ../ben
  nothing to push: origin has everything (6 objects)

A pack that was cut short counts for nothing, and a push brings it back.

  $ head -c 200 ../saved > $pack
  $ mlrepo remote check
  origin: $SANDBOX/share
    1 pack, 200 B
  error: the remote 'origin' is damaged
  why: cannot use pack-e217eb732c… of $SANDBOX/share: it has 200 bytes, its index tells of 406
  hint: push from a clone that has the data; what is there stays usable
  [13]
  $ mlrepo fetch
  note: cannot use pack-e217eb732c… of $SANDBOX/share: it has 200 bytes, its index tells of 406
  error: could not fetch everything
  why: 1 object cannot be had; the rest is done:
       cannot fetch 1: $SANDBOX/share does not have sha256:9e058efbc62336b5b90ccfd95e7b5f3479dc054a5f332abf19ed4eeb15cd0d43
  hint: push it from where it still exists
  [12]
  $ cd ../ada && mlrepo push && cd ../ben && mlrepo pull -q && cat 1 2 3 4 5 6
  note: cannot use pack-e217eb732c… of $SANDBOX/share: it has 200 bytes, its index tells of 406
  pushed to origin: 6 objects, 54 B
  sent .* in .* s, .*/s (re)
  number 1
  number 2
  number 3
  number 4
  number 5
  number 6

A damaged index is named, and what it tells of is sent again.

  $ index=$(ls ../share/packs/*.idx) && chmod u+w $index && printf X | dd of=$index bs=1 seek=1100 conv=notrunc status=none
  $ rm -r .mlrepo/remotes && mlrepo remote check
  origin: $SANDBOX/share
    1 pack, 406 B
  error: the remote 'origin' is damaged
  why: cannot use the index e217eb732c of a remote: its bytes do not match its name
  hint: push from a clone that has the data; what is there stays usable
  [13]
  $ rm -r ../ada/.mlrepo/remotes && mlrepo -C ../ada push
  note: cannot use the index e217eb732c of a remote: its bytes do not match its name
  pushed to origin: 6 objects, 54 B
  sent .* in .* s, .*/s (re)
  $ mlrepo remote check
  origin: $SANDBOX/share
    1 pack, 406 B

A damaged object of the store is not sent, but had again from the remote when it is needed.

  $ seq 100000 > large && mlrepo add -q large && mlrepo push -q && seq 200000 > other && mlrepo add -q other
  $ for id in $(sed -n 's/^  id: sha256://p' large.mlr other.mlr); do f=.mlrepo/objects/loose/${id:0:2}/${id:2}; chmod u+w $f; printf X | dd of=$f bs=1 conv=notrunc status=none; done
  $ mlrepo push
  error: could not push everything
  why: 1 object cannot be sent; the rest is done:
       cannot push other: its stored bytes do not match its id (objects/damaged/5af7b95208fdcff454bab3f5eddf567a688a3796c703d4fef91072e38645c062-*, where it was put aside) (glob)
  hint: add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it
  [13]
  $ rm large other && mlrepo checkout large && seq 100000 | cmp - large
  note: what is damaged or lost in the store is had again from 'origin'; 'mlrepo fsck' looks for more
  added    large
  wrote 1 file, 575.1 KiB
  $ mlrepo checkout other
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       other: the store does not have sha256:5af7b95208fdcff454bab3f5eddf567a688a3796c703d4fef91072e38645c062
  hint: mlrepo pull
  [12]

A repair fetches what was damaged; what was never fetched, and is known to be there, is no damage.

  $ seq 200000 > other && mlrepo add -q other && id=$(sed -n 's/^  id: sha256://p' large.mlr)
  $ f=.mlrepo/objects/loose/${id:0:2}/${id:2}; chmod u+w $f; printf X | dd of=$f bs=1 conv=notrunc status=none; rm large
  $ mlrepo fsck --repair && mlrepo checkout -q && seq 100000 | cmp - large
  set aside earlier: 3 files in .mlrepo/objects/damaged
  repaired: put aside 1 damaged object
  repaired: fetched 1 object again from origin
  checked 13 objects, 1.8 MiB: all intact
  $ git add . && git commit -q -m large && cd .. && git clone -q ben cleo && cd cleo && mlrepo pull -q 1 2 && mlrepo fsck
  missing: sha256:5af7b95208fdcff454bab3f5eddf567a688a3796c703d4fef91072e38645c062
    needed by other in the workspace, and at 9372897
  not here: 5 objects, known to be in origin
  checked 2 objects, 18 B: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]

A remote of a newer format is refused, one that is empty or not there is told apart from one without the data.

  $ touch ../share/packs/mlrepo-remote-2
  $ mlrepo push
  error: cannot use the remote
  why: its format is version 2, this mlrepo knows version 1
  hint: use a newer mlrepo
  [14]
  $ mlrepo fetch
  error: cannot use the remote
  why: its format is version 2, this mlrepo knows version 1
  hint: use a newer mlrepo
  [14]
  $ mlrepo remote modify origin url ../nowhere && mlrepo fetch
  error: cannot fetch from the remote 'origin'
  why: $SANDBOX/nowhere is empty or not there: nothing has been pushed to it
  hint: mlrepo remote check origin
  [14]
  $ ls ..
  ada
  ben
  cleo
  saved
  share
