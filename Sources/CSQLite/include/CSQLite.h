#ifndef MLREPO_CSQLITE_H
#define MLREPO_CSQLITE_H

#include <stdint.h>

/// SQLite's C interface (sqlite.org/c3ref), as far as queries on tables need it. The library is loaded by the first
/// call of mlrepo_sqlite_load, so that no other command pays for it.

typedef struct mlrepo_database mlrepo_database;
typedef struct mlrepo_statement mlrepo_statement;

enum { MLREPO_SQLITE_ROW = 100, MLREPO_SQLITE_DONE = 101 };
enum { MLREPO_SQLITE_INTEGER = 1, MLREPO_SQLITE_FLOAT = 2, MLREPO_SQLITE_TEXT = 3, MLREPO_SQLITE_BLOB = 4 };

/// Returns 1, or 0 when there is no usable library. May be called from any thread.
int mlrepo_sqlite_load(void);

/// Opens a database; `uri` is a file URI. 0 or an error code; the database has to be closed in either case.
int mlrepo_sqlite_open(const char *uri, mlrepo_database **out);
void mlrepo_sqlite_close(mlrepo_database *database);
const char *mlrepo_sqlite_message(mlrepo_database *database);

/// Lets statements that are prepared from now on only read what is in the database: no writing, no attaching.
void mlrepo_sqlite_only_reading(mlrepo_database *database);

/// Lets a statement end with an error once `stop` returns something else than 0.
void mlrepo_sqlite_stop_when(mlrepo_database *database, int (*stop)(void *));

/// Prepares one statement. `rest` is set behind it.
int mlrepo_sqlite_prepare(mlrepo_database *database, const char *sql, mlrepo_statement **out, const char **rest);
void mlrepo_sqlite_finish(mlrepo_statement *statement);
int mlrepo_sqlite_step(mlrepo_statement *statement);
int mlrepo_sqlite_reset(mlrepo_statement *statement);

/// Binds a copy of `length` bytes of UTF-8 to the parameter `number`, from 1.
int mlrepo_sqlite_bind(mlrepo_statement *statement, int number, const char *text, int length);

int mlrepo_sqlite_columns(mlrepo_statement *statement);
const char *mlrepo_sqlite_name(mlrepo_statement *statement, int column);
int mlrepo_sqlite_kind(mlrepo_statement *statement, int column);
int64_t mlrepo_sqlite_integer(mlrepo_statement *statement, int column);
double mlrepo_sqlite_float(mlrepo_statement *statement, int column);
/// The bytes of a text or blob, valid until the next step.
const void *mlrepo_sqlite_bytes(mlrepo_statement *statement, int column, int *length);

#endif
