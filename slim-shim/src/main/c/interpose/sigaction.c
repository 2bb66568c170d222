/* sigaction(2) and signal(2): only noticed, see core/restart.h. */
#include "../core/restart.h"
#include "export.h"

typedef void handler(int);

EXPORT int sigaction(int signal, const void *action, void *old) {
    int result = real_sigaction(signal, action, old);
    if (action) restart_forget();
    return result;
}

EXPORT handler *signal(int signal, handler *handle) {
    handler *result = real_signal(signal, handle);
    restart_forget();
    return result;
}

EXPORT handler *__sysv_signal(int signal, handler *handle) {
    handler *result = real_sysv_signal(signal, handle);
    restart_forget();
    return result;
}
