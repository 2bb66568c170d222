/** What Slim does with pods: which of them get it, what their containers get, and what the router is told. */
@NullMarked
package io.slim.nri.pods;

import org.jspecify.annotations.NullMarked;
