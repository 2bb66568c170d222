/** {@code slim status}: asks a running router and shows what it says. */
package io.slim.standalone.status;
