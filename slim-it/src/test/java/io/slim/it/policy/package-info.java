/** What may bypass the overlay: policies, and the overlay's own rules. */
package io.slim.it.policy;
