/** What is run: a class for each workload. */
package io.slim.bench.workload;
