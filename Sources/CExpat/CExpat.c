#include "CExpat.h"

#include <CLoader.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

typedef struct parser parser;

static struct {
  parser *(*ParserCreate)(const char *);
  void (*ParserFree)(parser *);
  void (*SetUserData)(parser *, void *);
  void (*SetElementHandler)(
      parser *, void (*)(void *, const char *, const char **), void (*)(void *, const char *));
  void (*SetCharacterDataHandler)(parser *, void (*)(void *, const char *, int));
  void (*SetStartDoctypeDeclHandler)(parser *, void (*)(void *, const char *, const char *, const char *, int));
  int (*Parse)(parser *, const char *, int, int);
  int (*StopParser)(parser *, unsigned char);
  int (*GetErrorCode)(parser *);
  const char *(*ErrorString)(int);
  const char *(*ExpatVersion)(void);
  unsigned long (*GetCurrentLineNumber)(parser *);
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded = 0;

static void load(void) {
  static const char *const names[] = {"libexpat.so.1", "libexpat.so", "libexpat.1.dylib", "libexpat.dylib", NULL};
#define FIND(name) {"XML_" #name, &api.name}
  const struct mlrepo_function functions[] = {
      FIND(ParserCreate), FIND(ParserFree), FIND(SetUserData), FIND(SetElementHandler),
      FIND(SetCharacterDataHandler), FIND(SetStartDoctypeDeclHandler), FIND(Parse),
      FIND(StopParser), FIND(GetErrorCode), FIND(ErrorString), FIND(GetCurrentLineNumber),
      FIND(ExpatVersion),
      {NULL, NULL},
  };
#undef FIND
  loaded = mlrepo_load_library(names, functions, NULL, 0);
}

int mlrepo_expat_load(void) {
  pthread_once(&once, load);
  return loaded;
}

const char *mlrepo_expat_version(void) { return api.ExpatVersion(); }

struct reading {
  parser *parser;
  const struct mlrepo_expat_calls *calls;
  const char *refusal;
};

static void stop_if(struct reading *reading, int wanted, const char *why) {
  if (!wanted || reading->refusal) return;
  reading->refusal = why;
  api.StopParser(reading->parser, 0);
}

static void start(void *data, const char *name, const char **attributes) {
  struct reading *reading = data;
  (void)attributes;
  stop_if(reading, reading->calls->start(reading->calls->context, name), "it is too large or nested too deep");
}

static void end(void *data, const char *name) {
  struct reading *reading = data;
  (void)name;
  stop_if(reading, reading->calls->end(reading->calls->context), "it is too large or nested too deep");
}

static void text(void *data, const char *bytes, int count) {
  struct reading *reading = data;
  stop_if(
      reading, reading->calls->text(reading->calls->context, bytes, (size_t)count),
      "it is too large or nested too deep");
}

static void doctype(void *data, const char *a, const char *b, const char *c, int d) {
  (void)a, (void)b, (void)c, (void)d;
  stop_if(data, 1, "it has a document type");
}

int mlrepo_expat_parse(const char *bytes, size_t count, const struct mlrepo_expat_calls *calls, char why[128]) {
  struct reading reading = {api.ParserCreate(0), calls, 0};
  if (!reading.parser || count > INT_MAX) {
    snprintf(why, 128, "there is no memory for it");
    if (reading.parser) api.ParserFree(reading.parser);
    return 0;
  }
  api.SetUserData(reading.parser, &reading);
  api.SetElementHandler(reading.parser, start, end);
  api.SetCharacterDataHandler(reading.parser, text);
  api.SetStartDoctypeDeclHandler(reading.parser, doctype);
  int good = api.Parse(reading.parser, bytes, (int)count, 1) == 1 && !reading.refusal;
  if (reading.refusal) {
    snprintf(why, 128, "%s", reading.refusal);
  } else if (!good) {
    snprintf(
        why, 128, "line %lu: %s", api.GetCurrentLineNumber(reading.parser),
        api.ErrorString(api.GetErrorCode(reading.parser)));
  }
  api.ParserFree(reading.parser);
  return good;
}
