#ifndef MLREPO_CXGBOOST_H
#define MLREPO_CXGBOOST_H

#include <xgboost/c_api.h>

/// The functions of XGBoost's C API that mlrepo calls, resolved when the first command needs them: the other commands
/// start without the library, and also where it is not installed.
struct mlrepo_xgboost {
  __typeof__(&XGBoostVersion) version;
  __typeof__(&XGBGetLastError) last_error;
  __typeof__(&XGDMatrixCreateFromMat) matrix_create;
  __typeof__(&XGDMatrixFree) matrix_free;
  __typeof__(&XGDMatrixSetFloatInfo) matrix_set_floats;
  __typeof__(&XGDMatrixSetStrFeatureInfo) matrix_set_strings;
  __typeof__(&XGBoosterCreate) booster_create;
  __typeof__(&XGBoosterFree) booster_free;
  __typeof__(&XGBoosterSetParam) booster_set_param;
  __typeof__(&XGBoosterUpdateOneIter) booster_update;
  __typeof__(&XGBoosterBoostedRounds) booster_rounds;
  __typeof__(&XGBoosterGetNumFeature) booster_features;
  __typeof__(&XGBoosterSetStrFeatureInfo) booster_set_strings;
  __typeof__(&XGBoosterPredictFromDMatrix) booster_predict;
  __typeof__(&XGBoosterSaveModelToBuffer) booster_save;
  __typeof__(&XGBoosterLoadModelFromBuffer) booster_load;
};

/// Loads the library once per process and returns its functions, or NULL. What it would log is discarded.
const struct mlrepo_xgboost *mlrepo_xgboost_load(void);

/// Why the library could not be loaded, in the words of the dynamic linker.
const char *mlrepo_xgboost_load_error(void);

#endif
