package io.slim.router.container;

import io.slim.api.container.ContainerSpec;

/** Containers that are nothing but a key. */
public final class TestContainers {

    private TestContainers() {}

    /** One without addresses, connections and a peer table. */
    public static Container bare(long number) {
        return new Container(ContainerSpec.builder("c" + number).build());
    }
}
