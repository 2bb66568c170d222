/** An Envoy whose connections over the overlay go past it: for programs that start one, such as the agent of a mesh. */
package io.slim.envoy;
