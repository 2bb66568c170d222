/** Slim on the test-bed: real programs, real kernels, both paths. */
package io.slim.it;
