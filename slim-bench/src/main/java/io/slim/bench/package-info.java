/** {@code ./slim bench}: the paper's evaluation, on any machine. */
package io.slim.bench;
