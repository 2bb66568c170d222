/*
 * SLIM_LOG=path: one line per decision, appended with one write. The file is opened for each line: the shim keeps no descriptor for it.
 * Nothing is ever written to the application's own output. Costs nothing when SLIM_LOG is not set.
 */
#ifndef SLIM_CORE_LOG_H
#define SLIM_CORE_LOG_H

#include "endpoint.h"

void log_text(const char *event, const char *detail);
void log_number(const char *event, long number);
void log_endpoint(const char *event, const struct endpoint *endpoint, const char *detail);
void log_verdict(const char *event, const struct endpoint *endpoint, unsigned reason);

#endif
