package io.slim.resolver.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slim.resolver.common.OverlayTable;
import java.io.IOException;
import java.util.List;

/** What a resolver makes of a cluster's objects. Its methods, and what takes objects, are called by one thread at a time. */
public interface ClusterView {

    /**
     * The kinds of objects that are needed; asked once, before all else.
     *
     * @throws IOException if the cluster has not got them, with what is missing
     */
    List<Followed<?>> followed(KubernetesClient client) throws IOException;

    /** What follows from all that was taken. */
    OverlayTable table();

    /** For people, after the revision; empty if there is nothing to say. */
    default String remark() {
        return "";
    }
}
