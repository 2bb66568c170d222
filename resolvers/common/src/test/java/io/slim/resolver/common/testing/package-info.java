/** What tests of resolvers share. */
package io.slim.resolver.common.testing;
