package io.slim.resolver.kernel;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.Options;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kernel:} can be told.
 *
 * @param namespaces files of network namespaces, with {@code *} in the last part; empty for the router's own
 * @param overlay only addresses of these prefixes count; empty for all
 * @param hosts gateways in these prefixes are hosts, not routers
 * @param host this host's address; null to take it from the vxlan devices
 * @param learned whether entries count that were learned from the network
 * @param bypassEncrypted whether the overlay is bypassed although it encrypts
 */
record KernelOptions(
        List<String> namespaces,
        List<Prefix> overlay,
        List<Prefix> hosts,
        @Nullable InetAddress host,
        boolean learned,
        boolean bypassEncrypted,
        Duration staleAfter) {

    private static final Set<String> KEYS =
            Set.of("netns", "overlay", "hosts", "host", "learned", "bypass-encrypted", "stale-after-s");

    /**
     * Reads an argument.
     *
     * @throws ConfigurationException with all that is wrong
     */
    static KernelOptions parse(String argument) {
        Options options = Options.parse("kernel", argument, KEYS);
        KernelOptions read = new KernelOptions(
                options.all(
                        "netns", "a file such as /run/netns/NAME, or /run/docker/netns/1-*", KernelOptions::namespace),
                options.prefixes("overlay"),
                options.prefixes("hosts"),
                options.one("host", "an IPv4 or IPv6 address", Prefix::address).orElse(null),
                options.flag("learned"),
                options.flag("bypass-encrypted"),
                options.seconds("stale-after-s", Duration.ofSeconds(60)));
        options.check();
        return read;
    }

    private static String namespace(String text) {
        int slash = text.lastIndexOf('/');
        if (!text.startsWith("/") || text.substring(0, slash).contains("*")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
