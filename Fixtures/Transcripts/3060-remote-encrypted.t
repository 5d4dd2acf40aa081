An encrypted remote can be in a place that one does not trust: it sees neither contents nor names.

  $ command -v openssl > /dev/null || exit 80
  $ git init -q clone && cd clone && mlrepo init -q
  $ echo 'a secret text' > notes && mlrepo add -q notes
  $ mlrepo remote add origin ../share && mlrepo remote modify origin encrypt true
  added the remote 'origin': ../share
  send data to it with: mlrepo push
  $ mlrepo push
  error: cannot encrypt or decrypt
  why: the remote is encrypted, and there is neither a key nor a passphrase
  hint: set its 'encryptkey' to a file from: openssl rand -hex 32 > FILE; or set MLREPO_PASSPHRASE
  [14]
  $ openssl rand -hex 32 > ../key && mlrepo remote modify --local origin encryptkey $PWD/../key
  the secrets of 'origin' are for ../share, encrypted
  $ mlrepo push -q
  $ ls ../share/packs | sed 's/^[a-z2-7]\{40,\}/NAME/; s/[0-9a-f]\{60,\}/DIGITS/' | sort
  NAME
  NAME
  NAME
  seal-DIGITS
  $ grep -rl secret ../share
  [1]

Whoever has the key reads it.

  $ rm -rf .mlrepo/objects notes && mlrepo pull -q && cat notes
  a secret text

Without it, or with another, it is said why not.

  $ mlrepo remote modify origin encrypt false && mlrepo fetch
  the secrets of 'origin' are for ../share
  error: cannot use $SANDBOX/share
  why: it is encrypted
  hint: set 'encrypt' of the remote to true, and 'encryptkey' to the file with its key
  [14]
  $ mlrepo remote modify origin encrypt true
  the secrets of 'origin' are for ../share, encrypted
  $ openssl rand -hex 32 > ../key && mlrepo fetch
  error: cannot read $SANDBOX/share
  why: it is encrypted with another key than the one given
  hint: check 'encryptkey' or the passphrase of this remote
  [14]
  $ mlrepo remote modify --local --unset origin encryptkey
  $ MLREPO_PASSPHRASE='many words' mlrepo fetch
  error: cannot read $SANDBOX/share
  why: it is encrypted with another key than the one given
  hint: check 'encryptkey' or the passphrase of this remote
  [14]

A passphrase does as well as a key, for a place that is new.

  $ mlrepo remote modify origin url ../other
  $ MLREPO_PASSPHRASE='many words' mlrepo push -q
  $ MLREPO_PASSPHRASE='many words' mlrepo remote check
  origin: $SANDBOX/other
    1 pack, 86 B
