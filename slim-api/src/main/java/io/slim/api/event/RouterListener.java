package io.slim.api.event;

/** Is told what happens in a router. */
@FunctionalInterface
public interface RouterListener {

    /**
     * Called by the router's event loop, one event at a time: must not block. What it throws is logged and has no other
     * effect.
     */
    void onEvent(RouterEvent event);
}
