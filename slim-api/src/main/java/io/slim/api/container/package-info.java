/** Containers as the embedder tells the router of them, and as the router tells of them. */
package io.slim.api.container;
