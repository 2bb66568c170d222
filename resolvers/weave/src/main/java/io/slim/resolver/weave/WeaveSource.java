package io.slim.resolver.weave;

import io.slim.resolver.common.HttpGet;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for a report, again and again: Weave has no way to tell of changes. */
final class WeaveSource implements Source {

    private static final int MOST_BYTES = 32 << 20;
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final URI report;
    private final Duration poll;
    private final @Nullable InetAddress self;
    private final boolean bypassEncrypted;
    private final HttpGet get;

    /**
     * Prepares.
     *
     * @param api such as {@code http://127.0.0.1:6784}
     */
    WeaveSource(URI api, Duration poll, @Nullable InetAddress self, boolean bypassEncrypted) {
        this.report = api.resolve("/report");
        this.poll = poll;
        this.self = self;
        this.bypassEncrypted = bypassEncrypted;
        this.get = new HttpGet(report, Map.of("Accept", "application/json"), DEADLINE, MOST_BYTES);
    }

    @Override
    public void follow(Feed feed) throws Exception {
        byte @Nullable [] last = null;
        while (true) {
            byte[] next = get.read();
            if (last != null && Arrays.equals(last, next)) {
                feed.confirm();
            } else {
                publish(next, feed);
                last = next;
            }
            Thread.sleep(poll.toMillis());
        }
    }

    private void publish(byte[] json, Feed feed) throws IOException {
        try {
            WeaveReport read = WeaveReport.read(json);
            feed.publish(WeaveTable.of(read, self, bypassEncrypted), WeaveTable.revision(read));
        } catch (IOException e) {
            throw new IOException(report + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        get.abort();
    }
}
