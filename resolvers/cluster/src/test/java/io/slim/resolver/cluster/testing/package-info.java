/** API servers for tests of what follows a cluster. */
package io.slim.resolver.cluster.testing;
