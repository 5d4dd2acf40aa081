'gc --remote' looks for what nothing needs any more in a remote. It is removed in two steps, with the grace period between.

  $ git init -q -b main ada && cd ada && mlrepo init -q && mlrepo remote add -q origin ../share
  $ seq 20000 > keep.txt && seq 30000 > old.txt && mlrepo add -q keep.txt old.txt && git add . && git commit -q -m one
  $ mlrepo push -q && seq 30001 > old.txt && mlrepo add -q old.txt && git commit -q -a -m two && mlrepo push -q
  $ mlrepo gc --remote origin
  in use:       3 objects, 436.2 KiB
  too young:    0 objects, 0 B
  nothing to do
  $ git reset -q --hard HEAD~1 && git update-ref -d ORIG_HEAD && git reflog expire --expire=now --all && mlrepo config --local gc.gracePeriod 0
  $ mlrepo checkout -q && mlrepo gc --remote origin
  in use:       2 objects, 271.3 KiB
  too young:    0 objects, 0 B
  would mark:   1 pack, 166.1 KiB, to be removed by a later gc
  nothing was changed; 'mlrepo gc --remote origin --yes' does it
  $ mlrepo gc --remote origin --yes && ls ../share/marks | wc -l
  in use:       2 objects, 271.3 KiB
  too young:    0 objects, 0 B
  marked:       1 pack, 166.1 KiB, to be removed by a later gc
  1

When it is needed again the mark goes, and else the pack does.

  $ mlrepo config --local gc.gracePeriod 14 && mlrepo gc --remote origin
  in use:       3 objects, 436.2 KiB
  too young:    0 objects, 0 B
  would unmark: 1 pack, 166.1 KiB, needed again
  nothing was changed; 'mlrepo gc --remote origin --yes' does it
  $ seq 30001 > old.txt && mlrepo add -q old.txt && mlrepo gc --remote origin --yes && git commit -q -a -m again
  in use:       3 objects, 436.2 KiB
  too young:    0 objects, 0 B
  unmarked:     1 pack, 166.1 KiB, needed again
  $ mlrepo gc --remote origin && mlrepo push
  in use:       3 objects, 436.2 KiB
  too young:    0 objects, 0 B
  nothing to do
  nothing to push: origin has everything (2 objects)
  $ git reset -q --hard HEAD~1 && git update-ref -d ORIG_HEAD && git reflog expire --expire=now --all && mlrepo checkout -q
  $ mlrepo config --local gc.gracePeriod 0 && rm -r .mlrepo/ops && mlrepo gc --remote origin --yes
  in use:       2 objects, 271.3 KiB
  too young:    0 objects, 0 B
  marked:       1 pack, 166.1 KiB, to be removed by a later gc
  $ mlrepo gc --remote origin --yes -v && ls ../share/marks | wc -l
  in use:       2 objects, 271.3 KiB
  too young:    0 objects, 0 B
  removed:      1 pack, 166.1 KiB, marked for longer than gc.gracePeriod
    pack-b07a2d2e693792d56503e028a4d3b499c34deeef88aa2aaedfc99984543384bc  166.1 KiB
  0
  $ cd .. && git clone -q ada ben && cd ben && mlrepo pull -q && cmp old.txt ../ada/old.txt

A pack with little in it that is needed is written anew before it is marked.

  $ cd ../ada && seq 10 > small.txt && seq 50000 80000 > large.txt && mlrepo add -q small.txt large.txt && git add . && mlrepo push -q
  $ mlrepo remove -q --data large.txt && git add -A && mlrepo gc --remote origin --yes
  in use:       2 objects, 271.3 KiB
  too young:    0 objects, 0 B
  copied:       1 object out of 1 pack, needed and about to go with them
  marked:       1 pack, 177.1 KiB, to be removed by a later gc
  $ mlrepo gc --remote origin --yes --json | python3 -m json.tool
  {
      "remote": "origin",
      "done": true,
      "in_use": {
          "objects": 3,
          "bytes": 277809
      },
      "scattered": {
          "objects": 0,
          "bytes": 0
      },
      "young": {
          "objects": 0,
          "bytes": 0
      },
      "waiting": [],
      "unmark": [],
      "mark": [],
      "remove": [
          {
              "name": "pack-5ab8249d69824fe3dfe4542f44f4e4ddd58d7a5b63bbe21e47be960daa1beb2b",
              "bytes": 181363,
              "objects": 2
          }
      ],
      "copied": 0,
      "gathered_runs": 0,
      "failures": []
  }

What is not understood is not touched, and nothing else is.

  $ echo mine > ../share/packs/notes.txt
  $ mlrepo gc --remote origin
  error: cannot tell what can go from $SANDBOX/share
  why: packs/notes.txt is nothing that this mlrepo puts into a remote
  hint: move that file out of the remote if it does not belong there; else use a newer mlrepo
  [14]
  $ rm ../share/packs/notes.txt && touch ../share/packs/mlrepo-remote-2
  $ mlrepo gc --remote origin
  error: cannot use the remote
  why: its format is version 2, this mlrepo knows version 1
  hint: use a newer mlrepo
  [14]
  $ rm ../share/packs/mlrepo-remote-2 && chmod u+w ../share/packs/*.idx && truncate -s 1000 $(ls ../share/packs/*.idx | head -1) && rm -r .mlrepo/remotes
  $ mlrepo gc --remote origin
  error: cannot tell what can go from $SANDBOX/share
  why: cannot use the index 6ef6c6ab23 of a remote: it is too short
  hint: 'mlrepo fsck --remote NAME' names all damage; mend that first
  [13]
  $ cd .. && git clone -q --depth 1 file://$PWD/ada shallow && cd shallow && mlrepo gc --remote origin
  error: cannot tell what is needed of the remote 'origin'
  why: this clone is shallow: what earlier commits need is not known here
  hint: git fetch --unshallow
  [2]

Runs that somebody has shared go the same way when what they made is needed by nobody.

  $ cd .. && git init -q runs && cd runs && mlrepo init -q && mlrepo remote add -q origin ../shared-runs && echo 1 > in
  $ mlrepo stage add -q -n copy -d in -o out 'cp in out' && mlrepo repro -q && mlrepo push -q --run-cache && git add -A && git commit -q -m one
  $ echo 2 > in && mlrepo repro -q && mlrepo push -q --run-cache && git reset -q --hard && mlrepo checkout -q && ls ../shared-runs/runs | wc -l
  2
  $ rm -r .mlrepo/ops && mlrepo config --local gc.gracePeriod 0 && mlrepo run-cache prune -q --older-than 0 && mlrepo gc --remote origin
  in use:       1 object, 2 B
  too young:    0 objects, 0 B
  would mark:   1 pack and 1 batch of runs, 1.5 KiB, to be removed by a later gc
  nothing was changed; 'mlrepo gc --remote origin --yes' does it
  $ mlrepo gc --remote origin --yes && mlrepo gc --remote origin --yes && find ../shared-runs/runs ../shared-runs/marks -type f | wc -l
  in use:       1 object, 2 B
  too young:    0 objects, 0 B
  marked:       1 pack and 1 batch of runs, 1.5 KiB, to be removed by a later gc
  in use:       1 object, 2 B
  too young:    0 objects, 0 B
  removed:      1 pack and 1 batch of runs, 1.5 KiB, marked for longer than gc.gracePeriod
  1
  $ mlrepo pull -q --run-cache && mlrepo run-cache list | sed 's|.*0000 *||'
  copy  1 output, 2 B
