package io.slim.router.listen;

/**
 * A shadow as the watchdog needs it.
 *
 * @param listenerId number of the listener in this router
 * @param cookie of the shadow
 * @param port of the shadow on the host
 * @param originalCookie of the application's own socket
 * @param originalPort of the application's own socket, in the container
 * @param alone whether no other shadow has the same port
 * @param stalled whether it has been withdrawn because its application does not take its connections
 * @param leased whether its end will be told
 */
public record Shadow(
        long listenerId,
        long cookie,
        int port,
        long originalCookie,
        int originalPort,
        boolean alone,
        boolean stalled,
        boolean leased) {}
