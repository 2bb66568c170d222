/** What a question of the shim costs the router. */
package io.slim.router.benchmark;
