  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init

What git tracks has to be handed over first.

  $ mkdir code && echo 1 > code/a.py && echo 2 > model.bin && git add . && git commit -q -m code
  $ mlrepo add model.bin
  error: cannot add model.bin
  why: git tracks it
  hint: git rm --cached 'model.bin' && mlrepo add 'model.bin'
  [2]
  $ mlrepo add code
  error: cannot add code
  why: git tracks files in it
  hint: git rm -r --cached 'code' && mlrepo add 'code'
  [2]
  $ git rm -q --cached 'model.bin' && mlrepo add 'model.bin'
  added     model.bin  2 B
  stored 1 new object, 2 B
  $ git commit -q -m 'hand over'

What is tracked already, as a part or as a whole:

  $ mkdir data && echo 1 > data/a && mlrepo add -q data && mlrepo add data/a
  error: cannot add data/a
  why: it lies in data, which is tracked already
  hint: mlrepo add 'data'
  [2]
  $ mkdir more && echo 1 > more/a && mlrepo add -q more/a && mlrepo add more
  error: cannot add more
  why: more/a in it is tracked by itself
  hint: mlrepo remove 'more/a' && mlrepo add 'more'
  [2]
  $ mkdir both && echo 1 > both/a && mlrepo add both both/a
  error: cannot add both/a
  why: both, which holds it, is to be added too
  hint: name only one of them
  [2]
  $ mlrepo stage add -q -n make -o out/model -- 'mkdir -p out && echo 1 > out/model'
  $ mlrepo repro -q
  $ mlrepo add out/model
  error: cannot add out/model
  why: the stage 'make' has the output out/model
  hint: record it with: mlrepo repro make, or: mlrepo commit out/model
  [2]
  $ mlrepo add out
  error: cannot add out
  why: the stage 'make' has the output out/model
  hint: record it with: mlrepo repro make, or: mlrepo commit out/model
  [2]

What is not data, or not here:

  $ mlrepo add nowhere.csv
  error: cannot add nowhere.csv
  why: there is no such file or folder
  [2]
  $ mlrepo add data.mlr
  error: cannot add data.mlr
  why: it is a pointer, which belongs in git
  hint: git add 'data.mlr'
  [2]
  $ mlrepo add .
  error: cannot add .
  why: it is the repository itself
  hint: name the files and folders that hold data
  [2]
  $ mlrepo add ..
  error: cannot use the path '..'
  why: it lies outside the repository
  hint: the repository's root is $SANDBOX/shop
  [2]
  $ mlrepo add /etc/hostname
  error: cannot use the path '/etc/hostname'
  why: it lies outside the repository
  hint: the repository's root is $SANDBOX/shop
  [2]
  $ mlrepo add .git/config
  error: cannot use the path '.git/config'
  why: it lies inside git's own folder
  hint: paths are relative to the repository's root and stay inside it
  [2]
  $ mlrepo add .mlrepo/config
  error: cannot use the path '.mlrepo/config'
  why: it lies inside mlrepo's own folder
  hint: paths are relative to the repository's root and stay inside it
  [2]
  $ mlrepo add mlrepo.yaml
  error: cannot add mlrepo.yaml
  why: it is one of the files that belong in git
  hint: git add 'mlrepo.yaml'
  [2]
  $ mlrepo add .gitignore
  error: cannot add .gitignore
  why: it is one of the files that belong in git
  hint: git add '.gitignore'
  [2]
  $ ln -s model.bin link && mlrepo add link
  error: cannot add link
  why: it is a symbolic link
  hint: add what it points to, or let git track the link
  [2]
  $ ln -s /etc outside && mlrepo add outside/hostname
  error: cannot open the folder of $SANDBOX/shop/outside/hostname
  why: a part of the path is a symbolic link
  [2]
  $ ln -s more inside && mlrepo add inside/b
  error: cannot open the folder of $SANDBOX/shop/inside/b
  why: a part of the path is a symbolic link
  [2]
  $ mlrepo add ''
  error: cannot add .
  why: it is the repository itself
  hint: name the files and folders that hold data
  [2]

A pointer that git ignores would never be committed.

  $ echo '*.mlr' > .git/info/exclude && echo 3 > c.csv && mlrepo add c.csv
  error: cannot add c.csv
  why: git ignores its pointer c.csv.mlr
  hint: git check-ignore -v 'c.csv.mlr'
  [2]
  $ rm .git/info/exclude

One path of several that cannot be added: none is, and nothing has changed.

  $ echo 4 > d.csv && mlrepo add d.csv nowhere.csv; ls d.csv*
  error: cannot add nowhere.csv
  why: there is no such file or folder
  d.csv
  $ git status --short
  M  .gitignore
  A  data.mlr
  A  mlrepo.lock
  A  mlrepo.yaml
  A  more/.gitignore
  A  more/a.mlr
  A  out/.gitignore
  ?? both/
  ?? c.csv
  ?? d.csv
  ?? inside
  ?? link
  ?? outside

A hint works where the user stands.

  $ cd more && mlrepo add b
  error: cannot add more/b
  why: there is no such file or folder
  [2]
  $ mkdir -p deep/er && echo 5 > deep/er/c && git add -f deep/er/c && cd deep/er && mlrepo add c
  error: cannot add more/deep/er/c
  why: git tracks it
  hint: cd ../../.. && git rm --cached 'more/deep/er/c' && mlrepo add 'more/deep/er/c'
  [2]
  $ cd ../.. && git rm -q --cached deep/er/c; cd .. && mlrepo -C more/deep add er/c && mlrepo -C more/deep add er
  added     more/deep/er/c  2 B
  stored 1 new object, 2 B
  error: cannot add more/deep/er
  why: more/deep/er/c in it is tracked by itself
  hint: mlrepo remove 'more/deep/er/c' && mlrepo add 'more/deep/er'
  [2]
  $ cd / && mlrepo -C $OLDPWD/more add a/b ../data/a; cd $OLDPWD
  error: cannot add data/a
  why: it lies in data, which is tracked already
  hint: cd '$SANDBOX/shop' && mlrepo add 'data'
