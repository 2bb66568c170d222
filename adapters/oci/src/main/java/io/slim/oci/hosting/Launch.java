package io.slim.podman.container;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A container that is about to be created.
 *
 * @param id the runtime's
 * @param networkNamespace if it is there already
 * @param prefixes that are overlay for it, separated by commas; they have been checked
 * @param preloads text of the {@code /etc/ld.so.preload} that it is to see; empty for none of Slim's
 * @param labels for whoever asks the router about the container
 * @param rate most bytes per second that a connection of it sends; 0 for no limit
 * @param creator process without which it will not be created; 0 if there is none such
 */
public record Launch(
        String id,
        Optional<Path> networkNamespace,
        String prefixes,
        Optional<String> preloads,
        Map<String, String> labels,
        long rate,
        int creator) {

    /** Copies the labels. */
    public Launch {
        labels = Map.copyOf(labels);
    }
}
