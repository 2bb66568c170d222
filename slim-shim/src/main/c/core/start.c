/* Where the library begins: the environment is read once, the libc's functions are found, and from then on calls are looked at. */
#include "../sys/real.h"
#include "config.h"
#include "heir.h"
#include "process.h"

#define AT_SECURE_KEY 23

extern char **environ __attribute__((weak));
extern unsigned long getauxval(unsigned long key) __attribute__((weak));

__attribute__((constructor)) static void start(void) {
    int errno_before = get_errno();
    real_resolve_all();
    config_read(&environ ? environ : NULL, !getauxval || getauxval(AT_SECURE_KEY) != 0);
    if (config.active) config.active = process_start();
    if (config.active) heir_take_up();
    set_errno(errno_before);
}
