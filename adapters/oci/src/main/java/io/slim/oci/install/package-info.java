/** What the install commands of all adapters do. */
@NullMarked
package io.slim.oci.install;

import org.jspecify.annotations.NullMarked;
