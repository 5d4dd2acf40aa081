'doctor' looks at what mlrepo builds on, and tells what is missing without a library that is loaded only when it is needed.

  $ mlrepo doctor | grep -c '^ok  *\(libcurl\|expat\|libssh\) *version [0-9][0-9.]*$'
  3
  $ lib=$(ldd "$(command -v mlrepo)" 2> /dev/null | sed -n 's/.*libz\.[^ ]* => \([^ ]*\) .*/\1/p')
  $ [ -n "$lib" ] || exit 80
  $ mkdir lib && for name in libcurl.so.4 libcurl-gnutls.so.4 libexpat.so.1 libssh.so.4; do cp $lib lib/$name; done
  $ LD_LIBRARY_PATH=$PWD/lib mlrepo doctor | grep 'libcurl\|expat\|libssh'
  notice  libcurl     not installed: without it mlrepo reaches no S3 and no web server; install it, such as with: sudo apt-get install libcurl4
  notice  expat       not installed: without it mlrepo reaches no S3 and no WebDAV; install it, such as with: sudo apt-get install libexpat1
  notice  libssh      not installed: without it mlrepo reaches no machine by SSH; install it, such as with: sudo apt-get install libssh-4
