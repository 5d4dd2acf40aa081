Git merges locks stage by stage and pointers field by field once it has been told how.

  $ git init -q shop && cd shop && mlrepo init -q && git config merge.conflictStyle merge
  $ echo '*.log' > .gitattributes
  $ mlrepo install
  git's configuration: set the merge driver
  .gitattributes: named the merge driver
  $ cat .gitattributes && git config --get-regexp '^merge[.]mlrepo'
  *.log
  mlrepo.lock merge=mlrepo
  *.mlr merge=mlrepo
  .gitignore merge=mlrepo
  merge.mlrepo.name locks and pointers of mlrepo, stage by stage
  merge.mlrepo.driver mlrepo merge-file %O %A %B %P
  $ mlrepo install; mlrepo install --json
  Everything is installed already.
  []
  $ for name in a b c d e f; do mlrepo stage add -q -n $name -p $name -o out-$name "grep $name params.yaml > out-$name"; done
  $ printf 'a: 1\n\n\nb: 1\n\n\nc: 1\n\n\nd: 1\n\n\ne: 1\n\n\nf: 1\n' > params.yaml && echo 1 > data && mlrepo add -q data && mlrepo repro -q a && mlrepo repro -q b && mlrepo repro -q c && mlrepo repro -q d && git add -A && git commit -q -m base

Neighbours that change on different sides are no conflict, in a merge, a rebase and a cherry-pick.

  $ git checkout -q -b left && sed -i 's/a: 1/a: 2/; s/c: 1/c: 2/' params.yaml && mlrepo repro -q a && mlrepo repro -q c && mlrepo repro -q e && git commit -q -am left
  $ git checkout -q main -b right && sed -i 's/b: 1/b: 2/; s/d: 1/d: 2/' params.yaml && mlrepo checkout -q && mlrepo repro -q && mlrepo stage remove -q a && git commit -q -am right
  $ git checkout -q -b other main && sed -i 's/b: 1/b: 3/' params.yaml && mlrepo checkout -q && mlrepo repro -q b && mlrepo repro -q f && git commit -q -am other
  $ git checkout -q -b third main && sed -i 's/d: 1/d: 4/' params.yaml && mlrepo checkout -q && mlrepo repro -q d && git commit -q -am third
  $ git checkout -q left && git merge -q -m both other && mlrepo checkout -q && mlrepo repro
  Auto-merging .gitignore
  Auto-merging mlrepo.lock
  Auto-merging params.yaml
  Nothing to do: 6 stages up to date.
  $ git cherry-pick third > /dev/null && mlrepo checkout -q && mlrepo repro && cat out-*
  Nothing to do: 6 stages up to date.
  a: 2
  b: 3
  c: 2
  d: 4
  e: 1
  f: 1
  $ git checkout -q third && git rebase -q other && mlrepo checkout -q && mlrepo repro && git commit -q -am rebased
  e: restored out-e from the store

A stage that both sides changed is the only one that is left to be settled.

  $ git checkout -q left && git merge -q right
  mlrepo.lock: to be settled: stage 'a', stage 'b', stage 'd'
  Auto-merging .gitignore
  Auto-merging mlrepo.lock
  CONFLICT (content): Merge conflict in mlrepo.lock
  Auto-merging params.yaml
  CONFLICT (content): Merge conflict in params.yaml
  Automatic merge failed; fix conflicts and then commit the result.
  [1]
  $ sed -n '/<<<<<<</,/>>>>>>>/p' mlrepo.lock
  <<<<<<< ours
    a:
      cmd:
        - grep a params.yaml > out-a
      params:
        params.yaml:
          a: 2
      outs:
        - path: out-a
          id: sha256:3a55d721fdd6a21fc7793a07ad20c6ad037c302ad003f552d5913039777eaec0
          size: 5
  =======
  >>>>>>> theirs
  <<<<<<< ours
    b:
      cmd:
        - grep b params.yaml > out-b
      params:
        params.yaml:
          b: 3
      outs:
        - path: out-b
          id: sha256:520692f19ffbb578bf2a578f0a3463e45e73741fa5332d7f029075b8e002b3e7
          size: 5
  =======
    b:
      cmd:
        - grep b params.yaml > out-b
      params:
        params.yaml:
          b: 2
      outs:
        - path: out-b
          id: sha256:d4eed209fa44e2eb45f5dbe26726d1985cef0bc7b9a2c923a8d7e8003662234e
          size: 5
  >>>>>>> theirs
  <<<<<<< ours
    d:
      cmd:
        - grep d params.yaml > out-d
      params:
        params.yaml:
          d: 4
      outs:
        - path: out-d
          id: sha256:ab2dcdd56f39f5acb6fab222f6722cece3538f6de1e7875cec64ebf3027bcbbb
          size: 5
  =======
    d:
      cmd:
        - grep d params.yaml > out-d
      params:
        params.yaml:
          d: 2
      outs:
        - path: out-d
          id: sha256:d7e2f2595f9db335ee97d1b60d0361771b11d44922acea5ee0b6aa1c3b20d476
          size: 5
  >>>>>>> theirs
  $ mlrepo status
  error: cannot read mlrepo.lock
  why: mlrepo.lock:4:1: a merge left its conflict markers here
  hint: git checkout --ours -- 'mlrepo.lock' && mlrepo repro
  [13]
  $ git checkout -q --ours mlrepo.lock params.yaml && git add -A && mlrepo checkout && mlrepo repro && git commit -q -m settled && mlrepo status
  modified out-c
  wrote 1 file, 5 B
  Nothing to do: 5 stages up to date.
  Nothing has changed: data and stages are as recorded.

Pointers: what only one side has changed is taken; content that both have changed is left to be settled.

  $ git checkout -q -b words main && echo 'desc: the raw data' >> data.mlr && git commit -q -am words
  $ git checkout -q -b content main && echo 2 > data && mlrepo add -q data && git commit -q -am content
  $ git merge -q -m both words && cat data.mlr
  Auto-merging data.mlr
  out:
    path: data
    id: sha256:53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3
    size: 2
  desc: the raw data
  $ git checkout -q -b rival main && echo 3 > data && mlrepo add -q data && git commit -q -am rival
  $ git merge content > /dev/null; cat data.mlr
  data.mlr: to be settled: the content, which both sides changed
  <<<<<<< ours
  out:
    path: data
    id: sha256:1121cfccd5913f0a63fec40a6ffd44ea64f9dc135c66634ba001d10bcf4302a2
    size: 2
  =======
  out:
    path: data
    id: sha256:53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3
    size: 2
  desc: the raw data
  >>>>>>> theirs
  $ git merge --abort && git status --short
  ?? out-e
  ?? out-f

The driver is an ordinary command.

  $ echo x > f; echo y > g; echo z > h; mlrepo merge-file f g h notes.txt
  error: cannot merge notes.txt
  why: it is neither a lock, a pointer nor a .gitignore
  hint: git merge-file
  [64]
  $ mlrepo merge-file f g h sub/mlrepo.lock; cat g
  sub/mlrepo.lock: to be settled: a side that is no lock this version reads
  <<<<<<< ours
  y
  =======
  z
  >>>>>>> theirs
  $ mlrepo merge-file f nowhere g mlrepo.lock; rm f g h
  error: cannot merge mlrepo.lock
  why: there is no file nowhere

Hooks join those that are there, and go again.

  $ printf '#!/bin/sh\necho mine\nexit 0\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
  $ mlrepo install --hooks && mlrepo install --hooks && cat .git/hooks/pre-commit .git/hooks/post-checkout
  the hook post-checkout: made
  the hook post-merge: made
  the hook pre-commit: changed
  the hook pre-push: made
  Everything is installed already.
  #!/bin/sh
  # >>> mlrepo >>>
  # Written by 'mlrepo install'; 'mlrepo install --remove' takes it away.
  if [ -d '.'/.mlrepo ]; then
    mlrepo_status=$(mlrepo -C '.' --no-color status --exit-code < /dev/null) || printf '%s\n' "$mlrepo_status" >&2
  fi
  # <<< mlrepo <<<
  echo mine
  exit 0
  #!/bin/sh
  # >>> mlrepo >>>
  # Written by 'mlrepo install'; 'mlrepo install --remove' takes it away.
  if [ "$3" = 1 ] && [ -d '.'/.mlrepo ]; then
    mlrepo -C '.' -q checkout < /dev/null || true
  fi
  # <<< mlrepo <<<
  $ git checkout -q main && cat data && git checkout -q rival && cat data
  1
  3
  $ echo 4 > data && git commit -q --allow-empty -m told
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data
  Stages out of date ('mlrepo repro' runs them):
    e
      reuses the result of an earlier run
    f
      reuses the result of an earlier run
  mine
  $ mlrepo checkout -q --force data && mlrepo install --remove && cat .git/hooks/pre-commit .gitattributes; ls .git/hooks/post-checkout; mlrepo install --remove
  git's configuration: took out the merge driver
  .gitattributes: took out the merge driver
  the hook post-checkout: removed
  the hook post-merge: removed
  the hook pre-commit: changed
  the hook pre-push: removed
  #!/bin/sh
  echo mine
  exit 0
  *.log
  ls: cannot access '.git/hooks/post-checkout': No such file or directory
  Nothing is installed.

Hooks that are not ours to change stay.

  $ printf '#!/usr/bin/env python3\n' > .git/hooks/pre-commit && mlrepo install --hooks; git config merge.mlrepo.driver
  error: cannot install the hook $SANDBOX/shop/.git/hooks/pre-commit
  why: it is no shell script
  hint: call 'mlrepo' in it by hand
  [1]
  $ rm .git/hooks/pre-commit && ln -s /bin/true .git/hooks/pre-commit && mlrepo install --hooks; rm .git/hooks/pre-commit
  error: cannot install the hook $SANDBOX/shop/.git/hooks/pre-commit
  why: it is a symbolic link, so what it leads to is not ours to change
  hint: install without --hooks
  $ mlrepo install --remove; git config core.hooksPath ../hooks && mlrepo install --hooks
  Nothing is installed.
  error: cannot install the hook $SANDBOX/hooks/post-checkout
  why: git's setting core.hooksPath names a folder outside the repository, whose hooks run for others, too
  hint: install without --hooks
  [2]
  $ git config core.hooksPath ci/hooks && mlrepo install --hooks && ls ci/hooks && git config --unset core.hooksPath
  git's configuration: set the merge driver
  .gitattributes: named the merge driver
  the hook post-checkout: made
  the hook post-merge: made
  the hook pre-commit: made
  the hook pre-push: made
  post-checkout
  post-merge
  pre-commit
  pre-push

A repository in a sub-folder, in a linked work tree:

  $ cd .. && git init -q big && cd big && mkdir -p 'my sub' && cd 'my sub' && mlrepo init -q --subdir && mlrepo install --hooks && echo 1 > d && mlrepo add -q d && git add -A && git commit -q -m one
  git's configuration: set the merge driver
  .gitattributes: named the merge driver
  the hook post-checkout: made
  the hook post-merge: made
  the hook pre-commit: made
  the hook pre-push: made
  $ echo 2 > d && mlrepo add -q d && git commit -q -am two && git checkout -q HEAD~ && cat d
  1
  $ git worktree add -q ../../tree HEAD && cd '../../tree/my sub' && mlrepo install && ls
  Everything is installed already.
  d
  d.mlr
