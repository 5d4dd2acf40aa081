A secret goes only where it was given for, whatever the shared configuration says later.

  $ git init -q clone && cd clone && mlrepo init -q
  $ mlrepo remote add -q bucket s3://models/project
  $ mlrepo remote modify bucket endpointurl http://127.0.0.1:9
  $ mlrepo remote modify --local bucket accesskey AKIAEXAMPLE
  the secrets of 'bucket' are for s3://models/project at http://127.0.0.1:9
  $ mlrepo remote modify --local bucket secretkey very-secret
  $ cat .mlrepo/config.local
  [remote "bucket"]
  	accesskey = AKIAEXAMPLE
  	secretsfor = endpointurl=http://127.0.0.1:9 url=s3://models/project
  	secretkey = very-secret
  $ mlrepo fetch
  error: cannot reach s3://models/project
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]

A commit of somebody else names another place.

  $ git config -f .mlrepo/config remote.bucket.endpointurl http://127.0.0.1:10
  $ mlrepo fetch
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ mlrepo push
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ mlrepo remote check
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ git config -f .mlrepo/config remote.bucket.url s3://other/project
  $ mlrepo fetch
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its url was s3://models/project, and is s3://other/project now; its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust bucket
  [14]

A new secret does not change that. The user says whether it is right.

  $ mlrepo remote modify --local bucket secretkey fresh-secret
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its url was s3://models/project, and is s3://other/project now; its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ mlrepo remote trust bucket
  the secrets of 'bucket' are for s3://other/project at http://127.0.0.1:10
  $ mlrepo fetch
  error: cannot reach s3://other/project
  why: Failed to connect to 127.0.0.1 port 10 after * ms: Couldn't connect to server (glob)
  [14]

What the user changes needs no further word; what somebody else changed stays in doubt.

  $ mlrepo remote modify bucket endpointurl http://127.0.0.1:9
  the secrets of 'bucket' are for s3://other/project at http://127.0.0.1:9
  $ git config -f .mlrepo/config remote.bucket.url s3://third/project
  $ mlrepo remote modify bucket endpointurl http://127.0.0.1:11
  the secrets of 'bucket' are for s3://other/project at http://127.0.0.1:11
  $ mlrepo fetch
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its url was s3://other/project, and is s3://third/project now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ git config -f .mlrepo/config --unset remote.bucket.endpointurl
  $ mlrepo fetch
  error: cannot use the remote 'bucket': it is not what its secrets were given for
  why: its url was s3://other/project, and is s3://third/project now; its endpointurl was http://127.0.0.1:11, and is that of AWS now
  hint: if that is right: mlrepo remote trust bucket
  [14]
  $ mlrepo remote modify --local bucket url s3://mine/project
  the secrets of 'bucket' are for s3://mine/project at http://127.0.0.1:11
  $ mlrepo remote modify --local bucket endpointurl http://127.0.0.1:12
  the secrets of 'bucket' are for s3://mine/project at http://127.0.0.1:12
  $ mlrepo fetch
  error: cannot reach s3://mine/project
  why: Failed to connect to 127.0.0.1 port 12 after * ms: Couldn't connect to server (glob)
  [14]

A secret that stands there without a word of what it is for is not sent to where a shared file says.

  $ mlrepo remote add -q web http://127.0.0.1:9/data
  $ git config -f .mlrepo/config.local remote.web.password very-secret
  $ mlrepo fetch -r web
  error: cannot use the remote 'web': it is not what its secrets were given for
  why: nothing tells that they are for http://127.0.0.1:9/data
  hint: if that is right: mlrepo remote trust web
  [14]
  $ mlrepo remote trust web && mlrepo fetch -r web
  the secrets of 'web' are for http://127.0.0.1:9/data
  error: cannot reach http://127.0.0.1:9/data
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]
  $ mlrepo remote rename web site && mlrepo fetch -r site
  error: cannot reach http://127.0.0.1:9/data
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]

Nor do those of the user's own file go to a remote of the same name in another repository.

  $ mlrepo remote add -q lab http://127.0.0.1:9/lab && mlrepo remote modify --user lab token very-secret
  the secrets of 'lab' are for http://127.0.0.1:9/lab
  $ cd .. && git init -q other && cd other && mlrepo init -q
  $ git config -f .mlrepo/config remote.lab.url http://127.0.0.1:10/lab
  $ mlrepo fetch
  error: cannot use the remote 'lab': it is not what its secrets were given for
  why: its url was http://127.0.0.1:9/lab, and is http://127.0.0.1:10/lab now
  hint: if that is right: mlrepo remote trust lab
  [14]
  $ mlrepo remote trust lab && mlrepo fetch
  the secrets of 'lab' are for http://127.0.0.1:10/lab
  error: cannot reach http://127.0.0.1:10/lab
  why: Failed to connect to 127.0.0.1 port 10 after * ms: Couldn't connect to server (glob)
  [14]
  $ cd ../clone && mlrepo fetch -r lab
  error: cannot reach http://127.0.0.1:9/lab
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]
  $ mlrepo remote modify --user --unset lab token && cat $HOME/.config/mlrepo/config
  [remote "lab"]

Credentials that no file of mlrepo has, as those of the environment, are for a service. Which one it is, is noted when they
are first used.

  $ cd .. && git init -q second && cd second && mlrepo init -q && echo 1 > data && mlrepo add -q data
  $ export AWS_ACCESS_KEY_ID=AKIAEXAMPLE AWS_SECRET_ACCESS_KEY=very-secret
  $ mlrepo remote add -q s3 s3://models/project && mlrepo remote modify s3 endpointurl http://127.0.0.1:9
  $ git config -f .mlrepo/config.local remote.s3.secretsfor 'endpointurl=http://127.0.0.1:9 url=s3://models/old'
  $ mlrepo fetch -r s3
  error: cannot reach s3://models/project
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]
  $ git config -f .mlrepo/config remote.s3.endpointurl http://127.0.0.1:10
  $ mlrepo fetch -r s3
  error: cannot use the remote 's3': it is not what its secrets were given for
  why: its endpointurl was http://127.0.0.1:9, and is http://127.0.0.1:10 now
  hint: if that is right: mlrepo remote trust s3
  [14]

What was encrypted does not go out as it is because somebody else turned that off.

  $ command -v openssl > /dev/null || exit 80
  $ openssl rand -hex 32 > ../key
  $ mlrepo remote add -q safe ../safe && mlrepo remote modify safe encrypt true
  $ mlrepo remote modify --local safe encryptkey $PWD/../key
  the secrets of 'safe' are for ../safe, encrypted
  $ mlrepo push -q -r safe
  $ git config -f .mlrepo/config remote.safe.encrypt false
  $ git config -f .mlrepo/config remote.safe.url ../plain
  $ mlrepo push -r safe
  error: cannot use the remote 'safe': it is not what its secrets were given for
  why: its url was ../safe, and is ../plain now; it was encrypted, and now everything would go there as it is
  hint: if that is right: mlrepo remote trust safe
  [14]
  $ git config -f .mlrepo/config --unset remote.safe.encrypt
  $ mlrepo push -r safe
  error: cannot use the remote 'safe': it is not what its secrets were given for
  why: its url was ../safe, and is ../plain now; it was encrypted, and now everything would go there as it is
  hint: if that is right: mlrepo remote trust safe
  [14]
  $ mlrepo gc --remote safe
  error: cannot use the remote 'safe': it is not what its secrets were given for
  why: its url was ../safe, and is ../plain now; it was encrypted, and now everything would go there as it is
  hint: if that is right: mlrepo remote trust safe
  [14]
  $ ls ../plain
  ls: cannot access '../plain': No such file or directory
  [2]

The passphrase of the environment leaves such a note, too.

  $ mlrepo remote add -q words ../words && mlrepo remote modify words encrypt true
  $ MLREPO_PASSPHRASE='many words' mlrepo push -q -r words
  $ git config -f .mlrepo/config --unset remote.words.encrypt
  $ git config -f .mlrepo/config remote.words.url ../plain
  $ MLREPO_PASSPHRASE='many words' mlrepo push -r words
  error: cannot use the remote 'words': it is not what its secrets were given for
  why: it was encrypted, and now everything would go there as it is
  hint: if that is right: mlrepo remote trust words
  [14]

The note cannot come with a repository, and is not written by hand.

  $ git config -f .mlrepo/config remote.words.secretsfor 'url=../plain'
  $ mlrepo push -r words
  error: cannot use the configuration file $SANDBOX/second/.mlrepo/config
  why: secretsfor is about you or this machine, so it counts only in config.local and in the user's own file
  hint: git config --file '$SANDBOX/second/.mlrepo/config' --unset-all remote.words.secretsfor
  [10]
  $ git config -f .mlrepo/config --unset remote.words.secretsfor
  $ mlrepo remote modify --local words secretsfor url=../plain
  error: cannot set secretsfor of the remote 'words'
  why: mlrepo writes it itself
  hint: mlrepo remote trust words
  [64]
  $ mlrepo remote trust nowhere
  error: cannot find the remote 'nowhere'
  why: there is none of this name
  hint: mlrepo remote list
  [2]
