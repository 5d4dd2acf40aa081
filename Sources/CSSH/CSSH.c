#include "CSSH.h"

#include <CLoader.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/// What of libssh's interface is used. Its numbers never change; where its header is installed they are compared.
enum {
  OPTIONS_HOST = 0,
  OPTIONS_PORT = 1,
  OPTIONS_USER = 4,
  OPTIONS_SSH_DIR = 5,
  OPTIONS_ADD_IDENTITY = 7,
  OPTIONS_KNOWNHOSTS = 8,
  OPTIONS_TIMEOUT = 9,
  OPTIONS_NODELAY = 36,
  OPTIONS_PROCESS_CONFIG = 38,
  KNOWN_HOSTS_UNKNOWN = 0,
  KNOWN_HOSTS_OK = 1,
  KNOWN_HOSTS_NOT_FOUND = -1,
  KNOWN_HOSTS_CHANGED = 2,
  KNOWN_HOSTS_OTHER = 3,
  AUTH_SUCCESS = 0,
  AUTH_INFO = 3,
  AUTH_METHOD_PASSWORD = 2,
  AUTH_METHOD_INTERACTIVE = 0x10,
  PUBLICKEY_HASH_SHA256 = 2,
  ERROR = -1,
};

#if defined(__has_include)
#if __has_include(<libssh/libssh.h>)
#include <libssh/libssh.h>
#define SAME(name) _Static_assert((int)name == (int)SSH_##name, #name)
SAME(OPTIONS_HOST); SAME(OPTIONS_PORT); SAME(OPTIONS_USER); SAME(OPTIONS_SSH_DIR); SAME(OPTIONS_ADD_IDENTITY);
SAME(OPTIONS_KNOWNHOSTS); SAME(OPTIONS_TIMEOUT); SAME(OPTIONS_NODELAY); SAME(OPTIONS_PROCESS_CONFIG);
SAME(KNOWN_HOSTS_UNKNOWN); SAME(KNOWN_HOSTS_OK); SAME(KNOWN_HOSTS_NOT_FOUND); SAME(KNOWN_HOSTS_CHANGED);
SAME(KNOWN_HOSTS_OTHER); SAME(AUTH_SUCCESS); SAME(AUTH_INFO); SAME(AUTH_METHOD_PASSWORD);
SAME(AUTH_METHOD_INTERACTIVE); SAME(PUBLICKEY_HASH_SHA256); SAME(ERROR);
#undef SAME
#endif
#endif

typedef struct session session;
typedef struct channel channel;
typedef struct key key;

struct mlrepo_ssh {
  session *session;
  channel *channel;
};

static struct {
  int (*init)(void);
  const char *(*version)(int);
  session *(*new)(void);
  void (*free)(session *);
  void (*disconnect)(session *);
  int (*options_set)(session *, int, const void *);
  int (*options_parse_config)(session *, const char *);
  int (*connect)(session *);
  const char *(*get_error)(void *);
  int (*session_is_known_server)(session *);
  int (*get_server_publickey)(session *, key **);
  int (*get_publickey_hash)(const key *, int, unsigned char **, size_t *);
  char *(*get_fingerprint_hash)(int, unsigned char *, size_t);
  void (*clean_pubkey_hash)(unsigned char **);
  void (*key_free)(key *);
  void (*string_free_char)(char *);
  int (*userauth_none)(session *, const char *);
  int (*userauth_list)(session *, const char *);
  int (*userauth_publickey_auto)(session *, const char *, const char *);
  int (*userauth_password)(session *, const char *, const char *);
  int (*userauth_kbdint)(session *, const char *, const char *);
  int (*userauth_kbdint_getnprompts)(session *);
  int (*userauth_kbdint_setanswer)(session *, unsigned, const char *);
  channel *(*channel_new)(session *);
  void (*channel_free)(channel *);
  int (*channel_close)(channel *);
  int (*channel_open_session)(channel *);
  int (*channel_request_sftp)(channel *);
  int (*channel_read_timeout)(channel *, void *, unsigned, int, int);
  int (*channel_write)(channel *, const void *, unsigned);
  int (*channel_is_eof)(channel *);
  int (*channel_is_open)(channel *);
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded = 0;

static void load(void) {
  static const char *const names[] = {
      "libssh.so.4", "libssh.so", "libssh.4.dylib", "/opt/homebrew/lib/libssh.4.dylib", NULL,
  };
#define FIND(name) {"ssh_" #name, &api.name}
  const struct mlrepo_function functions[] = {
      FIND(init), FIND(new), FIND(free), FIND(disconnect), FIND(options_set),
      FIND(options_parse_config), FIND(connect), FIND(get_error), FIND(session_is_known_server),
      FIND(get_server_publickey), FIND(get_publickey_hash), FIND(get_fingerprint_hash),
      FIND(clean_pubkey_hash), FIND(key_free), FIND(string_free_char), FIND(userauth_none),
      FIND(userauth_list), FIND(userauth_publickey_auto), FIND(userauth_password),
      FIND(userauth_kbdint), FIND(userauth_kbdint_getnprompts), FIND(userauth_kbdint_setanswer),
      FIND(channel_new), FIND(channel_free), FIND(channel_close), FIND(channel_open_session),
      FIND(channel_request_sftp), FIND(channel_read_timeout), FIND(channel_write),
      FIND(channel_is_eof), FIND(channel_is_open),
      FIND(version),
      {NULL, NULL},
  };
#undef FIND
  loaded = mlrepo_load_library(names, functions, NULL, 0) && api.init() == 0;
}

int mlrepo_ssh_load(void) {
  pthread_once(&once, load);
  return loaded;
}

const char *mlrepo_ssh_version(void) { return api.version(0); }

static void explain(session *session, char explanation[512]) {
  snprintf(explanation, 512, "%s", api.get_error(session));
}

/// The configuration is read first, since what it says would replace what the caller says.
static int configure(session *session, const struct mlrepo_ssh_target *target) {
  int off = 0, on = 1;
  const char *configs[] = {target->user_config, target->system_config};
  if (api.options_set(session, OPTIONS_HOST, target->host) < 0) return -1;
  if (target->folder && api.options_set(session, OPTIONS_SSH_DIR, target->folder) < 0) return -1;
  for (int i = 0; i < 2; i++) {
    if (configs[i] && access(configs[i], R_OK) == 0 && api.options_parse_config(session, configs[i]) < 0) return -1;
  }
  if (api.options_set(session, OPTIONS_PROCESS_CONFIG, &off) < 0) return -1;
  if (target->user && api.options_set(session, OPTIONS_USER, target->user) < 0) return -1;
  if (target->port && api.options_set(session, OPTIONS_PORT, &target->port) < 0) return -1;
  if (target->key && api.options_set(session, OPTIONS_ADD_IDENTITY, target->key) < 0) return -1;
  api.options_set(session, OPTIONS_NODELAY, &on);
  return api.options_set(session, OPTIONS_TIMEOUT, &target->timeout_seconds);
}

static void fingerprint(session *session, char explanation[512]) {
  key *key = 0;
  unsigned char *hash = 0;
  size_t length = 0;
  snprintf(explanation, 512, "unknown");
  if (api.get_server_publickey(session, &key) < 0) return;
  if (api.get_publickey_hash(key, PUBLICKEY_HASH_SHA256, &hash, &length) == 0) {
    char *text = api.get_fingerprint_hash(PUBLICKEY_HASH_SHA256, hash, length);
    if (text) snprintf(explanation, 512, "%s", text);
    api.string_free_char(text);
    api.clean_pubkey_hash(&hash);
  }
  api.key_free(key);
}

static int check_host(session *session, char explanation[512]) {
  switch (api.session_is_known_server(session)) {
    case KNOWN_HOSTS_OK: return MLREPO_SSH_OPEN;
    case KNOWN_HOSTS_CHANGED:
    case KNOWN_HOSTS_OTHER: fingerprint(session, explanation); return MLREPO_SSH_CHANGED_HOST;
    case KNOWN_HOSTS_UNKNOWN:
    case KNOWN_HOSTS_NOT_FOUND: fingerprint(session, explanation); return MLREPO_SSH_UNKNOWN_HOST;
    default: explain(session, explanation); return MLREPO_SSH_UNREACHABLE;
  }
}

/// Many servers ask for the password by "keyboard-interactive" only. A second question would be for something else.
static int answer_questions(session *session, const char *password) {
  int state = api.userauth_kbdint(session, 0, 0);
  for (int rounds = 0; state == AUTH_INFO && rounds < 4; rounds++) {
    int prompts = api.userauth_kbdint_getnprompts(session);
    if (prompts > 1) return ERROR;
    if (prompts == 1 && api.userauth_kbdint_setanswer(session, 0, password) < 0) return ERROR;
    state = api.userauth_kbdint(session, 0, 0);
  }
  return state;
}

static int authenticate(session *session, const char *password) {
  if (api.userauth_none(session, 0) == AUTH_SUCCESS) return 1;
  // Keys of the agent, then those of the configuration.
  if (api.userauth_publickey_auto(session, 0, password) == AUTH_SUCCESS) return 1;
  if (!password) return 0;
  int methods = api.userauth_list(session, 0);
  if ((methods & AUTH_METHOD_PASSWORD) && api.userauth_password(session, 0, password) == AUTH_SUCCESS) return 1;
  return (methods & AUTH_METHOD_INTERACTIVE) && answer_questions(session, password) == AUTH_SUCCESS;
}

static int open_session(session *session, const struct mlrepo_ssh_target *target, char explanation[512]) {
  if (configure(session, target) < 0 || api.connect(session) != 0) {
    explain(session, explanation);
    return MLREPO_SSH_UNREACHABLE;
  }
  int state = check_host(session, explanation);
  if (state != MLREPO_SSH_OPEN) return state;
  if (!authenticate(session, target->password)) {
    explain(session, explanation);
    return MLREPO_SSH_DENIED;
  }
  return MLREPO_SSH_OPEN;
}

int mlrepo_ssh_open(const struct mlrepo_ssh_target *target, mlrepo_ssh **out, char explanation[512]) {
  mlrepo_ssh *ssh = calloc(1, sizeof *ssh);
  snprintf(explanation, 512, "there is no memory for it");
  if (!ssh) return MLREPO_SSH_UNREACHABLE;
  ssh->session = api.new();
  int state = ssh->session ? open_session(ssh->session, target, explanation) : MLREPO_SSH_UNREACHABLE;
  if (state == MLREPO_SSH_OPEN) {
    ssh->channel = api.channel_new(ssh->session);
    if (!ssh->channel || api.channel_open_session(ssh->channel) != 0 || api.channel_request_sftp(ssh->channel) != 0) {
      explain(ssh->session, explanation);
      state = MLREPO_SSH_NO_SFTP;
    }
  }
  if (state == MLREPO_SSH_OPEN) {
    *out = ssh;
  } else {
    mlrepo_ssh_close(ssh);
  }
  return state;
}

void mlrepo_ssh_close(mlrepo_ssh *ssh) {
  if (ssh->channel) {
    api.channel_close(ssh->channel);
    api.channel_free(ssh->channel);
  }
  if (ssh->session) {
    api.disconnect(ssh->session);
    api.free(ssh->session);
  }
  free(ssh);
}

int mlrepo_ssh_read(mlrepo_ssh *ssh, void *buffer, unsigned count, int milliseconds) {
  int got = api.channel_read_timeout(ssh->channel, buffer, count, 0, milliseconds);
  if (got > 0) return got;
  return got < 0 || api.channel_is_eof(ssh->channel) || !api.channel_is_open(ssh->channel) ? -1 : 0;
}

int mlrepo_ssh_write(mlrepo_ssh *ssh, const void *bytes, unsigned count) {
  const char *at = bytes;
  while (count > 0) {
    int written = api.channel_write(ssh->channel, at, count);
    if (written <= 0) return -1;
    at += written;
    count -= (unsigned)written;
  }
  return 0;
}
