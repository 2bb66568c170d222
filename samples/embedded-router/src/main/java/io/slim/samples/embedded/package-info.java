/** How a program embeds a router. */
package io.slim.samples.embedded;
