#ifndef MLREPO_CZSTD_SHIM_H
#define MLREPO_CZSTD_SHIM_H

#include <zstd.h>

#endif
