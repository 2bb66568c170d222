package io.slim.oci.hosting;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A container that is about to be created.
 *
 * @param id the runtime's
 * @param networkNamespace if it is there already
 * @param prefixes that are overlay for it, separated by commas; they have been checked
 * @param preloads text of the {@code /etc/ld.so.preload} that it is to see; empty for none of Slim's
 * @param labels for whoever asks the router about the container
 * @param rate most bytes per second that a connection of it sends; 0 for no limit
 * @param addresses overlay addresses that the runtime vouches for; empty to look for them in its network namespace
 * @param capabilities that it holds or can gain on this host
 * @param shares directories and sockets of the host that it has, through which it can be handed sockets
 * @param standing whether it is there as long as its network namespace is, whatever runs in it, as a pod is
 * @param creator process without which it will not be created; 0 if there is none such
 */
public record Launch(
        String id,
        Optional<Path> networkNamespace,
        String prefixes,
        Optional<String> preloads,
        Map<String, String> labels,
        long rate,
        Set<InetAddress> addresses,
        Set<String> capabilities,
        Set<String> shares,
        boolean standing,
        int creator) {

    /** Copies the collections. */
    public Launch {
        labels = Map.copyOf(labels);
        addresses = Set.copyOf(addresses);
        capabilities = Set.copyOf(capabilities);
        shares = Set.copyOf(shares);
    }
}
