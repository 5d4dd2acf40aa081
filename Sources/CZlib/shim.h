#ifndef MLREPO_CZLIB_SHIM_H
#define MLREPO_CZLIB_SHIM_H

#include <zlib.h>

/// inflateInit2 is a macro. Expects a zlib or a gzip header, whichever comes.
static inline int mlrepo_inflate_start(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

#endif
