#include "CCurl.h"

#include <CLoader.h>
#include <pthread.h>
#include <stdio.h>

/// What of libcurl's interface is used. Its numbers never change; where its header is installed they are compared.
enum {
  LONG = 0, POINTER = 10000, FUNCTION = 20000, WIDE = 30000,
  OPT_WRITEDATA = POINTER + 1,
  OPT_URL = POINTER + 2,
  OPT_PROXY = POINTER + 4,
  OPT_READDATA = POINTER + 9,
  OPT_ERRORBUFFER = POINTER + 10,
  OPT_WRITEFUNCTION = FUNCTION + 11,
  OPT_READFUNCTION = FUNCTION + 12,
  OPT_LOW_SPEED_LIMIT = LONG + 19,
  OPT_LOW_SPEED_TIME = LONG + 20,
  OPT_HTTPHEADER = POINTER + 23,
  OPT_HEADERDATA = POINTER + 29,
  OPT_SSLVERSION = LONG + 32,
  OPT_CUSTOMREQUEST = POINTER + 36,
  OPT_NOPROGRESS = LONG + 43,
  OPT_NOBODY = LONG + 44,
  OPT_UPLOAD = LONG + 46,
  OPT_XFERINFODATA = POINTER + 57,
  OPT_CAINFO = POINTER + 65,
  OPT_HEADERFUNCTION = FUNCTION + 79,
  OPT_HTTP_VERSION = LONG + 84,
  OPT_BUFFERSIZE = LONG + 98,
  OPT_NOSIGNAL = LONG + 99,
  OPT_INFILESIZE_LARGE = WIDE + 115,
  OPT_TIMEOUT_MS = LONG + 155,
  OPT_CONNECTTIMEOUT_MS = LONG + 156,
  OPT_SEEKFUNCTION = FUNCTION + 167,
  OPT_SEEKDATA = POINTER + 168,
  OPT_PROTOCOLS = LONG + 181,
  OPT_TCP_KEEPALIVE = LONG + 213,
  OPT_XFERINFOFUNCTION = FUNCTION + 219,
  OPT_PATH_AS_IS = LONG + 234,
  OPT_UPLOAD_BUFFERSIZE = LONG + 280,
  READ_ABORT = 0x10000000,
  GLOBAL_ALL = 3,
  HTTP_AND_HTTPS = 3,
  HTTP_1_1 = 2,
  TLS_1_2 = 6,
};

enum {
  E_OK = 0,
  E_COULDNT_RESOLVE_PROXY = 5,
  E_COULDNT_RESOLVE_HOST = 6,
  E_COULDNT_CONNECT = 7,
  E_PARTIAL_FILE = 18,
  E_WRITE_ERROR = 23,
  E_OPERATION_TIMEDOUT = 28,
  E_SSL_CONNECT_ERROR = 35,
  E_ABORTED_BY_CALLBACK = 42,
  E_GOT_NOTHING = 52,
  E_SEND_ERROR = 55,
  E_RECV_ERROR = 56,
  E_PEER_FAILED_VERIFICATION = 60,
};

#if defined(__has_include)
#if __has_include(<curl/curl.h>)
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#define SAME(name) _Static_assert((int)OPT_##name == (int)CURLOPT_##name, #name)
SAME(WRITEDATA); SAME(URL); SAME(PROXY); SAME(READDATA); SAME(ERRORBUFFER); SAME(WRITEFUNCTION); SAME(READFUNCTION);
SAME(LOW_SPEED_LIMIT); SAME(LOW_SPEED_TIME); SAME(HTTPHEADER); SAME(HEADERDATA); SAME(SSLVERSION);
SAME(CUSTOMREQUEST); SAME(NOPROGRESS); SAME(NOBODY); SAME(UPLOAD); SAME(XFERINFODATA); SAME(CAINFO);
SAME(HEADERFUNCTION); SAME(HTTP_VERSION); SAME(BUFFERSIZE); SAME(NOSIGNAL); SAME(INFILESIZE_LARGE);
SAME(TIMEOUT_MS); SAME(CONNECTTIMEOUT_MS); SAME(SEEKFUNCTION); SAME(SEEKDATA); SAME(PROTOCOLS);
SAME(TCP_KEEPALIVE); SAME(XFERINFOFUNCTION); SAME(PATH_AS_IS); SAME(UPLOAD_BUFFERSIZE);
#undef SAME
#define SAME(name) _Static_assert((int)E_##name == (int)CURLE_##name, #name)
SAME(OK); SAME(COULDNT_RESOLVE_PROXY); SAME(COULDNT_RESOLVE_HOST); SAME(COULDNT_CONNECT); SAME(PARTIAL_FILE);
SAME(WRITE_ERROR); SAME(OPERATION_TIMEDOUT); SAME(SSL_CONNECT_ERROR); SAME(ABORTED_BY_CALLBACK); SAME(GOT_NOTHING);
SAME(SEND_ERROR); SAME(RECV_ERROR); SAME(PEER_FAILED_VERIFICATION);
#undef SAME
_Static_assert(READ_ABORT == CURL_READFUNC_ABORT && GLOBAL_ALL == CURL_GLOBAL_ALL, "");
_Static_assert(HTTP_AND_HTTPS == (CURLPROTO_HTTP | CURLPROTO_HTTPS), "");
_Static_assert(HTTP_1_1 == CURL_HTTP_VERSION_1_1 && TLS_1_2 == CURL_SSLVERSION_TLSv1_2, "");
#endif
#endif

struct slist;

static struct {
  int (*global_init)(long);
  mlrepo_curl *(*easy_init)(void);
  void (*easy_cleanup)(mlrepo_curl *);
  void (*easy_reset)(mlrepo_curl *);
  int (*easy_setopt)(mlrepo_curl *, int, ...);
  int (*easy_perform)(mlrepo_curl *);
  const char *(*easy_strerror)(int);
  const char *(*version)(void);
  struct slist *(*slist_append)(struct slist *, const char *);
  void (*slist_free_all)(struct slist *);
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded = 0;

static void load(void) {
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib", "libcurl.dylib", NULL};
#define FIND(name) {"curl_" #name, &api.name}
  const struct mlrepo_function functions[] = {
      FIND(global_init), FIND(easy_init), FIND(easy_cleanup), FIND(easy_reset),
      FIND(easy_setopt), FIND(easy_perform), FIND(easy_strerror), FIND(slist_append),
      FIND(slist_free_all),
      FIND(version),
      {NULL, NULL},
  };
#undef FIND
  loaded = mlrepo_load_library(names, functions, NULL, 0) && api.global_init(GLOBAL_ALL) == E_OK;
}

int mlrepo_curl_load(void) {
  pthread_once(&once, load);
  return loaded;
}

const char *mlrepo_curl_version(void) { return api.version(); }

mlrepo_curl *mlrepo_curl_open(void) { return api.easy_init(); }
void mlrepo_curl_close(mlrepo_curl *curl) { api.easy_cleanup(curl); }

static size_t take_header(char *bytes, size_t one, size_t count, void *data) {
  const struct mlrepo_curl_calls *calls = data;
  return calls->header(calls->context, bytes, count) == 0 ? one * count : 0;
}

static size_t take_body(char *bytes, size_t one, size_t count, void *data) {
  const struct mlrepo_curl_calls *calls = data;
  // A return of anything but the count is an error to libcurl, and an empty piece has no other.
  return calls->body(calls->context, bytes, count) == 0 ? one * count : one * count + 1;
}

static size_t give_body(char *buffer, size_t one, size_t count, void *data) {
  const struct mlrepo_curl_calls *calls = data;
  int64_t given = calls->send(calls->context, buffer, one * count);
  return given < 0 ? READ_ABORT : (size_t)given;
}

static int seek_body(void *data, int64_t offset, int origin) {
  const struct mlrepo_curl_calls *calls = data;
  return origin == SEEK_SET && calls->rewind(calls->context, offset) == 0 ? 0 : 1;
}

static int look_around(void *data, int64_t a, int64_t b, int64_t c, int64_t d) {
  const struct mlrepo_curl_calls *calls = data;
  (void)a, (void)b, (void)c, (void)d;
  return calls->should_stop(calls->context);
}

static void set_limits(mlrepo_curl *curl, const struct mlrepo_curl_request *request) {
  api.easy_setopt(curl, OPT_NOSIGNAL, 1L);
  api.easy_setopt(curl, OPT_PROTOCOLS, (long)HTTP_AND_HTTPS);
  api.easy_setopt(curl, OPT_HTTP_VERSION, (long)HTTP_1_1);
  api.easy_setopt(curl, OPT_SSLVERSION, (long)TLS_1_2);
  api.easy_setopt(curl, OPT_PATH_AS_IS, 1L);
  api.easy_setopt(curl, OPT_TCP_KEEPALIVE, 1L);
  api.easy_setopt(curl, OPT_BUFFERSIZE, 256L << 10);
  api.easy_setopt(curl, OPT_UPLOAD_BUFFERSIZE, 512L << 10);
  api.easy_setopt(curl, OPT_CONNECTTIMEOUT_MS, request->connect_seconds * 1000);
  api.easy_setopt(curl, OPT_LOW_SPEED_TIME, request->stall_seconds);
  api.easy_setopt(curl, OPT_LOW_SPEED_LIMIT, request->least_rate);
  api.easy_setopt(curl, OPT_TIMEOUT_MS, request->total_seconds * 1000);
  if (request->no_proxy) api.easy_setopt(curl, OPT_PROXY, "");
  if (request->ca_file) api.easy_setopt(curl, OPT_CAINFO, request->ca_file);
}

static void set_calls(mlrepo_curl *curl, const struct mlrepo_curl_calls *calls) {
  api.easy_setopt(curl, OPT_HEADERFUNCTION, take_header);
  api.easy_setopt(curl, OPT_HEADERDATA, calls);
  api.easy_setopt(curl, OPT_WRITEFUNCTION, take_body);
  api.easy_setopt(curl, OPT_WRITEDATA, calls);
  api.easy_setopt(curl, OPT_READFUNCTION, give_body);
  api.easy_setopt(curl, OPT_READDATA, calls);
  api.easy_setopt(curl, OPT_SEEKFUNCTION, seek_body);
  api.easy_setopt(curl, OPT_SEEKDATA, calls);
  api.easy_setopt(curl, OPT_XFERINFOFUNCTION, look_around);
  api.easy_setopt(curl, OPT_XFERINFODATA, calls);
  api.easy_setopt(curl, OPT_NOPROGRESS, 0L);
}

static void set_request(mlrepo_curl *curl, const struct mlrepo_curl_request *request) {
  api.easy_setopt(curl, OPT_URL, request->url);
  if (request->body_size >= 0) {
    api.easy_setopt(curl, OPT_UPLOAD, 1L);
    api.easy_setopt(curl, OPT_INFILESIZE_LARGE, request->body_size);
  }
  if (request->method[0] == 'H') {
    api.easy_setopt(curl, OPT_NOBODY, 1L);
  } else {
    api.easy_setopt(curl, OPT_CUSTOMREQUEST, request->method);
  }
}

static int outcome(int code) {
  switch (code) {
    case E_OK: return MLREPO_CURL_DONE;
    case E_WRITE_ERROR:
    case E_ABORTED_BY_CALLBACK: return MLREPO_CURL_STOPPED;
    case E_COULDNT_RESOLVE_PROXY:
    case E_COULDNT_RESOLVE_HOST:
    case E_COULDNT_CONNECT:
    case E_SSL_CONNECT_ERROR: return MLREPO_CURL_UNREACHABLE;
    case E_OPERATION_TIMEDOUT: return MLREPO_CURL_TIMEOUT;
    case E_PARTIAL_FILE:
    case E_GOT_NOTHING:
    case E_SEND_ERROR:
    case E_RECV_ERROR: return MLREPO_CURL_DROPPED;
    case E_PEER_FAILED_VERIFICATION: return MLREPO_CURL_UNTRUSTED;
    default: return MLREPO_CURL_FAILED;
  }
}

int mlrepo_curl_perform(
    mlrepo_curl *curl, const struct mlrepo_curl_request *request, const struct mlrepo_curl_calls *calls,
    char explanation[256]) {
  // This keeps the connections.
  api.easy_reset(curl);
  explanation[0] = 0;
  struct slist *headers = 0;
  for (const char *const *header = request->headers; *header; header++) {
    struct slist *longer = api.slist_append(headers, *header);
    if (!longer) {
      api.slist_free_all(headers);
      snprintf(explanation, 256, "out of memory");
      return MLREPO_CURL_FAILED;
    }
    headers = longer;
  }
  set_limits(curl, request);
  set_calls(curl, calls);
  set_request(curl, request);
  api.easy_setopt(curl, OPT_HTTPHEADER, headers);
  api.easy_setopt(curl, OPT_ERRORBUFFER, explanation);
  int code = api.easy_perform(curl);
  if (code != E_OK && !explanation[0]) snprintf(explanation, 256, "%s", api.easy_strerror(code));
  api.easy_setopt(curl, OPT_ERRORBUFFER, (char *)0);
  api.slist_free_all(headers);
  return outcome(code);
}
