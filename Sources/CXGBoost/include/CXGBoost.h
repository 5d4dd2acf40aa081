#ifndef MLREPO_CXGBOOST_H
#define MLREPO_CXGBOOST_H

#include <xgboost/c_api.h>

#endif
