/** Files that are read again when they have changed. */
@NullMarked
package io.slim.router.file;

import org.jspecify.annotations.NullMarked;
