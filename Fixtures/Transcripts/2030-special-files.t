A fifo is not waited for, wherever it is met.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkfifo pipe && mlrepo add pipe
  error: cannot add pipe
  why: it is a fifo, socket or device, not a file
  [2]
  $ mkdir data && echo 1 > data/a && mkfifo data/pipe && mlrepo add data
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/pipe: it is a fifo, socket or device, not a file
  hint: take them away, or list them in .mlrepoignore
  [2]
  $ echo pipe > .mlrepoignore && mlrepo add data && rm .mlrepoignore
  added     data  1 file, 2 B
  stored 2 new objects, 87 B
  $ mlrepo status
  Recorded, to be committed in git:
    added:         data
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    unreadable:    data/pipe  (it is a fifo, socket or device, not a file)
  $ mlrepo stage add -q -n read -d pipe -o out -- 'cat pipe > out'
  $ mlrepo status
  error: cannot read pipe, a dependency of the stage 'read'
  why: pipe: it is a fifo, socket or device, not a file
  [2]
  $ mlrepo repro
  error: cannot read pipe, a dependency of the stage 'read'
  why: pipe: it is a fifo, socket or device, not a file
  [2]
  $ git rm -q --cached mlrepo.yaml && rm mlrepo.yaml && mkfifo mlrepo.yaml && mlrepo status; rm mlrepo.yaml
  error: cannot read mlrepo.yaml
  why: it is not a regular file
  $ mkfifo b.mlr && mlrepo status; rm b.mlr
  error: cannot read b.mlr
  why: it is not a regular file
  $ mlrepo train --data pipe --target x --out model
  error: cannot read pipe
  why: it is not a regular file
  [2]

Links in a tracked folder are kept as links; what they point to is not read.

  $ rm -r data/pipe pipe && ln -s ../in data/in && ln -s nowhere data/broken && mlrepo add data
  updated   data  3 files, 14 B
  stored 3 new objects, 245 B
  $ ln -s /etc/passwd data/away && mlrepo add data; rm data/away; ln -s ../../x data/away && mlrepo add data; rm data/away
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/away: it is a symbolic link to /etc/passwd, an absolute path
  hint: take them away, or list them in .mlrepoignore
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/away: it is a symbolic link to ../../x, which leads out of the repository
  hint: take them away, or list them in .mlrepoignore
  $ mkdir data/s && ln -s .. data/s/up && ln -s up/../.. data/s/away && mlrepo add data; rm -r data/s
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/s/away: it is a symbolic link to up/../.., which leads out of the repository by way of another link
  hint: take them away, or list them in .mlrepoignore
  $ mlrepo ls -R data
         2 B                data/a
         7 B                data/broken@
         5 B                data/in@
  $ rm data/* && mlrepo checkout data && readlink data/in data/broken
  added    data/a
  added    data/broken
  added    data/in
  wrote 3 files, 14 B
  ../in
  nowhere

A folder that became a link, or a file that became a folder, is told; nothing is written through the link.

  $ git add . && git commit -q -m data
  $ mv data moved && ln -s moved data && mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      data  (it is a symbolic link; git can track it itself)
  $ rm moved/a && mlrepo checkout
  error: cannot check out
  why: the store does not have what would be overwritten:
       data
  hint: 'mlrepo add' or 'mlrepo commit' keeps it as a version; 'mlrepo checkout --force' stores it and goes ahead
  [2]
  $ mlrepo checkout --force
  saved    data  (get it back with: mlrepo cat sha256:5edd1832df25e2f1a72585c0ee55c1e585e7f4902eb1d15f7abf1c71c1b296ae)
  modified data
  wrote 3 files, 14 B
  $ ls moved; ls data
  broken
  in
  a
  broken
  in
  $ echo 1 > file && mlrepo add -q file && rm file && mkdir file && echo inner > file/x && mlrepo status
  Recorded, to be committed in git:
    added:         file
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      file  (a folder, was a file)
  $ mlrepo checkout file
  error: cannot check out
  why: the store does not have what would be overwritten:
       file/x
  hint: 'mlrepo add' or 'mlrepo commit' keeps it as a version; 'mlrepo checkout --force' stores it and goes ahead
  [2]
  $ mlrepo checkout -q --force file && cat file
  1

Executable bits.

  $ chmod +x file && mlrepo status && mlrepo add file && rm file && mlrepo checkout -q && test -x file
  Recorded, to be committed in git:
    added:         file
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    modified:      file  (executable bit)
  updated   file  2 B
  $ git commit -q -a -m bit && chmod -x file && mlrepo diff && mlrepo checkout && test -x file
  modified file  (executable bit)
  modified file
