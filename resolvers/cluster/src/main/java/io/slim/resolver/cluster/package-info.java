/** Follows objects of a Kubernetes cluster, for resolvers that learn from them. */
@NullMarked
package io.slim.resolver.cluster;

import org.jspecify.annotations.NullMarked;
