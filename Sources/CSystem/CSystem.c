#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

static void fill(const struct stat *from, struct mlrepo_stat *out) {
  out->size = from->st_size;
  out->allocated = (int64_t)from->st_blocks * 512;
#ifdef __APPLE__
  out->mtime_ns = from->st_mtimespec.tv_sec * 1000000000LL + from->st_mtimespec.tv_nsec;
  out->ctime_ns = from->st_ctimespec.tv_sec * 1000000000LL + from->st_ctimespec.tv_nsec;
#else
  out->mtime_ns = from->st_mtim.tv_sec * 1000000000LL + from->st_mtim.tv_nsec;
  out->ctime_ns = from->st_ctim.tv_sec * 1000000000LL + from->st_ctim.tv_nsec;
#endif
  out->inode = from->st_ino;
  out->device = from->st_dev;
  out->mode = from->st_mode;
  out->links = (uint32_t)from->st_nlink;
}

int mlrepo_stat_at(int folder, const char *name, struct mlrepo_stat *out) {
  struct stat st;
  if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return -1;
  fill(&st, out);
  return 0;
}

int mlrepo_stat_file(int file, struct mlrepo_stat *out) {
  struct stat st;
  if (fstat(file, &st) != 0) return -1;
  fill(&st, out);
  return 0;
}

/* One component at a time, for systems without openat2(2). */
static int open_step_by_step(int folder, const char *path, int flags, mode_t mode) {
  char part[NAME_MAX + 1];
  int at = folder;
  for (;;) {
    const char *slash = strchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : strlen(path);
    if (length > NAME_MAX) {
      errno = ENAMETOOLONG;
      break;
    }
    memcpy(part, path, length);
    part[length] = 0;
    if (strcmp(part, "..") == 0) {
      errno = EXDEV;
      break;
    }
    int next = openat(at, part, slash ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC : flags | O_NOFOLLOW, mode);
    int saved = errno;
    if (at != folder) close(at);
    errno = saved;
    if (next < 0 || !slash) return next;
    at = next;
    path = slash + 1;
  }
  int saved = errno;
  if (at != folder) close(at);
  errno = saved;
  return -1;
}

int mlrepo_open_beneath(int folder, const char *path, int flags, mode_t mode) {
#if defined(__linux__) && defined(SYS_openat2)
  struct open_how how = {
      .flags = (uint64_t)(flags | O_CLOEXEC),
      .mode = flags & O_CREAT ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  for (;;) {
    long result = syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (result >= 0) return (int)result;
    if (errno == EINTR || errno == EAGAIN) continue;
    if (errno != ENOSYS && errno != EPERM) return -1;
    break;
  }
#endif
  return open_step_by_step(folder, path, flags | O_CLOEXEC, mode);
}

int mlrepo_exchange(int from_folder, const char *from, int to_folder, const char *to) {
#ifdef __APPLE__
  return renameatx_np(from_folder, from, to_folder, to, RENAME_SWAP);
#else
  return renameat2(from_folder, from, to_folder, to, RENAME_EXCHANGE);
#endif
}

int mlrepo_rename_new(int from_folder, const char *from, int to_folder, const char *to) {
#ifdef __APPLE__
  if (renameatx_np(from_folder, from, to_folder, to, RENAME_EXCL) == 0) return 0;
#else
  if (renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0) return 0;
#endif
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return -1;
  if (linkat(from_folder, from, to_folder, to, 0) == 0) return unlinkat(from_folder, from, 0);
  if (errno == EEXIST) return -1;
  /* A folder, or a file system without links: there is no better way than to look before. */
  struct stat st;
  if (fstatat(to_folder, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return renameat(from_folder, from, to_folder, to);
}

int mlrepo_is_open_for_writing(int file) {
#ifdef F_SETLEASE
  /* The kernel gives no read lease on a file that is open for writing. Who opens it now waits until the lease is gone
     and makes the kernel send a signal, which must not be SIGIO: that one ends the process. */
  if (fcntl(file, F_SETSIG, SIGURG) != 0) return -1;
  if (fcntl(file, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? 1 : -1;
  fcntl(file, F_SETLEASE, F_UNLCK);
  return 0;
#else
  (void)file;
  return -1;
#endif
}

int mlrepo_clone_file(int from, int to) {
#ifdef FICLONE
  return ioctl(to, FICLONE, from);
#else
  (void)from;
  (void)to;
  errno = ENOTSUP;
  return -1;
#endif
}

int mlrepo_sync_file(int file) {
#ifdef F_FULLFSYNC
  if (fcntl(file, F_FULLFSYNC) == 0) return 0;
#endif
  return fsync(file);
}

void mlrepo_start_writeback(int file, int64_t offset, int64_t length) {
#ifdef SYNC_FILE_RANGE_WRITE
  sync_file_range(file, offset, length, SYNC_FILE_RANGE_WRITE);
#else
  (void)file;
  (void)offset;
  (void)length;
#endif
}

#ifdef __linux__
#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80
#endif

/* Kernels and file systems without it say so in several ways. */
static int is_refused(void) { return errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS; }
#endif

ssize_t mlrepo_write_uncached(int file, const void *bytes, size_t count) {
#ifdef __linux__
  struct iovec part = {(void *)bytes, count};
  ssize_t done = pwritev2(file, &part, 1, -1, RWF_DONTCACHE);
  if (done >= 0 || !is_refused()) return done;
#endif
  return write(file, bytes, count);
}

ssize_t mlrepo_read_uncached(int file, void *bytes, size_t count, int64_t offset) {
#ifdef __linux__
  struct iovec part = {bytes, count};
  ssize_t done = preadv2(file, &part, 1, offset, RWF_DONTCACHE);
  if (done >= 0 || !is_refused()) return done;
#endif
  return pread(file, bytes, count, offset);
}

int mlrepo_sync_file_system(int file) {
#ifdef __linux__
  return syncfs(file);
#else
  (void)file;
  sync();
  return 0;
#endif
}

const char *mlrepo_entry_name(const struct dirent *entry) { return entry->d_name; }
int mlrepo_entry_is_folder(const struct dirent *entry) { return entry->d_type == DT_DIR; }
int mlrepo_entry_kind_known(const struct dirent *entry) { return entry->d_type != DT_UNKNOWN; }

int64_t mlrepo_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int mlrepo_spawn(char *const argv[], char *const envp[], const char *folder, int output, pid_t *out_pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  code = posix_spawnattr_init(&attributes);
  if (code != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return code;
  }
  sigemptyset(&none);
  sigfillset(&all);
  if (!code) code = posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (!code) code = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (!code) code = posix_spawn_file_actions_adddup2(&actions, output, 2);
  if (!code) code = posix_spawnattr_setpgroup(&attributes, 0);
  if (!code) code = posix_spawnattr_setsigmask(&attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!code)
    code = posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!code) code = posix_spawnp(out_pid, argv[0], &actions, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

static struct flock one_byte(short type, int64_t offset) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = offset;
  lock.l_len = 1;
  return lock;
}

int mlrepo_lock_byte(int file, int64_t offset) {
  struct flock lock = one_byte(F_WRLCK, offset);
  for (;;) {
    if (fcntl(file, F_OFD_SETLK, &lock) == 0) return 0;
    if (errno != EINTR) return -1;
  }
}

void mlrepo_unlock_byte(int file, int64_t offset) {
  struct flock lock = one_byte(F_UNLCK, offset);
  fcntl(file, F_OFD_SETLK, &lock);
}

int mlrepo_byte_is_locked(int file, int64_t offset) {
  struct flock lock = one_byte(F_WRLCK, offset);
  return fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* What the guard does: it knows the groups that are at work, and ends them when the other end of its pipe closes. */
static void guard_groups(int pipe) {
  enum { most = 1024 };
  static pid_t groups[most];
  int count = 0;
  pid_t message;
  for (;;) {
    ssize_t got = read(pipe, &message, sizeof message);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof message) break;
    if (message > 0) {
      if (count < most) groups[count++] = message;
      continue;
    }
    for (int i = 0; i < count; i++) {
      if (groups[i] != -message) continue;
      groups[i] = groups[--count];
      break;
    }
  }
  for (int i = 0; i < count; i++) kill(-groups[i], SIGKILL);
}

static void close_all_but(int kept) {
  long most = sysconf(_SC_OPEN_MAX);
#if defined(__linux__) && defined(SYS_close_range)
  if ((kept == 0 || syscall(SYS_close_range, 0, kept - 1, 0) == 0) && syscall(SYS_close_range, kept + 1, ~0U, 0) == 0)
    return;
#endif
  for (int file = 0; file < most && file < 65536; file++)
    if (file != kept) close(file);
}

int mlrepo_guard_start(pid_t *out_pid) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t pid = fork();
  if (pid == 0) {
    /* Only what a signal handler may call from here on: other threads are gone, with whatever they had locked. */
    setsid();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
    close_all_but(ends[0]);
    guard_groups(ends[0]);
    _exit(0);
  }
  int saved = errno;
  close(ends[0]);
  if (pid < 0) {
    close(ends[1]);
    errno = saved;
    return -1;
  }
  *out_pid = pid;
  return ends[1];
}

void mlrepo_guard_tell(int guard, pid_t message) {
  while (write(guard, &message, sizeof message) < 0 && errno == EINTR) {
  }
}

int mlrepo_process_handle(pid_t pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  return (int)syscall(SYS_pidfd_open, pid, 0);
#else
  (void)pid;
  return -1;
#endif
}

int64_t mlrepo_memory_size(void) {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? (int64_t)pages * size : 0;
}

int mlrepo_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int mlrepo_term_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
