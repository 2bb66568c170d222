package io.slim.router.capability;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** A look through what runs on the host. */
interface Scan {

    /**
     * Why the containers in these network namespaces must not have host sockets. Blocks.
     *
     * @param namespaces numbers of network namespaces
     * @return reasons by namespace; those that may are not in it
     */
    Map<Long, String> run(Set<Long> namespaces) throws IOException;
}
