#ifndef MLREPO_CSYSTEM_H
#define MLREPO_CSYSTEM_H

#endif
