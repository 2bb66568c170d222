package io.slim.resolver.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import org.jspecify.annotations.Nullable;

/**
 * Objects of one kind that are followed.
 *
 * @param type of the objects
 * @param objects all of them
 * @param taking takes each that is there, that has changed, that is gone
 */
public record Followed<T extends HasMetadata>(Class<T> type, AnyNamespaceOperation<T, ?, ?> objects, Taking<T> taking) {

    /** Takes an object. Called by one thread at a time, see {@link ClusterView}. */
    @FunctionalInterface
    public interface Taking<T> {

        /**
         * From now on the object is so.
         *
         * @param key {@code NAMESPACE/NAME}, or the name alone of what is in no namespace
         * @param object null if it is gone
         * @return whether what follows from it may be another now
         */
        boolean take(String key, @Nullable T object);
    }
}
