/** Secure mode, with real routers, shims and kernels. */
package io.slim.it.secure;
