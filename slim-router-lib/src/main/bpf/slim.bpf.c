/* All programs, as one object: they share maps and are loaded together. */
#include "connect.h"
#include "ingress.h"
#include "life.h"
#include "names.h"
#include "options.h"
#include "syn.h"

/* No helper that is used is kept for programs under the GPL. */
char slim_license[] SEC("license") = "Apache-2.0";
