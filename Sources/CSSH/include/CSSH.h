#ifndef MLREPO_CSSH_H
#define MLREPO_CSSH_H

#include <stddef.h>

/// libssh, as far as a connection to an SFTP server needs it. The library is loaded by the first call of
/// mlrepo_ssh_load, so that no other command pays for it.

/// A connection with the subsystem `sftp` at its other end. It serves one thread at a time.
typedef struct mlrepo_ssh mlrepo_ssh;

/// How opening one ended.
enum {
  MLREPO_SSH_OPEN,
  MLREPO_SSH_UNREACHABLE,
  /// No key of that host is known; `explanation` is the fingerprint of the one it has.
  MLREPO_SSH_UNKNOWN_HOST,
  /// The host's key is not the known one; `explanation` is the fingerprint of the one it has.
  MLREPO_SSH_CHANGED_HOST,
  MLREPO_SSH_DENIED,
  /// There is no SFTP.
  MLREPO_SSH_NO_SFTP
};

/// All but `host` may be null, and `port` 0: the user's configuration tells then.
struct mlrepo_ssh_target {
  const char *host;
  const char *user;
  unsigned port;
  /// The folder with `config`, `known_hosts` and keys: `~/.ssh`.
  const char *folder;
  const char *user_config;
  const char *system_config;
  /// A private key to use beside those of the configuration.
  const char *key;
  /// For that key, or for the account where the server takes no key.
  const char *password;
  long timeout_seconds;
};

/// Returns 1, or 0 when there is no usable library. May be called from any thread.
int mlrepo_ssh_load(void);

/// As `0.10.6/openssl/zlib`, once the library is loaded.
const char *mlrepo_ssh_version(void);

int mlrepo_ssh_open(const struct mlrepo_ssh_target *target, mlrepo_ssh **out, char explanation[512]);
void mlrepo_ssh_close(mlrepo_ssh *ssh);

/// Reads up to `count` bytes. Returns how many, 0 when none came for that long, -1 when the connection is over.
int mlrepo_ssh_read(mlrepo_ssh *ssh, void *buffer, unsigned count, int milliseconds);

/// Writes all bytes; 0, or -1 when the connection is over.
int mlrepo_ssh_write(mlrepo_ssh *ssh, const void *bytes, unsigned count);

#endif
