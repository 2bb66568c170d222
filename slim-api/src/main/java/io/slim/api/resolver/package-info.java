/** The plug-in that knows on which host an overlay address lives. */
package io.slim.api.resolver;
