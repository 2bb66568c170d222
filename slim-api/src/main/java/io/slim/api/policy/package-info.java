/** The plug-in that decides which connections may take the host's network. */
package io.slim.api.policy;
