/** What is measured, and what comes of it. */
package io.slim.bench.measure;
