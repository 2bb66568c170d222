package io.slim.router.confine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One admitted container. Only the event loop touches it. */
final class KernelContainer implements ConfinedContainer {

    private final int id;
    private final String name;
    private final Path place;
    private final List<Consumer<@Nullable ConfinementException>> waiting = new ArrayList<>();
    private @Nullable Vault vault;
    private boolean ready;
    private boolean dismissed;
    private @Nullable ConfinementException failure;

    KernelContainer(int id, String name, Path place) {
        this.id = id;
        this.name = name;
        this.place = place;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    Path place() {
        return place;
    }

    @Nullable
    Vault vault() {
        return vault;
    }

    void vault(@Nullable Vault started) {
        vault = started;
    }

    boolean isDismissed() {
        return dismissed;
    }

    void dismissed() {
        dismissed = true;
    }

    @Override
    public void whenReady(Consumer<@Nullable ConfinementException> callback) {
        if (ready || failure != null) {
            callback.accept(failure);
        } else {
            waiting.add(callback);
        }
    }

    void ready(@Nullable ConfinementException why) {
        ready = why == null;
        failure = why;
        List<Consumer<@Nullable ConfinementException>> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(callback -> callback.accept(why));
    }

    @Override
    public String toString() {
        return name + " (" + id + ")";
    }
}
