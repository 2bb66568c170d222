package io.slim.api;

/** Somebody is told of something until this is closed. Thread-safe. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    /** Ends it; a call that is under way may still come. Does nothing the second time. */
    @Override
    void close();
}
