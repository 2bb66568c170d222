/** {@code ./slim demo}: what a connection costs over the host network, over the overlay, and over the overlay with Slim. */
package io.slim.testbed.demo;
