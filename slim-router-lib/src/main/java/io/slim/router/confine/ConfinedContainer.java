package io.slim.router.confine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A container whose host sockets are confined. Only the event loop touches it. */
public interface ConfinedContainer {

    /** What the kernel knows it by; never given to another one, also after a restart. */
    int id();

    /** The name that it was admitted with. */
    String name();

    /**
     * Calls back once its vault can make sockets, which is at once if it can already, or why it cannot. Sockets may be
     * asked for before.
     */
    void whenReady(Consumer<@Nullable ConfinementException> callback);
}
