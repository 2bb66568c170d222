package io.slim.resolver.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Ends answers that are longer than any page of a list is; the client library would read them to their end, whatever memory
 * there is. A watch has no end and is read line by line: it is left alone.
 */
final class BodyLimit implements Interceptor {

    private static final long MOST_BYTES = 32L << 20;

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        String query = request.uri().getQuery();
        return query != null && query.contains("watch=true") ? consumer : new Counting(consumer);
    }

    /** One answer; called by one thread at a time. */
    private static final class Counting implements AsyncBody.Consumer<List<ByteBuffer>> {

        private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
        private long bytes;

        Counting(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void consume(List<ByteBuffer> value, AsyncBody body) throws Exception {
            for (ByteBuffer each : value) {
                bytes += each.remaining();
            }
            if (bytes <= MOST_BYTES) {
                consumer.consume(value, body);
                return;
            }
            // What is thrown here is not what whoever asked would get to see.
            boolean unused = body.done()
                    .completeExceptionally(
                            new IOException("more than " + MOST_BYTES + " bytes (expected: a page of a list)"));
            body.cancel();
        }

        @Override
        public <U> U unwrap(Class<U> target) {
            return consumer.unwrap(target);
        }
    }
}
