A file that may not be read is named, and nothing else is half done. Root may read everything, so this needs
another user.

  $ [ "$(id -u)" != 0 ] || command -v setpriv > /dev/null || exit 80
  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mkdir data && echo 1 > data/a && echo 2 > data/b && echo 3 > c && chmod 0 data/b c
  $ as() { "$@"; }
  $ if [ "$(id -u)" = 0 ]; then
  >   chmod 755 ../.. && chown -R 65534:65534 .. && as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  > fi
  $ as mlrepo add data
  error: cannot add data
  why: 1 of its files cannot be stored:
       data/b: Permission denied
  hint: take them away, or list them in .mlrepoignore
  [2]
  $ as mlrepo add c
  error: cannot open $SANDBOX/shop/c
  why: Permission denied
  [2]
  $ as mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ chmod 644 data/b && as mlrepo add -q data && as git commit -q -m data
  $ chmod 0 data/b && touch -d 2001-01-01 data/b && as mlrepo status
  Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):
    unreadable:    data/b  (Permission denied)
  $ as mlrepo checkout
  error: cannot check out everything
  why: 1 path could not be restored; the rest is done:
       cannot check out data/b: what is there cannot be read: Permission denied
  hint: make it readable, or take it away
  [3]
  $ as mlrepo diff
  error: cannot compare the workspace
  why: data/b: Permission denied
  [2]
  $ chmod 644 data/b && as mlrepo checkout
  nothing to do: the workspace is as recorded

A repository that may not be written can still be read.

  $ chmod -R a-w .mlrepo
  $ as mlrepo status
  Nothing has changed: data and stages are as recorded.
  $ as mlrepo ls && as mlrepo cat data/a && as mlrepo log && as mlrepo diff
         4 B       2 files  data/
  1
  1f26a17  2024-05-06 07:08 +0000  2 files, 4 B            data
  no differences
  $ as mlrepo fsck
  checked 5 objects, 283 B: all intact
  $ echo 9 > d && as mlrepo add d
  error: cannot make the folder $SANDBOX/shop/.mlrepo/tmp/tmp-* (glob)
  why: Permission denied
  [2]
  $ rm -r data && as mlrepo checkout
  error: cannot open $SANDBOX/shop/.mlrepo/lock
  why: Permission denied
  [2]
