A remote may be in a bucket of S3, behind SSH or on a web server. Options say how it is reached.

  $ git init -q clone && cd clone && mlrepo init -q
  $ mlrepo remote add bucket s3://models/project
  added the remote 'bucket': s3://models/project
  send data to it with: mlrepo push
  $ mlrepo remote modify bucket endpointurl https://minio.example.org:9000
  $ mlrepo remote modify bucket region eu-central-1
  $ mlrepo remote add lab ssh://ada@lab.example.org:2222/srv/project
  added the remote 'lab': ssh://ada@lab.example.org:2222/srv/project
  $ mlrepo remote add web https://data.example.org/project
  added the remote 'web': https://data.example.org/project
  $ mlrepo remote list
  bucket  s3://models/project
  lab     ssh://ada@lab.example.org:2222/srv/project
  web     https://data.example.org/project
  $ cat .mlrepo/config
  # Settings shared by everybody who clones this repository; see 'mlrepo help config'.
  [remote "bucket"]
  	url = s3://models/project
  	endpointurl = https://minio.example.org:9000
  	region = eu-central-1
  [remote "lab"]
  	url = ssh://ada@lab.example.org:2222/srv/project
  [remote "web"]
  	url = https://data.example.org/project

What is about a person or a machine never goes into the file that git shares.

  $ mlrepo remote modify bucket secretkey very-secret
  error: cannot set secretkey of the remote 'bucket' for everybody
  why: secretkey is about you or this machine, so it counts only in config.local and in the user's own file
  hint: mlrepo remote modify --local bucket secretkey …
  [64]
  $ mlrepo remote modify --local bucket accesskey AKIAEXAMPLE
  the secrets of 'bucket' are for s3://models/project at https://minio.example.org:9000
  $ mlrepo remote modify --local bucket secretkey very-secret
  $ stat -c %a .mlrepo/config.local
  600
  $ git config -f .mlrepo/config remote.web.keyfile /etc/passwd
  $ mlrepo remote list
  error: cannot use the configuration file $SANDBOX/clone/.mlrepo/config
  why: keyfile is about you or this machine, so it counts only in config.local and in the user's own file
  hint: git config --file '$SANDBOX/clone/.mlrepo/config' --unset-all remote.web.keyfile
  [10]
  $ git config -f .mlrepo/config --unset remote.web.keyfile

Mistakes are told before anything is written or asked.

  $ mlrepo remote modify bucket regoin x
  error: cannot find the option 'regoin' of a remote
  why: there is no such option; did you mean 'region'?
  hint: mlrepo help remote modify
  [64]
  $ mlrepo remote modify bucket anonymous yes
  error: cannot set anonymous of the remote 'bucket'
  why: it must be true or false
  [64]
  $ mlrepo remote modify --local lab keyfile id_ed25519
  error: cannot set keyfile of the remote 'lab'
  why: it must be an absolute path, or begin with ~/
  [64]
  $ mlrepo remote add x shh://host/path
  error: cannot use the remote address 'shh://host/path'
  why: mlrepo knows folders, s3://, ssh:// and https://, and not shh://
  hint: did you mean ssh://?
  [64]
  $ mlrepo remote add x ada@host:path
  error: cannot use the remote address 'ada@host:path'
  why: it may be a folder or, as for scp, another machine
  hint: write ./ada@host:path for a folder, or ssh://ada@host/~/path for a machine
  [64]
  $ mlrepo remote add x https://ada:very-secret@host.example/data
  error: cannot use the URL 'https://ada:…@host.example/data'
  why: it holds a password, which anybody would see
  hint: leave it out, and then: mlrepo remote modify --local NAME password …
  [64]
  $ mlrepo remote add x gs://bucket
  error: cannot use the remote address 'gs://bucket'
  why: mlrepo knows folders, s3://, ssh:// and https://, and not gs://
  hint: Google's storage speaks S3, too: s3://BUCKET, with endpointurl https://storage.googleapis.com
  [64]
  $ mlrepo remote modify lab region eu-central-1 && mlrepo push -r lab
  error: cannot use the remote 'ssh://ada@lab.example.org:2222/srv/project'
  why: 'region' means nothing for a remote of this kind
  hint: mlrepo remote modify --unset NAME region
  [64]

Nobody answers at an address that leads nowhere.

  $ mlrepo remote modify bucket endpointurl http://127.0.0.1:9
  the secrets of 'bucket' are for s3://models/project at http://127.0.0.1:9
  $ mlrepo push -r bucket
  error: cannot reach s3://models/project
  why: Failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server (glob)
  [14]
