/** Results for people and for programs. */
package io.slim.bench.report;
