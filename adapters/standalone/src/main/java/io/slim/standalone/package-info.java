/** The command line for a plain host. */
package io.slim.standalone;
