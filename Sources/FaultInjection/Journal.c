#define _GNU_SOURCE
#include "Journal.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int journal = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

void journal_open(const char *path) {
  journal = (int)fault_raw(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

int journal_enter(void) {
  if (journal < 0) return 0;
  pthread_mutex_lock(&order);
  return 1;
}

void journal_leave(void) {
  if (journal >= 0) pthread_mutex_unlock(&order);
}

static const char *below_root(const char *path) {
  return strlen(path) > fault_root_length() ? path + fault_root_length() + 1 : "";
}

void journal_add(const char *call, int folder, const char *path, long long number, const void *data, size_t count) {
  int before = errno;
  char absolute[PATH_MAX * 2], head[100];
  if (fault_path(folder, path, absolute)) {
    const char *below = below_root(absolute);
    int length = snprintf(head, sizeof head, "%s %lld %zu %zu\n", call, number, strlen(below), count);
    struct iovec parts[] = {
      {head, (size_t)length}, {(void *)below, strlen(below)}, {(void *)data, count}, {"\n", 1}};
    /* In one call, so that programs may share a journal. */
    fault_raw(SYS_writev, journal, (long)parts, 4, 0);
  }
  errno = before;
}

void journal_add_from(const char *call, int folder, const char *path, int from_folder, const char *from) {
  int before = errno;
  char absolute[PATH_MAX * 2];
  /* What comes from outside the root has no record of its own. */
  const char *below = fault_path(from_folder, from, absolute) ? below_root(absolute) : "";
  errno = before;
  journal_add(call, folder, path, 0, below, strlen(below));
}

void journal_add_content(int file, long long offset, long long count) {
  int before = errno;
  /* The program may have opened it for writing only. */
  char name[40];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  int reader = (int)fault_raw(SYS_openat, AT_FDCWD, (long)name, O_RDONLY | O_CLOEXEC, 0);
  char *bytes = malloc(count > 0 ? (size_t)count : 1);
  ssize_t got = bytes ? pread(reader, bytes, (size_t)count, offset) : -1;
  if (got > 0) journal_add("write", file, NULL, offset, bytes, (size_t)got);
  free(bytes);
  close(reader);
  errno = before;
}

#endif
