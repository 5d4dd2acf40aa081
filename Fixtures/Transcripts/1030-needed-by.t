Of what is damaged or missing fsck names every path and commit that needs it.

  $ git init -q -b main shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir -p data/deep && for i in 1 2 3 4 5; do echo "number $i" > data/$i; done
  $ cp data/3 data/deep/three && head -c 300000 /dev/zero > large && cp large data/large
  $ mlrepo add -q data large && git commit -q -m one
  $ for i in 2 3 4 5 6 7 8 9 10 11 12 13; do git commit -q --allow-empty -m "commit $i"; done
  $ git checkout -q -b side && mlrepo remove -q --data large && echo more > data/6 && mlrepo commit -q && git commit -q -m side
  $ object() { echo .mlrepo/objects/loose/${1:0:2}/${1:2}; }
  $ large=$(sha256sum data/large | cut -d ' ' -f 1) && mv $(object $large) ../kept && mlrepo fsck
  missing: sha256:886715e4051e827f4fe215df3053af3f85ad0d352db2c829c7487af6d78efe30
    needed by data/large in the workspace, and at aa9686c, 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9 and 4 more
    needed by large at 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9, e184a75 and 3 more
  checked 14 objects, 1.6 KiB: not all is well
  hint: 'mlrepo fsck --repair' mends what it can
  [1]
  $ mlrepo fsck --json | python3 -c 'import json, sys
  > for item in json.load(sys.stdin)["missing"]:
  >   for need in item["needed_by"]:
  >     print(need["path"], need["clone"], need["workspace"], len(need["commits"]))'
  data/large None True 14
  large None False 13
  $ mlrepo fsck -v | grep -c ' [0-9a-f]\{7\}, [0-9a-f]\{7\}, .* and [0-9a-f]\{7\}$'
  hint: 'mlrepo fsck --repair' mends what it can
  2

An object in a pack, in one folder under two names; and many paths.

  $ cp ../kept $(object $large) && pack=$(grep -l 'number 3' .mlrepo/objects/packs/*.pack) && chmod u+w $pack
  $ at=$(grep -abo 'number 3' $pack | cut -d : -f 1) && printf X | dd of=$pack bs=1 seek=$at conv=notrunc status=none
  $ mlrepo fsck | sed 's/-[0-9a-f]\{64\}/-ID/'
  hint: 'mlrepo fsck --repair' mends what it can
  damaged: packs/pack-ID.pack: its bytes do not match its id
    needed by data/3 in the workspace, and at aa9686c, 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9 and 4 more
    needed by data/deep/three in the workspace, and at aa9686c, 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9 and 4 more
  checked 15 objects, 294.6 KiB: not all is well
  $ for i in $(seq -w 20); do cp ../kept data/copy$i; done && mlrepo commit -q && rm $(object $large) && mlrepo fsck | sed 's/-[0-9a-f]\{64\}/-ID/'
  hint: 'mlrepo fsck --repair' mends what it can
  damaged: packs/pack-ID.pack: its bytes do not match its id
    needed by data/3 in the workspace, and at aa9686c, 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9 and 4 more
    needed by data/deep/three in the workspace, and at aa9686c, 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9 and 4 more
  missing: sha256:886715e4051e827f4fe215df3053af3f85ad0d352db2c829c7487af6d78efe30
    needed by data/copy01 in the workspace
    needed by data/copy02 in the workspace
    needed by data/copy03 in the workspace
    needed by data/copy04 in the workspace
    needed by data/copy05 in the workspace
    needed by data/copy06 in the workspace
    needed by data/copy07 in the workspace
    needed by data/copy08 in the workspace
    needed by data/copy09 in the workspace
    needed by data/copy10 in the workspace
    and by 12 more paths
  checked 16 objects, 3.9 KiB: not all is well

Who needs it no more is not named.

  $ git checkout -q -f main && git branch -q -D side && git reflog expire --expire=now --all
  $ mlrepo fsck | sed 's/-[0-9a-f]\{64\}/-ID/'
  hint: 'mlrepo fsck --repair' mends what it can
  damaged: packs/pack-ID.pack: its bytes do not match its id
    needed by data/3 in the workspace, and at 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9, e184a75 and 3 more
    needed by data/deep/three in the workspace, and at 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9, e184a75 and 3 more
  missing: sha256:886715e4051e827f4fe215df3053af3f85ad0d352db2c829c7487af6d78efe30
    needed by data/large in the workspace, and at 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9, e184a75 and 3 more
    needed by large in the workspace, and at 3401e92, 3fcdde3, ba26509, 32dbb22, 50da859, 1768aec, 8dfe326, 362d7f0, 73121d9, e184a75 and 3 more
  checked 16 objects, 3.9 KiB: not all is well
