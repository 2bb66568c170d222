package io.slim.standalone.status;

import io.slim.api.event.Reason;
import java.util.Locale;

/**
 * A reason for the overlay, in words.
 *
 * @param meaning why
 * @param hint what to look at, if the host path was expected
 */
record ReasonText(String meaning, String hint) {

    static ReasonText of(String word) {
        try {
            return of(Reason.valueOf(word.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return new ReasonText(word, "a newer router's reason: use slim of the same version");
        }
    }

    private static ReasonText of(Reason reason) {
        return switch (reason) {
            case NONE -> new ReasonText("host path", "");
            case NOT_OVERLAY -> new ReasonText("not an overlay address", "is SLIM_PREFIX too wide?");
            case UNKNOWN_ADDRESS ->
                new ReasonText("no host known for the address", "is it in the resolver's source, on both hosts?");
            case NO_PEER ->
                new ReasonText("no router answers on that host", "slim doctor there and here; control port, firewall");
            case NO_LISTENER ->
                new ReasonText(
                        "nobody listens there with Slim",
                        "is the server started with the shim? slim status on its host; SLIM_LOG in the server");
            case POLICY -> new ReasonText("policy says no", "the policy of both hosts");
            case LIMIT -> new ReasonText("a bound was reached", "the router's log names it; docs/configuration.md");
            case NOT_IDENTIFIED ->
                new ReasonText("caller unknown, or not its address", "the router's log; does the resolver agree?");
            case TIMEOUT -> new ReasonText("not decided in time", "is a host overloaded? connect-deadline-ms");
            case UNSUPPORTED -> new ReasonText("this kind of socket cannot be served", "docs/compatibility.md");
            case INTERNAL -> new ReasonText("internal error", "the router's log");
            case NO_PROOF -> new ReasonText("the overlay does not let it through", "the overlay's own rules");
            case CAPABILITY ->
                new ReasonText(
                        "the container could misuse a host socket",
                        "slim status, \"withheld\"; accept-capable by name");
            case ENCRYPTED -> new ReasonText("the overlay encrypts", "allow the bypass by name if it is meant");
        };
    }
}
