/** What a router tells about connections, listeners, containers, peers and itself. */
package io.slim.api.event;
