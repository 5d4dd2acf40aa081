#ifndef MLREPO_CGIT2_SHIM_H
#define MLREPO_CGIT2_SHIM_H

#include <git2.h>

#endif
