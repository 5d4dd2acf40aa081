#ifndef MLREPO_CCURL_H
#define MLREPO_CCURL_H

#include <stddef.h>
#include <stdint.h>

/// libcurl, as far as one HTTP exchange needs it. The library is loaded by the first call of mlrepo_curl_load, so that no
/// command without a network pays for it.

/// A handle: it keeps its connections open from one exchange to the next, and serves one thread at a time.
typedef struct mlrepo_curl mlrepo_curl;

/// Why an exchange ended.
enum {
  MLREPO_CURL_DONE,
  /// A callback of the caller's ended it.
  MLREPO_CURL_STOPPED,
  /// Nothing is at that address, nobody knows it, or it speaks something else.
  MLREPO_CURL_UNREACHABLE,
  MLREPO_CURL_TIMEOUT,
  /// The connection broke, or the other side ended it too early.
  MLREPO_CURL_DROPPED,
  /// The other side is not who it should be.
  MLREPO_CURL_UNTRUSTED,
  MLREPO_CURL_FAILED
};

struct mlrepo_curl_request {
  const char *url;
  const char *method;
  /// `Name: value` lines, ended by a null pointer.
  const char *const *headers;
  /// Bytes of the body; -1 when there is none.
  int64_t body_size;
  /// A file of certificates that are trusted instead of the system's; may be null.
  const char *ca_file;
  long connect_seconds;
  /// It ends when less than `least_rate` bytes a second come and go for so long.
  long stall_seconds;
  long least_rate;
  long total_seconds;
  /// Whether a proxy that the environment names is left aside.
  int no_proxy;
};

struct mlrepo_curl_calls {
  void *context;
  /// Take bytes of a header line or of the body: 0 to go on, else the exchange ends.
  int (*header)(void *context, const char *bytes, size_t count);
  int (*body)(void *context, const char *bytes, size_t count);
  /// Gives the next bytes of the request's body; negative ends the exchange.
  int64_t (*send)(void *context, char *buffer, size_t count);
  /// Starts the request's body at `offset`: 0 if that went well.
  int (*rewind)(void *context, int64_t offset);
  /// Something else than 0 ends the exchange.
  int (*should_stop)(void *context);
};

/// Returns 1, or 0 when there is no usable library. May be called from any thread.
int mlrepo_curl_load(void);

/// As `libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13`, once the library is loaded.
const char *mlrepo_curl_version(void);

mlrepo_curl *mlrepo_curl_open(void);
void mlrepo_curl_close(mlrepo_curl *curl);

/// Does one exchange, and follows nothing. `explanation` gets libcurl's words for what went wrong.
int mlrepo_curl_perform(
    mlrepo_curl *curl, const struct mlrepo_curl_request *request, const struct mlrepo_curl_calls *calls,
    char explanation[256]);

#endif
