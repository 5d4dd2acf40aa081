#include "CXGBoost.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct mlrepo_xgboost functions;
static int loaded;
static char trouble[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void discard(const char *message) { (void)message; }

/// Fills the pointer at `place`; 0, or -1 with `trouble` set.
static int resolve(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    snprintf(trouble, sizeof trouble, "the library has no function %s; it is older than XGBoost 1.7", name);
    return -1;
  }
  *(void **)place = symbol;
  return 0;
}

static void *open_library(void) {
  static const char *const names[] = {"libxgboost.so.0", "libxgboost.so", "libxgboost.dylib"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library != NULL) return library;
    // The first name says most: the others are absent where the first one should be.
    if (i == 0) {
      const char *error = dlerror();
      snprintf(trouble, sizeof trouble, "%s", error != NULL ? error : "the library cannot be opened");
    }
  }
  return NULL;
}

static void load(void) {
  void *library = open_library();
  if (library == NULL) return;
  const struct {
    const char *name;
    void *place;
  } wanted[] = {
      {"XGBoostVersion", &functions.version},
      {"XGBGetLastError", &functions.last_error},
      {"XGDMatrixCreateFromMat", &functions.matrix_create},
      {"XGDMatrixFree", &functions.matrix_free},
      {"XGDMatrixSetFloatInfo", &functions.matrix_set_floats},
      {"XGDMatrixSetStrFeatureInfo", &functions.matrix_set_strings},
      {"XGBoosterCreate", &functions.booster_create},
      {"XGBoosterFree", &functions.booster_free},
      {"XGBoosterSetParam", &functions.booster_set_param},
      {"XGBoosterUpdateOneIter", &functions.booster_update},
      {"XGBoosterBoostedRounds", &functions.booster_rounds},
      {"XGBoosterGetNumFeature", &functions.booster_features},
      {"XGBoosterSetStrFeatureInfo", &functions.booster_set_strings},
      {"XGBoosterPredictFromDMatrix", &functions.booster_predict},
      {"XGBoosterSaveModelToBuffer", &functions.booster_save},
      {"XGBoosterLoadModelFromBuffer", &functions.booster_load},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    if (resolve(library, wanted[i].name, wanted[i].place) != 0) return;
  }
  __typeof__(&XGBRegisterLogCallback) register_log;
  if (resolve(library, "XGBRegisterLogCallback", &register_log) != 0) return;
  register_log(discard);
  loaded = 1;
}

const struct mlrepo_xgboost *mlrepo_xgboost_load(void) {
  pthread_once(&once, load);
  return loaded ? &functions : NULL;
}

const char *mlrepo_xgboost_load_error(void) {
  pthread_once(&once, load);
  return trouble;
}
