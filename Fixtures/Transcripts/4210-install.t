Git merges locks stage by stage and pointers field by field once it has been told how.

  $ git init -q shop && cd shop && mlrepo init -q && git config merge.conflictStyle merge
  $ echo '*.log' > .gitattributes
  $ mlrepo install
  $ cat .gitattributes && git config --get-regexp '^merge[.]mlrepo'
  $ mlrepo install; mlrepo install --json
  $ for name in a b c d e f; do mlrepo stage add -q -n $name -p $name -o out-$name "grep $name params.yaml > out-$name"; done
  $ printf 'a: 1\n\n\nb: 1\n\n\nc: 1\n\n\nd: 1\n\n\ne: 1\n\n\nf: 1\n' > params.yaml && echo 1 > data && mlrepo add -q data && mlrepo repro -q a && mlrepo repro -q b && mlrepo repro -q c && mlrepo repro -q d && git add -A && git commit -q -m base

Neighbours that change on different sides are no conflict, in a merge, a rebase and a cherry-pick.

  $ git checkout -q -b left && sed -i 's/a: 1/a: 2/; s/c: 1/c: 2/' params.yaml && mlrepo repro -q a && mlrepo repro -q c && mlrepo repro -q e && git commit -q -am left
  $ git checkout -q main -b right && sed -i 's/b: 1/b: 2/; s/d: 1/d: 2/' params.yaml && mlrepo checkout -q && mlrepo repro -q && mlrepo stage remove -q a && git commit -q -am right
  $ git checkout -q -b other main && sed -i 's/b: 1/b: 3/' params.yaml && mlrepo checkout -q && mlrepo repro -q b && mlrepo repro -q f && git commit -q -am other
  $ git checkout -q -b third main && sed -i 's/d: 1/d: 4/' params.yaml && mlrepo checkout -q && mlrepo repro -q d && git commit -q -am third
  $ git checkout -q left && git merge -q -m both other && mlrepo checkout -q && mlrepo repro
  $ git cherry-pick third > /dev/null && mlrepo checkout -q && mlrepo repro && cat out-*
  $ git checkout -q third && git rebase -q other && mlrepo checkout -q && mlrepo repro && git commit -q -am rebased

A stage that both sides changed is the only one that is left to be settled.

  $ git checkout -q left && git merge -q right
  $ sed -n '/<<<<<<</,/>>>>>>>/p' mlrepo.lock
  $ mlrepo status
  $ git checkout -q --ours mlrepo.lock params.yaml && git add -A && mlrepo checkout && mlrepo repro && git commit -q -m settled && mlrepo status

Pointers: what only one side has changed is taken; content that both have changed is left to be settled.

  $ git checkout -q -b words main && echo 'desc: the raw data' >> data.mlr && git commit -q -am words
  $ git checkout -q -b content main && echo 2 > data && mlrepo add -q data && git commit -q -am content
  $ git merge -q -m both words && cat data.mlr
  $ git checkout -q -b rival main && echo 3 > data && mlrepo add -q data && git commit -q -am rival
  $ git merge content > /dev/null; cat data.mlr
  $ git merge --abort && git status --short

The driver is an ordinary command.

  $ echo x > f; echo y > g; echo z > h; mlrepo merge-file f g h notes.txt
  $ mlrepo merge-file f g h sub/mlrepo.lock; cat g
  $ mlrepo merge-file f nowhere g mlrepo.lock; rm f g h

Hooks join those that are there, and go again.

  $ printf '#!/bin/sh\necho mine\nexit 0\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
  $ mlrepo install --hooks && mlrepo install --hooks && cat .git/hooks/pre-commit .git/hooks/post-checkout
  $ git checkout -q main && cat data && git checkout -q rival && cat data
  $ echo 4 > data && git commit -q --allow-empty -m told
  $ mlrepo checkout -q --force data && mlrepo install --remove && cat .git/hooks/pre-commit .gitattributes; ls .git/hooks/post-checkout; mlrepo install --remove

Hooks that are not ours to change stay.

  $ printf '#!/usr/bin/env python3\n' > .git/hooks/pre-commit && mlrepo install --hooks; git config merge.mlrepo.driver
  $ rm .git/hooks/pre-commit && ln -s /bin/true .git/hooks/pre-commit && mlrepo install --hooks; rm .git/hooks/pre-commit
  $ mlrepo install --remove; git config core.hooksPath ../hooks && mlrepo install --hooks
  $ git config core.hooksPath ci/hooks && mlrepo install --hooks && ls ci/hooks && git config --unset core.hooksPath

A repository in a sub-folder, in a linked work tree:

  $ cd .. && git init -q big && cd big && mkdir -p 'my sub' && cd 'my sub' && mlrepo init -q --subdir && mlrepo install --hooks && echo 1 > d && mlrepo add -q d && git add -A && git commit -q -m one
  $ echo 2 > d && mlrepo add -q d && git commit -q -am two && git checkout -q HEAD~ && cat d
  $ git worktree add -q ../../tree HEAD && cd '../../tree/my sub' && mlrepo install && ls
