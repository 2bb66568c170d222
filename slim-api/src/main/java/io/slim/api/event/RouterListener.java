package io.slim.api.event;

/** Is told what happens in a router. */
@FunctionalInterface
public interface RouterListener {

    /**
     * Called by a thread that the router has for this, one event at a time, in the order in which they happened. It may
     * call the router's methods. If it is slow, events wait, and when 8192 do, further ones are dropped, which is counted
     * and logged; connections never wait for it. What it throws is logged and has no other effect.
     */
    void onEvent(RouterEvent event);
}
