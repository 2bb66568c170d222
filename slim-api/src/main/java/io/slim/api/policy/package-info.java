/** The plug-in that decides which connections may take the host's network, and how fast. */
package io.slim.api.policy;
