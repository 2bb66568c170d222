/** What operators use: {@code slim doctor}, {@code slim status}, metrics. */
package io.slim.it.operation;
