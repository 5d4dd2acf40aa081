#ifndef MLREPO_CLOADER_H
#define MLREPO_CLOADER_H

#include <stddef.h>

/// A function of a library, and the pointer that is to lead to it.
struct mlrepo_function {
  const char *name;
  void *pointer;
};

/// Opens the first of the libraries `names` that there is and finds all `functions` in it; both lists end with a NULL.
/// Returns whether it did. Else, if there is a place for it, `trouble` tells why, in the words of the dynamic linker.
int mlrepo_load_library(
    const char *const *names, const struct mlrepo_function *functions, char *trouble, size_t size);

#endif
