package io.slim.resolver.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import org.jspecify.annotations.Nullable;

/** Hands on what an informer tells, in the order in which it does. */
final class Taker<T extends HasMetadata> implements ResourceEventHandler<T> {

    private final Followed.Taking<T> taking;
    private final Changes changes;

    Taker(Followed.Taking<T> taking, Changes changes) {
        this.taking = taking;
        this.changes = changes;
    }

    @Override
    public void onAdd(T object) {
        take(object, object);
    }

    @Override
    public void onUpdate(T before, T object) {
        take(object, object);
    }

    @Override
    public void onDelete(T object, boolean lastStateUnknown) {
        take(object, null);
    }

    private void take(T named, @Nullable T object) {
        @Nullable String namespace = named.getMetadata().getNamespace();
        String key =
                (namespace == null ? "" : namespace + "/") + named.getMetadata().getName();
        changes.apply(() -> taking.take(key, object));
    }

    @Override
    public void onList(String revision, boolean remainedEmpty) {
        changes.listed();
    }
}
