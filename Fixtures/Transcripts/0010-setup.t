The set-up looks for the system packages and does nothing more when none is missing. Here the
programs it asks are stand-ins: dpkg-query knows the packages in $HAVE, id says who one is.

  $ [ "$(uname -s)" = Linux ] || exit 80
  $ mkdir bin && cd bin
  $ cat > dpkg-query <<'EOF'
  > #!/bin/sh
  > for last; do :; done
  > case " $HAVE " in *" $last "*) echo installed ;; *) exit 1 ;; esac
  > EOF
  $ printf '#!/bin/sh\necho "$WHO"\n' > id
  $ printf '#!/bin/sh\nexit 1\n' > sudo
  $ printf '#!/bin/sh\necho "apt-get $*"\n' > apt-get
  $ printf '#!/bin/sh\n' > swift
  $ chmod +x *
  $ export PATH="$PWD:$PATH" WHO=1000 SWIFT=swift
  $ export HAVE="libgit2-dev libssl-dev zlib1g-dev libzstd-dev libxgboost-dev libcurl4-openssl-dev libexpat1-dev libssh-dev pkg-config git"
  $ $PACKAGE/.ci/setup

Without the rights to install, it prints the one command to run and stops.

  $ HAVE="libssl-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev libexpat1-dev libssh-dev pkg-config git" $PACKAGE/.ci/setup
  error: packages that mlrepo is built with are missing; to install them, run
    sudo apt-get update && sudo apt-get install -y --no-install-recommends libgit2-dev libxgboost-dev
  [1]

As root it installs what is missing, and only that.

  $ WHO=0 HAVE="libssl-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev libexpat1-dev libssh-dev pkg-config git" $PACKAGE/.ci/setup
  installing libgit2-dev libxgboost-dev
  apt-get update -q
  apt-get install -q -y --no-install-recommends libgit2-dev libxgboost-dev

So it does through sudo, where that asks no password.

  $ printf '#!/bin/sh\n[ "$1" = -n ] && shift && "$@"\n' > sudo
  $ HAVE="" $PACKAGE/.ci/setup
  installing libgit2-dev libssl-dev zlib1g-dev libzstd-dev libxgboost-dev libcurl4-openssl-dev libexpat1-dev libssh-dev pkg-config git
  apt-get update -q
  apt-get install -q -y --no-install-recommends libgit2-dev libssl-dev zlib1g-dev libzstd-dev libxgboost-dev libcurl4-openssl-dev libexpat1-dev libssh-dev pkg-config git

Without a compiler it says where to get one.

  $ SWIFT=no-swift $PACKAGE/.ci/setup
  error: there is no Swift compiler here
  why: mlrepo is built with Swift 6.3
  hint: install it as https://www.swift.org/install says, then run this again
  [1]
