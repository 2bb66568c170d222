package io.slim.resolver.kubernetes;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.Options;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kubernetes:} can be told.
 *
 * @param kubeconfig null for the one of the environment, or the pod's service account
 * @param services whether service addresses are resolved too
 * @param host this host's address, for services whose traffic stays on a host; null: those are left alone
 * @param nodeAddress 4 or 6: where hosts are reached, whatever the pod's family; 0 for the pod's
 * @param bypassEncrypted whether the overlay is bypassed although it encrypts
 */
record KubernetesOptions(
        @Nullable Path kubeconfig,
        boolean services,
        @Nullable InetAddress host,
        int nodeAddress,
        boolean bypassEncrypted,
        Duration staleAfter) {

    private static final Set<String> KEYS =
            Set.of("kubeconfig", "services", "host", "node-address", "bypass-encrypted", "stale-after-s");

    /**
     * Reads an argument.
     *
     * @throws ConfigurationException with all that is wrong
     */
    static KubernetesOptions parse(String argument) {
        Options options = Options.parse("kubernetes", argument, KEYS);
        KubernetesOptions read = new KubernetesOptions(
                options.file("kubeconfig").orElse(null),
                options.flag("services"),
                options.one("host", "an IPv4 or IPv6 address", Prefix::address).orElse(null),
                options.one("node-address", "ipv4 or ipv6", KubernetesOptions::family)
                        .orElse(0),
                options.flag("bypass-encrypted"),
                options.seconds("stale-after-s", Duration.ofMinutes(5)));
        options.check();
        return read;
    }

    private static int family(String text) {
        return switch (text) {
            case "ipv4" -> 4;
            case "ipv6" -> 6;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Bytes of the host addresses that are wanted for an address. */
    int hostBytes(InetAddress address) {
        return nodeAddress == 0 ? address.getAddress().length : nodeAddress == 4 ? 4 : 16;
    }
}
