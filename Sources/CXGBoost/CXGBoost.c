#include "CXGBoost.h"

#include <CLoader.h>
#include <pthread.h>

static struct mlrepo_xgboost functions;
static int loaded;
static char trouble[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void discard(const char *message) { (void)message; }

static void load(void) {
  static const char *const names[] = {"libxgboost.so.0", "libxgboost.so", "libxgboost.dylib", NULL};
  __typeof__(&XGBRegisterLogCallback) register_log;
  const struct mlrepo_function wanted[] = {
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
      {"XGBRegisterLogCallback", &register_log},
      {NULL, NULL},
  };
  if (!mlrepo_load_library(names, wanted, trouble, sizeof trouble)) return;
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
