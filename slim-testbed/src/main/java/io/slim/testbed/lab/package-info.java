/** {@code ./slim lab}: a test-bed for trying things by hand. */
package io.slim.testbed.lab;
