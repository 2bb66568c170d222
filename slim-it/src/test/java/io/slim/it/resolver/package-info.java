/** Resolvers that learn from an overlay, with real traffic. */
package io.slim.it.resolver;
