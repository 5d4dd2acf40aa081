#ifndef MLREPO_CZLIB_SHIM_H
#define MLREPO_CZLIB_SHIM_H

#include <zlib.h>

#endif
