A remote has a name and an address, in the configuration that git shares or in a private one.

  $ git init -q clone && cd clone && mlrepo init -q
  $ mlrepo push
  error: cannot find a remote
  why: none is configured
  hint: mlrepo remote add origin /path/of/a/folder
  [2]
  $ mlrepo remote list
  There is no remote; add one with: mlrepo remote add NAME URL
  $ mlrepo remote add origin ../share
  added the remote 'origin': ../share
  send data to it with: mlrepo push
  $ cat .mlrepo/config
  # Settings shared by everybody who clones this repository; see 'mlrepo help config'.
  [remote "origin"]
  	url = ../share
  $ mlrepo remote add --local backup /mnt/backup
  added the remote 'backup': /mnt/backup
  $ mlrepo remote list
  backup  /mnt/backup
  origin  ../share
  $ mlrepo push
  error: cannot choose a remote
  why: there are 2, and none is the default
  hint: mlrepo remote default backup
  [2]
  $ mlrepo remote default backup && mlrepo remote default
  backup
  $ mlrepo remote modify --local backup jobs 8
  $ git config -f .mlrepo/config.local --list
  remote.backup.url=/mnt/backup
  remote.backup.jobs=8
  $ mlrepo remote list --json
  [
    {
      "name": "backup",
      "url": "/mnt/backup",
      "default": true,
      "from": "local"
    },
    {
      "name": "origin",
      "url": "../share",
      "default": false,
      "from": "shared"
    }
  ]

Mistakes are told before anything is written.

  $ mlrepo remote add origin /elsewhere
  error: cannot add the remote 'origin'
  why: there is one of this name: ../share
  hint: mlrepo remote modify origin url …
  [64]
  $ mlrepo remote add ../x /elsewhere
  error: cannot add the remote '../x'
  why: a name has up to 64 letters, digits, '.', '_' and '-', and starts with a letter or digit
  [64]
  $ mlrepo remote add x ftp://host/path
  error: cannot use the remote address 'ftp://host/path'
  why: mlrepo knows folders, s3://, ssh:// and https://, and not ftp://
  hint: did you mean sftp://?
  [64]
  $ mlrepo remote add x .git/hooks
  error: cannot use the remote address '.git/hooks'
  why: it lies in .git, which belongs to git
  [64]
  $ mlrepo remote modify origin chunksize 1000
  error: cannot set chunksize of the remote 'origin'
  why: it must be a power of two from 16 to 16384
  [64]
  $ mlrepo remote modify origin chunk 1024
  error: cannot find the option 'chunk' of a remote
  why: there is no such option
  hint: mlrepo help remote modify
  [64]
  $ mlrepo remote modify orign jobs 2
  error: cannot find the remote 'orign'
  why: there is none of this name; did you mean 'origin'?
  hint: mlrepo remote list
  [2]
  $ mlrepo push -r orign
  error: cannot find the remote 'orign'
  why: there is none of this name; did you mean 'origin'?
  hint: mlrepo remote list
  [2]

A remote can be renamed and forgotten; what it holds is not touched.

  $ mlrepo remote rename backup safe && mlrepo remote default && mlrepo remote list
  safe
  origin  ../share
  safe    /mnt/backup  (default)
  $ mlrepo remote remove safe && mlrepo remote list
  forgot the remote 'safe'; what it holds is still there
  origin  ../share  (default)
  $ git config -f .mlrepo/config.local --list

An address with a password is refused, and shown without it.

  $ git config -f .mlrepo/config.local remote.web.url https://ada:secret@host.example/data
  $ mlrepo remote list
  error: cannot use the configuration file $SANDBOX/clone/.mlrepo/config.local
  why: remote.web.url: it holds a password, which anybody would see
  hint: git config --file '$SANDBOX/clone/.mlrepo/config.local' --unset-all remote.web.url
  [10]
  $ git config -f .mlrepo/config.local --unset remote.web.url

A configuration that says more than a remote has is refused.

  $ git config -f .mlrepo/config remote.origin.command 'rm -rf /'
  $ mlrepo remote list
  error: cannot use the configuration file $SANDBOX/clone/.mlrepo/config
  why: remote.origin.command: there is no such option
  hint: git config --file '$SANDBOX/clone/.mlrepo/config' --unset-all remote.origin.command
  [10]
  $ git config -f .mlrepo/config --unset remote.origin.command

'check' looks whether it can be reached, and with --write whether it can be written.

  $ mlrepo remote check origin
  origin: $SANDBOX/share
    nothing has been pushed to it yet
  $ mlrepo remote check origin --write
  origin: $SANDBOX/share
    nothing has been pushed to it yet
    can be written
  $ ls ../share/marks
