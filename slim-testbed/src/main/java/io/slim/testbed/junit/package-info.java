/** JUnit 6 support for tests on real components: what the machine must have, and a test-bed for the tests of a class. */
package io.slim.testbed.junit;
