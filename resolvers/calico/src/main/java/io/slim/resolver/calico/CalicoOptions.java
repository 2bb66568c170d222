package io.slim.resolver.calico;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.Options;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code calico:} can be told.
 *
 * @param kubernetes whether Calico's datastore is in Kubernetes, not in an etcd of its own
 * @param kubeconfig for Kubernetes; null for the one of the environment, or the pod's service account
 * @param etcd endpoints of etcd; empty for Kubernetes
 * @param prefix before all of Calico's keys
 * @param user null for none
 * @param passwordFile of the user
 * @param ca PEM: authorities for etcd's certificate; null for those of the JVM
 * @param certificate PEM: this client's; null for none
 * @param key PEM: its private key
 * @param nodeAddress 4 or 6: where nodes are reached, whatever the block's family; 0 for the block's
 * @param host this host's address; null if it does not matter
 * @param encapsulatedOnly leave alone what Calico does not encapsulate
 * @param bypassEncrypted whether the overlay is bypassed although it encrypts
 */
record CalicoOptions(
        boolean kubernetes,
        @Nullable Path kubeconfig,
        List<URI> etcd,
        String prefix,
        @Nullable String user,
        @Nullable Path passwordFile,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        int nodeAddress,
        @Nullable InetAddress host,
        boolean encapsulatedOnly,
        boolean bypassEncrypted,
        Duration staleAfter) {

    private static final String DATASTORE = "datastore";
    private static final String KUBECONFIG = "kubeconfig";
    private static final Set<String> ETCD_KEYS = Set.of("etcd", "prefix", "user", "password-file", "ca", "cert", "key");
    private static final Set<String> KEYS = Set.of(
            DATASTORE,
            KUBECONFIG,
            "etcd",
            "prefix",
            "user",
            "password-file",
            "ca",
            "cert",
            "key",
            "node-address",
            "host",
            "encapsulated-only",
            "bypass-encrypted",
            "stale-after-s");

    /**
     * Reads an argument.
     *
     * @throws ConfigurationException with all that is wrong
     */
    static CalicoOptions parse(String argument) {
        Options options = Options.parse("calico", argument, KEYS);
        Optional<Path> kubeconfig = options.file(KUBECONFIG);
        CalicoOptions read = new CalicoOptions(
                options.one(DATASTORE, "etcd or kubernetes", CalicoOptions::isKubernetes)
                        .orElse(kubeconfig.isPresent()),
                kubeconfig.orElse(null),
                options.urls("etcd"),
                options.text("prefix").orElse("/calico"),
                options.text("user").orElse(null),
                options.file("password-file").orElse(null),
                options.file("ca").orElse(null),
                options.file("cert").orElse(null),
                options.file("key").orElse(null),
                options.one("node-address", "ipv4 or ipv6", CalicoOptions::family)
                        .orElse(0),
                options.one("host", "an IPv4 or IPv6 address", Prefix::address).orElse(null),
                options.flag("encapsulated-only"),
                options.flag("bypass-encrypted"),
                options.seconds("stale-after-s", Duration.ofMinutes(5)));
        if ((read.user == null) != (read.passwordFile == null)) {
            options.problem("user", "user and password-file together");
        }
        if ((read.certificate == null) != (read.key == null)) {
            options.problem("cert", "cert and key together");
        }
        if (read.kubernetes) {
            ETCD_KEYS.stream()
                    .filter(options::has)
                    .sorted()
                    .forEach(key -> options.problem(key, "no " + key + " with Calico's datastore in Kubernetes"));
        } else if (read.kubeconfig != null || read.etcd.isEmpty()) {
            options.problem(
                    read.kubeconfig != null ? KUBECONFIG : "etcd",
                    "etcd=URL, or datastore=kubernetes for that datastore");
        }
        if (read.encapsulatedOnly && read.host == null) {
            options.problem("encapsulated-only", "host=ADDRESS with it: who is next to this host?");
        }
        options.check();
        return read;
    }

    private static boolean isKubernetes(String text) {
        return switch (text) {
            case "etcd" -> false;
            case "kubernetes" -> true;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static int family(String text) {
        return switch (text) {
            case "ipv4" -> 4;
            case "ipv6" -> 6;
            default -> throw new IllegalArgumentException(text);
        };
    }

    boolean wantsFour(Prefix block) {
        return nodeAddress == 0 ? block.isFour() : nodeAddress == 4;
    }
}
