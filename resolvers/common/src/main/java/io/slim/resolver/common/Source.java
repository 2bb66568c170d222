package io.slim.resolver.common;

/** Where a resolver has its knowledge from. Implementations read, parse and hand over; the rest is {@link SourceResolver}'s. */
public interface Source extends AutoCloseable {

    /**
     * Reads the source and goes on reading until it fails or the thread is interrupted. Runs on a thread of the resolver's
     * own, and is called again, after a while, when it has ended in whatever way.
     *
     * <p>Each wait in it has a bound, or ends with {@link #close}.
     *
     * @param feed gets what was read
     * @throws Exception what went wrong, for people to read: it is logged, and shown by {@code slim status}
     */
    void follow(Feed feed) throws Exception;

    /** Ends waits of {@link #follow} that an interrupt does not end. Any thread; more than once. */
    @Override
    default void close() {}

    /** Takes what a source says. Any thread. */
    interface Feed {

        /**
         * From now on this is known. May block for as long as whoever wants to be told takes.
         *
         * @param table all of it
         * @param revision how the source names this state, for people to read; empty if it does not
         */
        void publish(OverlayTable table, String revision);

        /** The source was heard, and what was published last still holds. */
        void confirm();
    }
}
