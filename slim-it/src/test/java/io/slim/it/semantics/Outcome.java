package io.slim.it.semantics;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one run of a row has left.
 *
 * @param server the transcript of the server, its exit code last
 * @param client the transcript of the client, its exit code last
 * @param serverLog what the shim of the server has logged, empty without the shim
 * @param clientLog what the shim of the client has logged, empty without the shim
 * @param reports what sanitizers have found, empty if nothing
 */
record Outcome(List<String> server, List<String> client, String serverLog, String clientLog, String reports) {
    private static final Pattern HOST_PATH = Pattern.compile("host path(?! failed)");

    /** Both transcripts, which must not depend on the shim. */
    List<String> transcript() {
        return Stream.of(Stream.of("[server]"), server.stream(), Stream.of("[client]"), client.stream())
                .flatMap(lines -> lines)
                .toList();
    }

    boolean isSound() {
        return isSound(server) && isSound(client);
    }

    private static boolean isSound(List<String> side) {
        return side.get(side.size() - 1).equals("exit 0") && side.stream().noneMatch(line -> line.startsWith("BROKEN"));
    }

    /** That the shim had a part in it: one that does nothing would give the same transcripts. */
    boolean tookHostPath() {
        return serverLog.contains("shadow for") && HOST_PATH.matcher(clientLog).find();
    }

    /**
     * A connection took the overlay, as it must, because an answer came after its deadline on a busy machine, or because it was asked for before the
     * router had heard that the listener is waited for.
     */
    boolean wasTooSlow() {
        return clientLog.contains("no answer from the router")
                || clientLog.contains(": TIMEOUT")
                || clientLog.contains(": NO_LISTENER");
    }

    boolean stayedOnOverlay() {
        return !HOST_PATH.matcher(clientLog).find();
    }
}
