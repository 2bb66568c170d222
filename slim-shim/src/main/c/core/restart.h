/* A wait was interrupted by a signal: would the kernel have restarted accept()? */
#ifndef SLIM_CORE_RESTART_H
#define SLIM_CORE_RESTART_H

#include "../sys/abi.h"

bool restart_after_signal(void);

#endif
