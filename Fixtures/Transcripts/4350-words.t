An output that is a link out of the repository is named with where it leads; hints can be pasted, whatever the names hold.

  $ git init -q p && cd p && mlrepo init -q && cat > mlrepo.yaml <<'END'
  > stages:
  >   absolute: {cmd: ln -s /etc/passwd out, outs: [out]}
  >   up: {cmd: ln -s ../../x up, outs: [up]}
  >   far: {cmd: mkdir d && ln -s .. d/here && ln -s here/../../x d/y, outs: [d]}
  >   inside: {cmd: echo 1 > f && ln -s f link, outs: [link]}
  >   of: {foreach: [it's one], do: {cmd: 'false', deps: [no such file], outs: [made]}}
  > END
  $ for stage in absolute up far inside; do mlrepo repro -q $stage; done
  error: the stage 'absolute' failed
  why: its output out cannot be stored: it is a symbolic link to /etc/passwd, an absolute path
  hint: correct the command, or 'outs' in mlrepo.yaml
  error: the stage 'up' failed
  why: its output up cannot be stored: it is a symbolic link to ../../x, which leads out of the repository
  hint: correct the command, or 'outs' in mlrepo.yaml
  error: the stage 'far' failed
  why: its output d cannot be stored: 1 of its files cannot be stored:
       d/y: it is a symbolic link to here/../../x, which leads out of the repository by way of another link
  hint: correct the command, or 'outs' in mlrepo.yaml
  error: the stage 'inside' failed
  why: its output link cannot be stored: it is a symbolic link; git can track it itself
  hint: correct the command, or 'outs' in mlrepo.yaml
  [15]
  $ mlrepo repro "of@it's one"; mlrepo commit "of@it's one"
  error: cannot run the stage 'of@it's one'
  why: its dependency no such file does not exist
  hint: make the file, or correct 'deps' in mlrepo.yaml
  error: cannot record the stage 'of@it's one'
  why: its dependency no such file does not exist
  hint: mlrepo repro 'of@it'\''s one'
  [2]
  $ mlrepo stage add -n 'two words' -o 'made too' 'echo > "made too"' && mlrepo add 'made too'; mlrepo repro -q 'two words' && mlrepo remove 'made too'
  added the stage 'two words' to mlrepo.yaml; run it with: mlrepo repro 'two words'
  error: cannot add made too
  why: there is no such file or folder
  error: cannot remove made too
  why: it is an output of the stage 'two words'
  hint: edit mlrepo.yaml, then run: mlrepo repro 'two words'
  [2]
  $ mlrepo stage edit 'two words' --cmd 'false' && mlrepo repro -q 'two words'
  changed the stage 'two words' in mlrepo.yaml
  error: the stage 'two words' failed
  why: 'false' exited with 1
  hint: the whole output is in '.mlrepo/logs/two words.log'
  [15]
