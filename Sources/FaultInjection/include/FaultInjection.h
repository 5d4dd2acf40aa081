#ifndef MLREPO_FAULT_INJECTION_H
#define MLREPO_FAULT_INJECTION_H

/* A library for tests on Linux, loaded into a program with LD_PRELOAD. It counts the system calls by which the process
 * changes files below one folder, in all of its threads, and makes one of them go wrong. Programs that the process starts
 * are left alone.
 *
 *   FAULT_ROOT   the folder, an absolute path without symbolic links
 *   FAULT_AT     the number of the call, counted from 1; 0 or absent: none, for a log of all calls
 *   FAULT_KIND   kill   end the process in place of the call, of a write after half of it
 *                short  write only half of what was asked for; only writes are counted
 *                EIO    let the call fail
 *                ENOSPC let this call and all that need space after it fail; only such calls are counted
 *   FAULT_LOG    a file to which a line is added for each call, "NUMBER CALL PATH", and "!" in front of the one that
 *                went wrong
 *   FAULT_JOURNAL  a file that gets a record of each call that took effect, with the bytes written, and of each fsync and
 *                syncfs: enough to tell what a loss of power at any moment may leave (see Journal.h)
 */

#endif
