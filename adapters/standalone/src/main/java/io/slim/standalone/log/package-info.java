/** How {@code slim} logs: to standard error, as text or as lines of JSON. */
package io.slim.standalone.log;
