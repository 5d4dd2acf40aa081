#ifndef MLREPO_CEXPAT_H
#define MLREPO_CEXPAT_H

#include <stddef.h>

/// Expat, as far as reading a server's answer needs it. The library is loaded by the first call of mlrepo_expat_load.

struct mlrepo_expat_calls {
  void *context;
  /// Each ends the reading by something else than 0. Strings are UTF-8.
  int (*start)(void *context, const char *name);
  int (*end)(void *context);
  int (*text)(void *context, const char *bytes, size_t count);
};

/// Returns 1, or 0 when there is no usable library. May be called from any thread.
int mlrepo_expat_load(void);

/// As `expat_2.5.0`, once the library is loaded.
const char *mlrepo_expat_version(void);

/// Reads one document. Returns 1, or 0 and why not. A document type, which could define entities, is refused.
int mlrepo_expat_parse(const char *bytes, size_t count, const struct mlrepo_expat_calls *calls, char why[128]);

#endif
