package io.slim.router.capability;

import io.slim.api.container.ContainerSpec;
import java.util.Optional;
import java.util.Set;

/** Whether sockets can be handed from one container to another, by what is known of both. */
final class Sharing {

    private Sharing() {}

    /** What they share; empty if nothing. */
    static Optional<String> between(ContainerSpec one, ContainerSpec other) {
        Set<String> theirs = other.shares();
        return one.shares().stream()
                .filter(name -> theirs.stream().anyMatch(their -> isSame(name, their)))
                .findFirst();
    }

    private static boolean isSame(String one, String other) {
        return one.equals(other) || isAbove(one, other) || isAbove(other, one);
    }

    private static boolean isAbove(String directory, String other) {
        return directory.startsWith("/") && other.startsWith(directory.endsWith("/") ? directory : directory + "/");
    }
}
