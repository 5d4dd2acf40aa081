#ifndef MLREPO_FAULT_JOURNAL_H
#define MLREPO_FAULT_JOURNAL_H

#include <stddef.h>

/* The journal of what a program did to the disk. A record is a line "CALL NUMBER LENGTH LENGTH", then as many bytes of the
 * path and of the call's data, then a line feed. Records stand in the order in which the calls took effect. */

void journal_open(const char *path);

/* Whether there is a journal. If so no other thread changes the disk until `journal_leave`. */
int journal_enter(void);
void journal_leave(void);

/* Between the two: adds a record, if the path lies below the root. */
void journal_add(const char *call, int folder, const char *path, long long number, const void *data, size_t count);
/* The same for a call with a second path, which becomes the data. */
void journal_add_from(const char *call, int folder, const char *path, int from_folder, const char *from);
/* Adds the bytes of an open file as they are now as a write of them. */
void journal_add_content(int file, long long offset, long long count);

/* In FaultInjection.c */

/* Writes the absolute path into `out`, of 2 PATH_MAX; false where it does not lie below the root. */
int fault_path(int folder, const char *path, char *out);
size_t fault_root_length(void);
long fault_raw(long number, long a, long b, long c, long d);

#endif
