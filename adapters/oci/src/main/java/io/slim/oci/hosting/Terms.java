package io.slim.oci.hosting;

import io.slim.api.RouterMode;
import io.slim.command.Prefixes;
import io.slim.oci.ContainerDescription;
import io.slim.oci.SlimOptions;
import io.slim.router.policy.Rate;
import java.util.Optional;

/**
 * Under which terms a container gets Slim: what it asks for, checked.
 *
 * @param prefixes that are overlay for it, separated by commas
 * @param rate most bytes per second that a connection of it sends; 0 for no limit
 */
public record Terms(String prefixes, long rate) {

    /**
     * Checks them.
     *
     * @param prefixes that are overlay for containers that do not say
     * @param mode of the router
     * @throws NotServedException if something of them is wrong
     */
    public static Terms of(
            SlimOptions options, ContainerDescription container, Optional<String> prefixes, RouterMode mode)
            throws NotServedException {
        if (!options.problems().isEmpty()) {
            throw new NotServedException(String.join("; ", options.problems()));
        }
        checkMode(options, mode);
        return new Terms(overlay(options, container, prefixes), rate(options));
    }

    private static void checkMode(SlimOptions options, RouterMode mode) throws NotServedException {
        String own = mode == RouterMode.SECURE ? "secure" : "non-secure";
        if (options.mode().isPresent() && !options.mode().get().equals(own)) {
            throw new NotServedException(
                    "annotation io.slim.mode: " + options.mode().get() + " (expected: " + own + ", as the router is)");
        }
    }

    private static String overlay(SlimOptions options, ContainerDescription container, Optional<String> prefixes)
            throws NotServedException {
        String overlay = options.prefix()
                .or(() -> container.variable("SLIM_PREFIX"))
                .or(() -> prefixes)
                .orElseThrow(
                        () -> new NotServedException("it is not known which addresses are overlay (expected: setting"
                                + " prefix, or annotation io.slim.prefix, such as 10.32.0.0/12)"));
        try {
            return Prefixes.checked(overlay);
        } catch (IllegalArgumentException e) {
            throw new NotServedException("prefix: " + overlay + " (expected: " + Prefixes.EXPECTED + ")");
        }
    }

    private static long rate(SlimOptions options) throws NotServedException {
        try {
            return options.rate().map(Rate::parse).orElse(0L);
        } catch (IllegalArgumentException e) {
            throw new NotServedException(
                    "annotation io.slim.rate: " + options.rate().orElse("") + " (expected: " + Rate.EXPECTED + ")");
        }
    }
}
