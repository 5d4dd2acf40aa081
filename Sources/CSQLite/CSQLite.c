#include "CSQLite.h"

#include <CLoader.h>
#include <pthread.h>

typedef int (*authorizer)(void *, int, const char *, const char *, const char *, const char *);

static struct {
  int (*open_v2)(const char *, mlrepo_database **, int, const char *);
  int (*close_v2)(mlrepo_database *);
  const char *(*errmsg)(mlrepo_database *);
  int (*set_authorizer)(mlrepo_database *, authorizer, void *);
  void (*progress_handler)(mlrepo_database *, int, int (*)(void *), void *);
  int (*prepare_v2)(mlrepo_database *, const char *, int, mlrepo_statement **, const char **);
  int (*finalize)(mlrepo_statement *);
  int (*step)(mlrepo_statement *);
  int (*reset)(mlrepo_statement *);
  int (*bind_text)(mlrepo_statement *, int, const char *, int, void (*)(void *));
  int (*column_count)(mlrepo_statement *);
  const char *(*column_name)(mlrepo_statement *, int);
  int (*column_type)(mlrepo_statement *, int);
  int64_t (*column_int64)(mlrepo_statement *, int);
  double (*column_double)(mlrepo_statement *, int);
  const void *(*column_blob)(mlrepo_statement *, int);
  int (*column_bytes)(mlrepo_statement *, int);
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded = 0;

static void load(void) {
  static const char *const names[] = {"libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib", NULL};
#define FIND(name) {"sqlite3_" #name, &api.name}
  const struct mlrepo_function functions[] = {
      FIND(open_v2), FIND(close_v2), FIND(errmsg), FIND(set_authorizer), FIND(progress_handler),
      FIND(prepare_v2), FIND(finalize), FIND(step), FIND(reset), FIND(bind_text),
      FIND(column_count), FIND(column_name), FIND(column_type), FIND(column_int64),
      FIND(column_double), FIND(column_blob), FIND(column_bytes),
      {NULL, NULL},
  };
#undef FIND
  loaded = mlrepo_load_library(names, functions, NULL, 0);
}

int mlrepo_sqlite_load(void) {
  pthread_once(&once, load);
  return loaded;
}

int mlrepo_sqlite_open(const char *uri, mlrepo_database **out) {
  enum { READWRITE = 2, URI = 0x40, NOMUTEX = 0x8000 };
  return api.open_v2(uri, out, READWRITE | URI | NOMUTEX, 0);
}

void mlrepo_sqlite_close(mlrepo_database *database) { api.close_v2(database); }
const char *mlrepo_sqlite_message(mlrepo_database *database) { return api.errmsg(database); }

/// SELECT, reading a column, calling a function, recursion; all else is denied.
static int allow_reading(
    void *unused, int action, const char *a, const char *b, const char *c, const char *d) {
  enum { OK = 0, DENY = 1, READ = 20, SELECT = 21, FUNCTION = 31, RECURSIVE = 33 };
  (void)unused, (void)a, (void)b, (void)c, (void)d;
  return action == READ || action == SELECT || action == FUNCTION || action == RECURSIVE ? OK : DENY;
}

void mlrepo_sqlite_only_reading(mlrepo_database *database) { api.set_authorizer(database, allow_reading, 0); }

void mlrepo_sqlite_stop_when(mlrepo_database *database, int (*stop)(void *)) {
  api.progress_handler(database, 100000, stop, 0);
}

int mlrepo_sqlite_prepare(mlrepo_database *database, const char *sql, mlrepo_statement **out, const char **rest) {
  return api.prepare_v2(database, sql, -1, out, rest);
}

void mlrepo_sqlite_finish(mlrepo_statement *statement) { api.finalize(statement); }
int mlrepo_sqlite_step(mlrepo_statement *statement) { return api.step(statement); }
int mlrepo_sqlite_reset(mlrepo_statement *statement) { return api.reset(statement); }

int mlrepo_sqlite_bind(mlrepo_statement *statement, int number, const char *text, int length) {
  // SQLITE_TRANSIENT: SQLite takes a copy.
  return api.bind_text(statement, number, text, length, (void (*)(void *)) - 1);
}

int mlrepo_sqlite_columns(mlrepo_statement *statement) { return api.column_count(statement); }
const char *mlrepo_sqlite_name(mlrepo_statement *statement, int column) { return api.column_name(statement, column); }
int mlrepo_sqlite_kind(mlrepo_statement *statement, int column) { return api.column_type(statement, column); }
int64_t mlrepo_sqlite_integer(mlrepo_statement *statement, int column) { return api.column_int64(statement, column); }
double mlrepo_sqlite_float(mlrepo_statement *statement, int column) { return api.column_double(statement, column); }

const void *mlrepo_sqlite_bytes(mlrepo_statement *statement, int column, int *length) {
  const void *bytes = api.column_blob(statement, column);
  *length = api.column_bytes(statement, column);
  return bytes;
}
