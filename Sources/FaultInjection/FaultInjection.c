#define _GNU_SOURCE
#include "FaultInjection.h"
#include "Journal.h"

#ifdef __linux__

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/openat2.h>

enum kind { NONE, KILL, SHORT, FAIL, FULL };
/* What the call does to the disk: only some calls can be shortened or find no room. */
enum class { PLAIN, SPACE, DATA };

static char root[PATH_MAX];
static size_t root_length;
static long fault_at;
static enum kind kind;
static int fault_errno;
static int log_file = -1;
static atomic_long counter;

/* The next definition of a function: the C library's. */
#define NEXT(name) \
  static __typeof__(name) *next; \
  if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

long fault_raw(long number, long a, long b, long c, long d) {
  static long (*next)(long, ...);
  if (!next) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return next(number, a, b, c, d);
}

__attribute__((constructor)) static void start(void) {
  const char *text = getenv("FAULT_ROOT");
  if (text && strlen(text) < sizeof root) strcpy(root, text);
  root_length = strlen(root);
  text = getenv("FAULT_AT");
  fault_at = text ? atol(text) : 0;
  text = getenv("FAULT_KIND");
  if (text && strcmp(text, "kill") == 0) kind = KILL;
  if (text && strcmp(text, "short") == 0) kind = SHORT;
  if (text && strcmp(text, "EIO") == 0) kind = FAIL, fault_errno = EIO;
  if (text && strcmp(text, "ENOSPC") == 0) kind = FULL, fault_errno = ENOSPC;
  text = getenv("FAULT_LOG");
  if (text) log_file = (int)fault_raw(SYS_openat, AT_FDCWD, (long)text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  text = getenv("FAULT_JOURNAL");
  if (text) journal_open(text);
  const char *own[] = {"LD_PRELOAD", "FAULT_ROOT", "FAULT_AT", "FAULT_KIND", "FAULT_LOG", "FAULT_JOURNAL"};
  for (size_t at = 0; at < sizeof own / sizeof *own; at++) unsetenv(own[at]);
}

size_t fault_root_length(void) { return root_length; }

int fault_path(int folder, const char *path, char *out) {
  if (!root_length) return 0;
  size_t length = 0;
  if (!path || path[0] != '/') {
    char link[40] = "/proc/self/cwd";
    if (folder != AT_FDCWD) snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    long count = fault_raw(SYS_readlinkat, AT_FDCWD, (long)link, (long)out, PATH_MAX - 1);
    if (count < 0) return 0;
    length = (size_t)count;
    out[length] = 0;
    if (path) out[length++] = '/';
  }
  if (path) snprintf(out + length, PATH_MAX, "%s", path);
  return strncmp(out, root, root_length) == 0 && (out[root_length] == '/' || out[root_length] == 0);
}

static void note(long number, const char *call, const char *path, int fires) {
  if (log_file < 0) return;
  char line[PATH_MAX + 200];
  const char *below = strlen(path) > root_length ? path + root_length + 1 : ".";
  int count = snprintf(line, sizeof line, "%s%ld %s %s\n", fires ? "!" : "", number, call, below);
  if (count > (int)sizeof line) count = sizeof line;
  fault_raw(SYS_write, log_file, (long)line, count, 0);
}

static void end_process(void) { kill(getpid(), SIGKILL); }

/* Whether this call goes wrong. Ends the process where that is the fault, but for DATA: there the caller writes half. */
static int strikes(const char *call, int folder, const char *name, enum class class) {
  char path[PATH_MAX * 2];
  int before = errno;
  int strikes = 0;
  if (fault_path(folder, name, path) && !(kind == SHORT && class != DATA) && !(kind == FULL && class == PLAIN)) {
    long number = atomic_fetch_add(&counter, 1) + 1;
    strikes = kind != NONE && fault_at > 0 && (number == fault_at || (kind == FULL && number > fault_at));
    note(number, call, path, strikes);
    if (strikes && kind == KILL && class != DATA) end_process();
  }
  errno = strikes && fault_errno ? fault_errno : before;
  return strikes;
}

#define GUARD(class, folder, path) \
  if (strikes(__func__, folder, path, class)) return -1

/* Opening */

static int creates(int flags) { return flags & (O_CREAT | O_TRUNC) || (flags & O_TMPFILE) == O_TMPFILE; }

#define MODE(flags) \
  mode_t mode = 0; \
  if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
    va_list list; \
    va_start(list, flags); \
    mode = va_arg(list, mode_t); \
    va_end(list); \
  }

static int is_there(int folder, const char *path) {
  struct stat status;
  return fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static int opened(int file, int was_there, int folder, const char *path, int flags, mode_t mode) {
  if (file >= 0 && !was_there) journal_add("create", folder, path, mode, NULL, 0);
  if (file >= 0 && was_there && flags & O_TRUNC) journal_add("truncate", folder, path, 0, NULL, 0);
  journal_leave();
  return file;
}

#define OPENED(folder, call) \
  if (!creates(flags) || !journal_enter()) return call; \
  int was_there = is_there(folder, path); \
  return opened(call, was_there, folder, path, flags, mode)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    MODE(flags) \
    NEXT(name); \
    if (creates(flags)) GUARD(SPACE, AT_FDCWD, path); \
    OPENED(AT_FDCWD, next(path, flags, mode)); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    MODE(flags) \
    NEXT(name); \
    if (creates(flags)) GUARD(SPACE, folder, path); \
    OPENED(folder, next(folder, path, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

/* openat2(2) has no function of its own. */
long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long args[6];
  for (int at = 0; at < 6; at++) args[at] = va_arg(list, long);
  va_end(list);
  static long (*next)(long, ...);
  if (!next) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
#define PASS next(number, args[0], args[1], args[2], args[3], args[4], args[5])
  if (number != SYS_openat2) return PASS;
  int folder = (int)args[0];
  const char *path = (const char *)args[1];
  const struct open_how *how = (struct open_how *)args[2];
  int flags = (int)how->flags;
  mode_t mode = (mode_t)how->mode;
  if (creates(flags) && strikes("openat2", folder, path, SPACE)) return -1;
  OPENED(folder, (int)PASS);
}

/* Writing */

static int is_torn(void) { return kind == KILL || kind == SHORT; }

/* A write at the file's own position, if `offset` is negative. What was written is read back: a program may share blocks. */
static ssize_t written(int file, ssize_t done, long long offset) {
  int before = errno;
  if (done > 0) journal_add_content(file, offset < 0 ? lseek(file, 0, SEEK_CUR) - done : offset, done);
  journal_leave();
  errno = before;
  return done;
}

#define WRITTEN(file, offset, call) return journal_enter() ? written(file, call, offset) : call

/* `half` is the call that writes half of it. */
#define WRITE(name, parameters, file, offset, whole, half) \
  ssize_t name parameters { \
    NEXT(name); \
    if (strikes(#name, file, NULL, DATA)) { \
      if (!is_torn()) return -1; \
      ssize_t done = half; \
      if (kind == KILL) end_process(); \
      return done; \
    } \
    WRITTEN(file, offset, whole); \
  }

#define HALF(count) (count > 1 ? count / 2 : count)

WRITE(write, (int file, const void *bytes, size_t count), file, -1, next(file, bytes, count),
      next(file, bytes, HALF(count)))
WRITE(pwrite, (int file, const void *bytes, size_t count, off_t at), file, at, next(file, bytes, count, at),
      next(file, bytes, HALF(count), at))
WRITE(pwrite64, (int file, const void *bytes, size_t count, off64_t at), file, at, next(file, bytes, count, at),
      next(file, bytes, HALF(count), at))

/* Refused, so that the call is made that takes its place. */
ssize_t pwritev2(int file, const struct iovec *parts, int count, off_t at, int flags) {
  (void)file, (void)parts, (void)count, (void)at, (void)flags;
  errno = EOPNOTSUPP;
  return -1;
}

WRITE(writev, (int file, const struct iovec *parts, int count), file, -1, next(file, parts, count),
      next(file, parts, HALF(count)))
WRITE(copy_file_range, (int from, off64_t *from_at, int to, off64_t *to_at, size_t count, unsigned flags), to,
      to_at ? *to_at : -1, next(from, from_at, to, to_at, count, flags),
      next(from, from_at, to, to_at, HALF(count), flags))

int ioctl(int file, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  NEXT(ioctl);
  if (request != FICLONE) return next(file, request, argument);
  GUARD(SPACE, file, NULL);
  if (!journal_enter()) return next(file, request, argument);
  int result = next(file, request, argument);
  struct stat status;
  if (result == 0 && fstat(file, &status) == 0) journal_add_content(file, 0, status.st_size);
  journal_leave();
  return result;
}

/* Everything else is of one kind. */

#define CALL(class, folder, path, name, parameters, arguments, record) \
  int name parameters { \
    NEXT(name); \
    GUARD(class, folder, path); \
    int is_kept = journal_enter(); \
    int result = next arguments; \
    if (is_kept && result == 0) record; \
    journal_leave(); \
    return result; \
  }

#define ADD(call, folder, path, number) journal_add(call, folder, path, number, NULL, 0)
#define ADD_LINK(folder, path) journal_add("symlink", folder, path, 0, target, strlen(target))

CALL(SPACE, AT_FDCWD, to, rename, (const char *from, const char *to), (from, to),
     journal_add_from("rename", AT_FDCWD, to, AT_FDCWD, from))
CALL(SPACE, b, to, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to),
     journal_add_from("rename", b, to, a, from))
CALL(SPACE, b, to, renameat2, (int a, const char *from, int b, const char *to, unsigned f), (a, from, b, to, f),
     journal_add_from(f & RENAME_EXCHANGE ? "exchange" : "rename", b, to, a, from))
CALL(SPACE, AT_FDCWD, to, link, (const char *from, const char *to), (from, to),
     journal_add_from("link", AT_FDCWD, to, AT_FDCWD, from))
CALL(SPACE, b, to, linkat, (int a, const char *from, int b, const char *to, int f), (a, from, b, to, f),
     journal_add_from("link", b, to, a, from))
CALL(SPACE, AT_FDCWD, to, symlink, (const char *target, const char *to), (target, to), ADD_LINK(AT_FDCWD, to))
CALL(SPACE, b, to, symlinkat, (const char *target, int b, const char *to), (target, b, to), ADD_LINK(b, to))
CALL(SPACE, AT_FDCWD, path, mkdir, (const char *path, mode_t mode), (path, mode), ADD("mkdir", AT_FDCWD, path, mode))
CALL(SPACE, a, path, mkdirat, (int a, const char *path, mode_t mode), (a, path, mode), ADD("mkdir", a, path, mode))
CALL(PLAIN, AT_FDCWD, path, unlink, (const char *path), (path), ADD("unlink", AT_FDCWD, path, 0))
CALL(PLAIN, a, path, unlinkat, (int a, const char *path, int f), (a, path, f), ADD("unlink", a, path, 0))
CALL(PLAIN, AT_FDCWD, path, rmdir, (const char *path), (path), ADD("unlink", AT_FDCWD, path, 0))
CALL(PLAIN, AT_FDCWD, path, remove, (const char *path), (path), ADD("unlink", AT_FDCWD, path, 0))
CALL(SPACE, file, NULL, fsync, (int file), (file), ADD("fsync", file, NULL, 0))
CALL(SPACE, file, NULL, fdatasync, (int file), (file), ADD("fsync", file, NULL, 0))
CALL(SPACE, file, NULL, syncfs, (int file), (file), ADD("syncfs", file, NULL, 0))
CALL(PLAIN, file, NULL, ftruncate, (int file, off_t size), (file, size), ADD("truncate", file, NULL, size))
CALL(PLAIN, file, NULL, ftruncate64, (int file, off64_t size), (file, size), ADD("truncate", file, NULL, size))
CALL(PLAIN, AT_FDCWD, path, truncate, (const char *path, off_t size), (path, size),
     ADD("truncate", AT_FDCWD, path, size))
CALL(PLAIN, file, NULL, fchmod, (int file, mode_t mode), (file, mode), ADD("chmod", file, NULL, mode))
CALL(PLAIN, AT_FDCWD, path, chmod, (const char *path, mode_t mode), (path, mode), ADD("chmod", AT_FDCWD, path, mode))
CALL(PLAIN, a, path, fchmodat, (int a, const char *path, mode_t mode, int f), (a, path, mode, f),
     ADD("chmod", a, path, mode))
CALL(PLAIN, a, path, utimensat, (int a, const char *path, const struct timespec t[2], int f), (a, path, t, f), (void)0)
CALL(PLAIN, file, NULL, futimens, (int file, const struct timespec t[2]), (file, t), (void)0)
CALL(PLAIN, AT_FDCWD, path, utimes, (const char *path, const struct timeval t[2]), (path, t), (void)0)
CALL(PLAIN, file, NULL, futimes, (int file, const struct timeval t[2]), (file, t), (void)0)

#endif
