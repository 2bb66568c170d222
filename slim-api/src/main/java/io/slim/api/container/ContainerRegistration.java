package io.slim.api.container;

import java.nio.file.Path;

/**
 * A container that the router serves by name, from {@link io.slim.api.SlimRouter#register} until {@link #close}.
 * Thread-safe.
 */
public interface ContainerRegistration extends AutoCloseable {

    /** What was registered. */
    ContainerSpec spec();

    /**
     * The directory with the container's own socket; to be mounted, read-only, at {@code /run/slim} in the container. A
     * process that connects there is this container: keep it from others. It stays when the router is closed, so that the
     * mount shows the socket of the next router with which the same id is registered.
     */
    Path socketDirectory();

    /** The socket itself, {@code slim.sock} in {@link #socketDirectory}; shims find it by {@code SLIM_SOCKET}. */
    default Path socket() {
        return socketDirectory().resolve("slim.sock");
    }

    /**
     * Ends the registration and removes socket and directory. The container's listeners are withdrawn at once. Its
     * connections live on in {@link io.slim.api.RouterMode#NON_SECURE}; in {@link io.slim.api.RouterMode#SECURE} those
     * past the overlay are ended, since nobody answers for the container any more. Does nothing the second time. Must not
     * be called by the router's plug-ins.
     */
    @Override
    void close();
}
