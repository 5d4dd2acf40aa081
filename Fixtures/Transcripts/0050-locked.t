A command that changes something waits for one that does; it gives up after core.lockTimeout, with status 11.

  $ command -v flock > /dev/null || exit 80
  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ echo 1 > a && mlrepo add -q a && git commit -q -m a && mlrepo config --local core.lockTimeout 0
  $ exec 9<> .mlrepo/lock && flock 9
  $ echo 2 > b && mlrepo add b
  error: cannot lock the repository
  why: mlrepo add (pid *) has held the lock for over 0 s (glob)
  hint: wait for it to end, or give more time with 'mlrepo config core.lockTimeout SECONDS'
  [11]
  $ rm a && mlrepo checkout
  error: cannot lock the repository
  why: mlrepo add (pid *) has held the lock for over 0 s (glob)
  hint: wait for it to end, or give more time with 'mlrepo config core.lockTimeout SECONDS'
  [11]
  $ mlrepo add --json b
  {
    "error": "cannot lock the repository",
    "why": "mlrepo add (pid *) has held the lock for over 0 s", (glob)
    "hint": "wait for it to end, or give more time with 'mlrepo config core.lockTimeout SECONDS'",
    "category": "locked",
    "exit": 11
  }
  [11]

Who only reads does not wait.

  $ mlrepo status && mlrepo ls && mlrepo log && mlrepo diff && mlrepo fsck && mlrepo cat a && mlrepo gc
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    deleted:       a
         2 B                a
  39d675b  2024-05-06 07:08 +0000  1 file, 2 B             a
  deleted  a  2 B
  checked 4 objects, 110 B: all intact
  1
  in use:     3 objects, 108 B
  too young:  1 object, 2 B
  would go:   0 objects, 0 B
  $ exec 9>&-; mlrepo add b && mlrepo checkout
  added     b  2 B
  added    a
  wrote 1 file, 2 B

The lock of a process that died is none.

  $ printf 'mlrepo add (pid 1)' > .mlrepo/lock && echo 3 > b && mlrepo add b
  updated   b  2 B
  stored 1 new object, 2 B
