#ifndef MLREPO_CSYSTEM_H
#define MLREPO_CSYSTEM_H

#include <dirent.h>
#include <stdint.h>
#include <sys/types.h>

/// What mlrepo looks at in stat(2), in one layout on every system. Times are nanoseconds since 1970.
struct mlrepo_stat {
  int64_t size;
  int64_t allocated;
  int64_t mtime_ns;
  int64_t ctime_ns;
  uint64_t inode;
  uint64_t device;
  uint32_t mode;
  uint32_t links;
};

/// lstat of `name` in the folder `folder`; 0 or -1 with errno.
int mlrepo_stat_at(int folder, const char *name, struct mlrepo_stat *out);
int mlrepo_stat_file(int file, struct mlrepo_stat *out);

/// Opens `path` below `folder`. No component may be a symbolic link or lead out of `folder`; 0 or -1 with errno
/// (ELOOP or EXDEV when one does).
int mlrepo_open_beneath(int folder, const char *path, int flags, mode_t mode);

/// Swaps what two names stand for; -1 with EINVAL, ENOSYS or ENOTSUP where the file system cannot.
int mlrepo_exchange(int from_folder, const char *from, int to_folder, const char *to);

/// Renames, but -1 with EEXIST where the new name is taken.
int mlrepo_rename_new(int from_folder, const char *from, int to_folder, const char *to);

/// 1 while anybody has `file` open or mapped for writing, 0 while nobody has, -1 where the system does not tell.
int mlrepo_is_open_for_writing(int file);

/// Makes `to` share the blocks of `from` (copy on write); -1 with errno where the file system cannot.
int mlrepo_clone_file(int from, int to);

/// Makes what was written to `file` durable, past the drive's cache.
int mlrepo_sync_file(int file);

/// Starts writing a part of `file` to the disk and does not wait. A hint: nothing depends on it.
void mlrepo_start_writeback(int file, int64_t offset, int64_t length);

/// write() and pread() of what will not be read again soon: where the system can, it does not stay in its cache of files.
ssize_t mlrepo_write_uncached(int file, const void *bytes, size_t count);
ssize_t mlrepo_read_uncached(int file, void *bytes, size_t count, int64_t offset);

/// Makes all that was written to the file system of `file` durable.
int mlrepo_sync_file_system(int file);

const char *mlrepo_entry_name(const struct dirent *entry);
int mlrepo_entry_is_folder(const struct dirent *entry);
int mlrepo_entry_kind_known(const struct dirent *entry);

/// The wall clock in nanoseconds since 1970.
int64_t mlrepo_now_ns(void);

/// Runs `argv[0]` in `folder` in a process group of its own, standard input from /dev/null, standard output and
/// standard error to `output`. Returns 0 and the process id, or an errno.
int mlrepo_spawn(char *const argv[], char *const envp[], const char *folder, int output, pid_t *out_pid);

/// Locks one byte of an open file, which need not be there, for as long as the file stays open; 0, or -1 with errno: EAGAIN
/// or EACCES while another opening of the file has it.
int mlrepo_lock_byte(int file, int64_t offset);
void mlrepo_unlock_byte(int file, int64_t offset);

/// Whether another opening of the file has locked the byte.
int mlrepo_byte_is_locked(int file, int64_t offset);

/// Starts a process that does nothing but wait for the end of this one, however it comes, and then ends the process
/// groups it was told of. Returns what to tell it through, or -1 with errno. Closing that ends the guard.
int mlrepo_guard_start(pid_t *out_pid);

/// Tells the guard that the group `message` is at work or, negative, that it is not any more.
void mlrepo_guard_tell(int guard, pid_t message);

/// A descriptor that can be read from when the process has ended; -1 where the system has none.
int mlrepo_process_handle(pid_t pid);

/// Bytes of memory this machine has; 0 when it does not tell.
int64_t mlrepo_memory_size(void);

/// Decodes the status of waitpid(2): the exit code, or -1 when a signal ended it.
int mlrepo_exit_code(int status);
int mlrepo_term_signal(int status);

#endif
