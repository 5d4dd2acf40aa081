#include "CLoader.h"

#include <dlfcn.h>
#include <stdio.h>

static void *open_library(const char *const *names, char *trouble, size_t size) {
  for (size_t i = 0; names[i]; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
    // The first name says most: the others are absent where the first one should be.
    const char *error = dlerror();
    if (i == 0 && size > 0) snprintf(trouble, size, "%s", error ? error : "the library cannot be opened");
  }
  return NULL;
}

int mlrepo_load_library(
    const char *const *names, const struct mlrepo_function *functions, char *trouble, size_t size) {
  void *library = open_library(names, trouble, size);
  if (!library) return 0;
  for (; functions->name; functions++) {
    void *found = dlsym(library, functions->name);
    if (!found) {
      if (size > 0) snprintf(trouble, size, "the library has no function %s; it is too old", functions->name);
      return 0;
    }
    *(void **)functions->pointer = found;
  }
  return 1;
}
