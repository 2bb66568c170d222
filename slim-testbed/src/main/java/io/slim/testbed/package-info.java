/**
 * Hosts, an overlay and containers made from network namespaces of one machine, for tests, the demo and benchmarks.
 *
 * <p>{@link io.slim.testbed.TestBed} lays them out, {@link io.slim.testbed.Shell} runs programs in them, {@link io.slim.testbed.Router} is a real
 * router process in a host. Linux only; all of it needs root.
 */
package io.slim.testbed;
