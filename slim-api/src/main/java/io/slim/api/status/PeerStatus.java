package io.slim.api.status;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The router of another host that this one asks.
 *
 * @param host that host's address
 * @param state at present
 * @param since for how long it has been so
 * @param lastError why it was lost or could not be reached the last time; empty if that never happened
 * @param roundTrip of the last question that it answered, its own work included; empty before the first
 * @param waiting questions that it has not answered yet
 */
public record PeerStatus(
        InetAddress host,
        State state,
        Duration since,
        Optional<String> lastError,
        Optional<Duration> roundTrip,
        int waiting) {

    /** Whether a peer can be asked. */
    public enum State {
        /** It answers. */
        CONNECTED,
        /** Connected, but the last question had no answer in time, and nothing else has come since. */
        SILENT,
        /** Being connected. */
        DIALLING,
        /** It could not be reached, or was lost; it is dialled again later if somebody needs it. */
        DOWN
    }
}
