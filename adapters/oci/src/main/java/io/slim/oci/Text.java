package io.slim.oci;

/**
 * A string in a document.
 *
 * @param value what it says
 * @param start offset of its opening quote
 * @param end offset after its closing quote
 */
record Text(String value, int start, int end) {}
