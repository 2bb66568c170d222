/** What a router tells about connections, listeners and peers. */
package io.slim.api.event;
