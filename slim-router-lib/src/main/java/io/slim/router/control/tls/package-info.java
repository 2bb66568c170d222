/** TLS on the control channel: certificates from files, read again when they change, and who they let speak for which host. */
@NullMarked
package io.slim.router.control.tls;

import org.jspecify.annotations.NullMarked;
