/** Immutable tables from which resolvers answer, and address prefixes. */
package io.slim.api.resolver.table;
