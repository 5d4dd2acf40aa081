How a transcript is written: this is prose, and what is indented by two spaces was
typed into a shell or printed by it. Folders and variables last from one command to the next.

  $ git init -q shop && cd shop
  $ pwd
  $SANDBOX/shop

Names and dates are fixed, so git's ids are the same on every machine.

  $ git commit -q --allow-empty -m 'first commit'
  $ git log --oneline
  6f6b619 first commit

A command that goes on over several lines, one that fails, and a line that varies:

  $ for name in a b; do
  >   echo $name
  > done
  a
  b
  $ test -e nowhere
  [1]
  $ echo "done in $((RANDOM % 100)) ms"
  done in [0-9]+ ms (re)
