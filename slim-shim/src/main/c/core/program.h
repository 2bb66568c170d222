/* Will a program that is about to be executed have the shim? */
#ifndef SLIM_CORE_PROGRAM_H
#define SLIM_CORE_PROGRAM_H

#include "../sys/abi.h"

/* And switched on. path NULL: not known, judged by the environment alone. */
bool program_will_have_shim(const char *path, char *const *environment);

/* Looks a name up as execvp(3) does; NULL: not found, or the way there is too long. */
const char *program_search(const char *name, char *const *environment, char *buffer, size_t size);

/* The path of execveat(2): a name relative to a directory, or "" for the open file itself. NULL: too long. */
const char *program_at(int fd, const char *name, char *buffer, size_t size);

#endif
