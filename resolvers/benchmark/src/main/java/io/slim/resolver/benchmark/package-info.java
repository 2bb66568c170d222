/** Run with {@code java -cp 'resolvers/benchmark/target/app/lib/*' org.openjdk.jmh.Main}. */
package io.slim.resolver.benchmark;
