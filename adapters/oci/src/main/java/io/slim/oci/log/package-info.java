/** How the processes of adapters log. */
@NullMarked
package io.slim.oci.log;

import org.jspecify.annotations.NullMarked;
