package io.slim.router.protocol;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the router answers. An answer with descriptors owns them until it has been sent. */
public sealed interface ShimAnswer {

    /**
     * The shim is welcome.
     *
     * @param tableSize of the peer table, in bytes
     * @param instance changes with each start of the router
     * @param table the peer table; stays the container's
     */
    record HelloOk(int tableSize, long instance, FileDescriptor table) implements ShimAnswer {}

    /** The shim is welcome to a router in secure mode. */
    record SecureHelloOk() implements ShimAnswer {}

    /** What follows on this connection are host sockets. */
    record QueueOk() implements ShimAnswer {}

    /**
     * How to connect.
     *
     * @param reason {@link Reason#NONE} if the host socket is to be used
     * @param sameHost whether both ends are on this host
     * @param rememberMillis for how long the shim may remember that the overlay is to be used
     * @param connectTo host endpoint to connect to; null in secure mode, where the kernel knows it
     * @param self overlay endpoint that the application shall see as its own; null in secure mode
     * @param socket the host socket, owned by this answer; in secure mode null if the shim has one
     */
    record ConnectAnswer(
            Reason reason,
            boolean sameHost,
            int rememberMillis,
            @Nullable Endpoint connectTo,
            @Nullable Endpoint self,
            @Nullable FileDescriptor socket)
            implements ShimAnswer {

        /** The connection takes the overlay. */
        public static ConnectAnswer overlay(Reason reason, int rememberMillis) {
            return new ConnectAnswer(reason, false, rememberMillis, null, null, null);
        }

        /** The connection uses a host socket. */
        public static ConnectAnswer host(boolean sameHost, Endpoint connectTo, Endpoint self, FileDescriptor socket) {
            return new ConnectAnswer(Reason.NONE, sameHost, 0, connectTo, self, socket);
        }

        /** The kernel knows where a host socket that connects to the overlay address has to go. */
        public static ConnectAnswer known(boolean sameHost, @Nullable FileDescriptor socket) {
            return new ConnectAnswer(Reason.NONE, sameHost, 0, null, null, socket);
        }
    }

    /**
     * How to listen.
     *
     * @param reason {@link Reason#NONE} if there is a shadow
     * @param rememberMillis for how long the shim may remember that there is none
     * @param confined whether the shadow is, by the kernel: what it accepts is taken as it is
     * @param listenerId number of the listener in this router
     * @param bound host endpoint to which the shadow is bound
     * @param shadow owned by this answer; null also if the application keeps the one that it has
     * @param lease owned by this answer
     */
    record ListenAnswer(
            Reason reason,
            int rememberMillis,
            boolean confined,
            long listenerId,
            @Nullable Endpoint bound,
            @Nullable FileDescriptor shadow,
            @Nullable FileDescriptor lease)
            implements ShimAnswer {

        /** What the shim gets, in this order. */
        public List<FileDescriptor> descriptors() {
            return Stream.of(Optional.ofNullable(shadow), Optional.ofNullable(lease))
                    .flatMap(Optional::stream)
                    .toList();
        }

        /** The application listens on the overlay alone. */
        public static ListenAnswer none(Reason reason, int rememberMillis) {
            return new ListenAnswer(reason, rememberMillis, false, 0, null, null, null);
        }
    }

    /** The request could not be served; the shim uses the overlay. */
    record Refused(Reason reason) implements ShimAnswer {}
}
