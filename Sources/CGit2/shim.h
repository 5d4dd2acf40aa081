#ifndef MLREPO_CGIT2_SHIM_H
#define MLREPO_CGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/repository.h>

/// Whether libgit2 flushes objects and references to the disk. (`git_libgit2_opts` is variadic: Swift cannot call it.)
static inline int mlrepo_git_set_fsync(int on) { return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, on); }

/// Whether libgit2 opens only repositories that belong to the user or that are declared safe.
static inline int mlrepo_git_set_owner_validation(int on) { return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, on); }

#endif
